"""« Le détail des modifications »: who changed what, from what to what, for those whom it concerns."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clauses.obligations.actions import clauses as clause_actions
from clauses.procurement.actions import lots, parties, tenders
from clauses.procurement.models import Lot, Tender
from inclusiv.accounts.models import Membership, Organisation
from inclusiv.core import history
from inclusiv.core.actors import Actor
from inclusiv.core.changes import ToldChange, changes_of, trails
from inclusiv.demo.make import beneficiaries, clauses
from inclusiv.demo.make import hours as making
from inclusiv.demo.make.clauses import noon
from inclusiv.parameters.models import Parameter
from reporting.publication.models import Charter, Signature
from tests.conftest import ActingClient, Cast

pytestmark = pytest.mark.django_db

AT = noon(date(2025, 2, 3))


@pytest.fixture
def lot(cast: Cast) -> Lot:
    return clauses.lot(clauses.tender(buyer=cast.commune, structure=cast.structure))


def url(kind: str, pk: int) -> str:
    return reverse("records:changes", args=[kind, pk])


def page(browser: ActingClient, kind: str, pk: int) -> str:
    response = browser.get(url(kind, pk))
    assert response.status_code == 200
    return response.content.decode()


def told(kind: str, pk: int) -> list[tuple[str, str, str, str]]:
    return [(one.row, one.label, one.before, one.after) for one in changes_of(trails[kind], pk)]


class TestWords:
    def test_a_tender_tells_each_column_from_what_to_what(self, cast: Cast, lot: Lot) -> None:
        with history.context(action="POST /x/", membership=cast.buyer.membership_id):
            tenders.change(
                tender=lot.tender, title="École Jean-Moulin", ends_on=date(2026, 1, 31), by=cast.buyer, at=AT
            )
        changed: list[ToldChange] = changes_of(trails["marche"], lot.tender_id)
        ours = {
            one.label: one for one in changed if one.who == "Claire Commune de Valmont, Commune de Valmont"
        }
        assert (ours["objet"].before, ours["objet"].after) == (
            "Réhabilitation d’une école",
            "École Jean-Moulin",
        )
        assert ours["fin d’exécution (incluse)"].after == "31/01/2026"
        assert {one.row for one in ours.values()} == {"Marché"}

    def test_the_rows_hung_on_a_tender_are_told_with_it(self, cast: Cast, lot: Lot) -> None:
        award = clauses.award(lot, (cast.builder, Decimal(1)))
        clauses.notify(lot.tender, notified_on=date(2025, 3, 10))
        check = beneficiaries.validated_check(
            beneficiaries.dossier(cast.structure), reference_date=date(2025, 4, 1)
        )
        placed = beneficiaries.placement(award, check, employer=cast.builder, ended_on=date(2025, 5, 30))
        rows = {row.partition(" ")[0] for row, *_ in told("marche", lot.tender_id)}
        assert rows == {"Marché", "Lot", "Clause", "Attribution", "Titulaire", "Mise"}
        assert ("Clause : Lot 1, Gros œuvre", "état", "En préparation", "Contractuelle") in told(
            "marche", lot.tender_id
        )
        assert any(placed.code in row.replace(" ", "") for row, *_ in told("marche", lot.tender_id))

    def test_who_buys_with_or_in_the_place_of_the_buyer_is_told_with_the_tender(
        self, cast: Cast, lot: Lot
    ) -> None:
        by, tender = cast.buyer, lot.tender
        with history.context(action="POST /x/", membership=by.membership_id):
            member = parties.add_member(tender=tender, organisation=cast.other_commune, by=by, at=AT)
            mandate = parties.name_delegate(
                tender=tender, organisation=cast.other_commune, starts_on=date(2025, 2, 1), by=by, at=AT
            )
            parties.end_delegate(delegate=mandate, ends_on=date(2025, 6, 30), by=by, at=AT)
            parties.remove_member(member=member, by=by, at=AT)
        group = "Groupement de commandes : Commune de Clairval"
        delegate = "Maîtrise d’ouvrage déléguée : Commune de Clairval"
        lines = told("marche", tender.pk)
        assert (delegate, "jusqu’au (inclus)", "", "30/06/2025") in lines
        assert (delegate, "", "", "") in lines, "named"
        assert (group, "", "", "") in lines, "joined"
        assert (group, "membre", "Commune de Clairval", "") in lines, "left"
        assert {
            line.who for line in changes_of(trails["marche"], tender.pk) if line.row in {group, delegate}
        } == {"Claire Commune de Valmont, Commune de Valmont"}
        assert not [row for row, *_ in told("marche", tender.pk + 1) if row in {group, delegate}]

    def test_a_lot_that_was_removed_still_tells_its_clause(self, cast: Cast, lot: Lot) -> None:
        clause_actions.remove(lot=lot, by=cast.facilitator, at=AT)
        lots.remove(lot=lot, by=cast.buyer, at=AT)
        gone = [line for line in told("marche", lot.tender_id) if "supprimé" in line[0] or line[0] == "Lot 1"]
        assert any(label == "quantité à réaliser" and before == "1\u202f890" for _, label, before, _ in gone)
        assert any(
            label == "intitulé" and before == "Gros œuvre" and not after for _, label, before, after in gone
        )

    def test_a_chain_of_changes_goes_from_one_value_to_the_next(self, cast: Cast) -> None:
        for name in ("Bâti-Nord", "Bâti-Est"):
            Organisation.objects.filter(pk=cast.builder.pk).update(name=name)
        names = [
            (before, after)
            for _, label, before, after in told("organisation", cast.builder.pk)
            if label == "nom"
        ]
        assert names == [("Bâti-Nord", "Bâti-Est"), ("Bâti-Sud", "Bâti-Nord")]

    def test_an_access_is_called_by_who_has_it(self, cast: Cast) -> None:
        Membership.objects.filter(user=cast.contractor.user_id).update(ends_on=date(2025, 12, 31))
        lines = told("organisation", cast.builder.pk)
        assert ("Accès : Roland Bâti-Sud", "jusqu’au", "", "31/12/2025") in lines

    def test_lines_of_a_statement_are_called_by_the_code(self, cast: Cast, lot: Lot) -> None:
        award = clauses.award(lot, (cast.builder, Decimal(1)))
        clauses.notify(lot.tender, notified_on=date(2025, 3, 10))
        check = beneficiaries.validated_check(
            beneficiaries.dossier(cast.structure), reference_date=date(2025, 4, 1)
        )
        placed = beneficiaries.placement(award, check, employer=cast.builder)
        done = making.validated(award, cast.builder, date(2025, 4, 1), hours={placed: Decimal("133.5")})
        lines = told("releve", done.pk)
        assert (f"Travail : {placed}", "heures comptées", "0", "133,50") in lines
        assert (f"Travail : {placed}", "contrôle", "À contrôler", "Comptée") in lines

    def test_a_parameter_and_a_signature_say_yes_and_no(self, cast: Cast) -> None:
        charter = Charter.objects.create(name="Charte", department="91", signed_on=date(2020, 1, 1))
        signed = Signature.objects.create(
            charter=charter, organisation=cast.commune, starts_on=date(2020, 1, 1)
        )
        Signature.objects.filter(pk=signed.pk).update(shows_volumes=True)
        assert (
            "Signature : Commune de Valmont",
            "accepte que ses volumes soient cités",
            "non",
            "oui",
        ) in told("charte", charter.pk)
        Parameter.objects.filter(code="MAX_AGE").update(value="99")
        assert any(
            line[0] == "MAX_AGE" and line[1] == "valeur" and line[3] == "99" for line in told("parametres", 0)
        )

    def test_what_a_command_changed_says_so(self, cast: Cast) -> None:
        with history.context(action="manage.py load_reference"):
            Organisation.objects.filter(pk=cast.builder.pk).update(name="X")
        assert changes_of(trails["organisation"], cast.builder.pk)[0].who == "Commande load_reference"

    def test_costs_the_same_for_many_changes(self, cast: Cast) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as seen:
                changes_of(trails["organisation"], cast.builder.pk)
            return len(seen)

        Organisation.objects.filter(pk=cast.builder.pk).update(name="0")
        one = queries()
        for number in range(1, 20):
            Organisation.objects.filter(pk=cast.builder.pk).update(name=str(number))
        assert queries() == one


class TestPage:
    def test_is_linked_from_the_story_and_reads_whole(
        self, cast: Cast, lot: Lot, browser: ActingClient
    ) -> None:
        for actor in (cast.buyer, cast.facilitator):
            browser.acting(actor)
            tender = browser.get(reverse("procurement:tender", args=[lot.tender_id])).content.decode()
            assert url("marche", lot.tender_id) in tender
            text = page(browser, "marche", lot.tender_id)
            assert "<h1>Le détail des modifications</h1>" in text
            assert "Programmation" in text
            assert "Consultation publiée" in text

    def test_says_so_when_nothing_changed(self, cast: Cast, browser: ActingClient) -> None:
        charter = Charter.objects.create(name="Charte", department="91", signed_on=date(2020, 1, 1))
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE publication_charterchange")
        assert "Aucune modification pour l’instant" in page(
            browser.acting(cast.coordinator), "charte", charter.pk
        )

    def test_the_coordination_reads_the_parameters(self, cast: Cast, browser: ActingClient) -> None:
        browser.acting(cast.coordinator)
        assert url("parametres", 0) in browser.get(reverse("figures:dashboard")).content.decode()
        assert "MAX_AGE" in page(browser, "parametres", 0)

    def test_only_reads(self, cast: Cast, lot: Lot, browser: ActingClient) -> None:
        assert browser.acting(cast.buyer).post(url("marche", lot.tender_id)).status_code == 405


ROLES = {
    "marche": {"facilitator", "buyer"},
    "organisation": {"facilitator", "coordinator"},
    "releve": {"facilitator"},
    "charte": {"coordinator"},
    "parametres": {"coordinator"},
}
"""Who reads the changes of what."""


class TestDoors:
    @pytest.mark.parametrize("kind", sorted(ROLES))
    def test_each_subject_is_open_to_its_roles_only(
        self, cast: Cast, lot: Lot, browser: ActingClient, kind: str
    ) -> None:
        award = clauses.award(lot, (cast.builder, Decimal(1)))
        clauses.notify(lot.tender, notified_on=date(2025, 3, 10))
        check = beneficiaries.validated_check(
            beneficiaries.dossier(cast.structure), reference_date=date(2025, 4, 1)
        )
        placed = beneficiaries.placement(award, check, employer=cast.builder)
        sent = making.statement(award, cast.builder, date(2025, 4, 1), hours={placed: Decimal(133)})
        charter = Charter.objects.create(name="Charte", department="91", signed_on=date(2020, 1, 1))
        keys = {
            "marche": lot.tender_id, "organisation": cast.builder.pk, "releve": sent.pk, "charte": charter.pk,
            "parametres": 0,
        }  # fmt: skip
        mine = ("facilitator", "buyer", "contractor", "employer", "prescriber", "coordinator", "signatory")
        actors: dict[str, Actor] = {name: cast.everyone()[name] for name in mine}
        answers = {
            name: browser.acting(actor).get(url(kind, keys[kind])).status_code
            for name, actor in actors.items()
        }
        assert {name for name, status in answers.items() if status == 200} == ROLES[kind]
        assert {status for name, status in answers.items() if name not in ROLES[kind]} == {403}

    def test_every_subject_is_in_the_table(self) -> None:
        assert set(trails) == set(ROLES)

    def test_another_s_tender_is_not_found(self, cast: Cast, lot: Lot, browser: ActingClient) -> None:
        for actor in (cast.other_buyer, cast.other_facilitator):
            assert browser.acting(actor).get(url("marche", lot.tender_id)).status_code == 404

    @pytest.mark.parametrize(
        ("kind", "pk"), [("marche", 999_999), ("rien", 1), ("parametres", 7), ("marche", 0)]
    )
    def test_what_does_not_exist_is_not_found(
        self, cast: Cast, browser: ActingClient, kind: str, pk: int
    ) -> None:
        actor = cast.coordinator if kind == "parametres" else cast.facilitator
        assert browser.acting(actor).get(url(kind, pk)).status_code == 404

    def test_no_name_of_a_person_followed_is_told(self, cast: Cast, lot: Lot, browser: ActingClient) -> None:
        award = clauses.award(lot, (cast.builder, Decimal(1)))
        clauses.notify(lot.tender, notified_on=date(2025, 3, 10))
        check = beneficiaries.validated_check(
            beneficiaries.dossier(cast.structure, last_name="Quevreville"), reference_date=date(2025, 4, 1)
        )
        beneficiaries.placement(award, check, employer=cast.builder)
        assert Tender.objects.filter(pk=lot.tender_id).exists()
        assert "Quevreville" not in page(browser.acting(cast.facilitator), "marche", lot.tender_id)
