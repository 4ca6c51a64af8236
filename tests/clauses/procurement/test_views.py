"""Pages of procurement: each opens to its owners only, keeps what was typed, and acts once."""

import re
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clauses.procurement.actions import tenders
from clauses.procurement.choices import GroupRole, TenderAction, TenderNature, TenderStatus
from clauses.procurement.models import Award, Lot, Tender
from inclusiv.accounts.models import Organisation, Territory
from inclusiv.demo.make import accounts
from inclusiv.demo.make import clauses as make
from inclusiv.records.models import AuditEvent
from inclusiv.reference.models import Commune
from tests.conftest import ActingClient, Cast

REGISTER = reverse("procurement:register")
NEW_SIRET = accounts.siret(500)


def typed(**changes: str) -> dict[str, str]:
    return {
        "submission": str(uuid4()),
        "reference": "M-2025-014",
        "title": "Réhabilitation d’une école",
        "form": "CONTRACT",
        "insertion_policy": "STANDARD",
        "nature": "WORKS",
        "cpv": "45214200-2",
        "procedure": "",
        "estimated_amount": "2 660 000",
        "consultation_launched_on": "2025-01-13",
        "offers_due_on": "",
        "starts_on": "2025-03-24",
        "ends_on": "2025-11-28",
        "place": "Évry-Courcouronnes (91228)",
        "structure": "",
    } | changes


@pytest.fixture
def tender(cast: Cast) -> Tender:
    return make.tender(buyer=cast.commune, structure=cast.structure)


def addresses(tender: Tender, lot: Lot) -> dict[str, str]:
    return {
        "tender": reverse("procurement:tender", args=[tender.pk]),
        "change": reverse("procurement:change", args=[tender.pk]),
        "step": reverse("procurement:step", args=[tender.pk, "analyser"]),
        "lots": reverse("procurement:lots", args=[tender.pk]),
        "lot-change": reverse("procurement:lot-change", args=[lot.pk]),
        "lot-remove": reverse("procurement:lot-remove", args=[lot.pk]),
        "award": reverse("procurement:award", args=[lot.pk]),
        "award-withdraw": reverse("procurement:award-withdraw", args=[lot.pk]),
        "sizing": reverse("obligations:sizing", args=[lot.pk]),
        "remove-clause": reverse("obligations:remove-clause", args=[lot.pk]),
        "notify": reverse("obligations:notify", args=[tender.pk]),
    }


PAGES = [
    "tender",
    "change",
    "step",
    "lots",
    "lot-change",
    "lot-remove",
    "award",
    "award-withdraw",
    "sizing",
    "remove-clause",
    "notify",
]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", ["buyer", "facilitator"])
def test_owners_open_every_page_of_their_tender(
    page: str, name: str, tender: Tender, cast: Cast, browser: ActingClient
) -> None:
    address = addresses(tender, make.lot(tender))[page]
    assert browser.acting(cast.everyone()[name]).get(address).status_code == 200


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", ["other_buyer", "other_facilitator"])
def test_the_tender_of_another_does_not_exist(
    page: str, name: str, tender: Tender, cast: Cast, browser: ActingClient
) -> None:
    address = addresses(tender, make.lot(tender))[page]
    browser.acting(cast.everyone()[name])
    assert browser.get(address).status_code == 404
    if page != "tender":
        assert browser.post(address, {"submission": str(uuid4())}).status_code == 404


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", ["prescriber", "signatory", "coordinator", "contractor", "employer"])
def test_other_roles_are_kept_out_of_the_acts(
    page: str, name: str, tender: Tender, cast: Cast, browser: ActingClient
) -> None:
    address = addresses(tender, make.lot(tender))[page]
    expected = 403
    if page == "tender":
        expected = {"coordinator": 200, "contractor": 404, "employer": 404}.get(name, 403)
    assert browser.acting(cast.everyone()[name]).get(address).status_code == expected


def test_pages_refuse_other_methods(tender: Tender, cast: Cast, browser: ActingClient) -> None:
    browser.acting(cast.buyer)
    assert browser.put(REGISTER).status_code == 405
    assert browser.post(reverse("procurement:tender", args=[tender.pk])).status_code == 405


def test_a_buyer_registers_and_goes_on_with_the_lots(
    cast: Cast, territory: Territory, browser: ActingClient
) -> None:
    response = browser.acting(cast.buyer).post(REGISTER, typed())
    tender = Tender.objects.get()
    assert response.headers["Location"] == reverse("procurement:lots", args=[tender.pk])
    assert (tender.buyer, tender.structure, tender.place_id) == (cast.commune, cast.structure, "91228")
    assert (tender.estimated_amount, tender.cpv) == (Decimal("2660000.00"), "45214200")
    assert "Le marché M-2025-014 est enregistré" in browser.get(response.headers["Location"]).content.decode()


def test_a_facilitator_registers_on_behalf_of_the_buyer_it_chose(
    cast: Cast, territory: Territory, browser: ActingClient
) -> None:
    browser.acting(cast.facilitator).post(REGISTER, typed(buyer=str(cast.commune.pk)))
    tender = Tender.objects.get()
    assert (tender.buyer, tender.facilitator_id) == (cast.commune, cast.facilitator.user_id)
    page = browser.get(reverse("procurement:tender", args=[tender.pk])).content.decode()
    assert "pour le compte de Commune de Valmont" in page


def test_a_buyer_is_never_asked_for_whom(cast: Cast, browser: ActingClient) -> None:
    assert 'name="buyer"' not in browser.acting(cast.buyer).get(REGISTER).content.decode()
    page = browser.acting(cast.facilitator).get(REGISTER).content.decode()
    assert "Commune de Clairval" in page
    assert "Bâti-Sud" not in page


def test_a_buyer_cannot_slip_another_buyer_in(
    cast: Cast, territory: Territory, browser: ActingClient
) -> None:
    browser.acting(cast.buyer).post(REGISTER, typed(buyer=str(cast.other_commune.pk)))
    assert Tender.objects.get().buyer == cast.commune


BAD = [
    ({"reference": ""}, "est à remplir"),
    ({"estimated_amount": "-5"}, "ne peut pas être négatif"),
    ({"estimated_amount": "beaucoup"}, "n’est pas un nombre"),
    ({"starts_on": "2025-02-31"}, "n’existe pas"),
    ({"ends_on": "2025-03-23"}, "précède"),
    ({"place": "Atlantide"}, "Atlantide"),
    ({"place": "99999"}, "Aucune commune"),
    ({"cpv": "n’importe quoi"}, "ni un code CPV"),
    ({"nature": "GIFTS"}, "GIFTS"),
    ({"reference": "M-2025-014-LOT-UNIQUE"}, "actuellement 21"),
    ({"submission": ""}, "rechargez-la"),
    ({"title": "x" * 1001}, "1000"),
]


@pytest.mark.parametrize(("changes", "said"), BAD)
def test_bad_input_is_told_and_what_was_typed_stays(
    changes: dict[str, str], said: str, cast: Cast, territory: Territory, browser: ActingClient
) -> None:
    response = browser.acting(cast.buyer).post(REGISTER, typed(**changes))
    body = response.content.decode()
    assert response.status_code == 422
    assert said in body
    assert "Réhabilitation d’une école" in body or "title" in changes
    assert not Tender.objects.exists()


def test_everything_wrong_is_said_at_once_in_the_order_of_the_page(
    cast: Cast, territory: Territory, browser: ActingClient
) -> None:
    wrong = {
        "title": "",
        "estimated_amount": "-5",
        "offers_due_on": "2025-01-06",
        "ends_on": "2025-03-23",
        "place": "Atlantide",
    }
    page = browser.acting(cast.buyer).post(REGISTER, typed(**wrong)).content.decode()
    told = re.findall(r'<a href="#id_(\w+)">', page)
    assert told == ["estimated_amount", "title", "offers_due_on", "ends_on", "place"]


def test_the_browser_cuts_no_number(cast: Cast, browser: ActingClient) -> None:
    page = browser.acting(cast.buyer).get(REGISTER).content.decode()
    assert 'maxlength="1000"' in page
    assert 'maxlength="16"' not in page


def test_a_doubtful_cpv_code_is_kept_with_a_warning(
    cast: Cast, territory: Territory, browser: ActingClient
) -> None:
    response = browser.acting(cast.buyer).post(REGISTER, typed(cpv="45214200-7"), follow=True)
    assert "La clé du code CPV 45214200 est 2, pas 7." in response.content.decode()
    assert Tender.objects.get().cpv == "45214200"


def test_a_double_click_registers_once(cast: Cast, territory: Territory, browser: ActingClient) -> None:
    form = typed()
    browser.acting(cast.buyer).post(REGISTER, form)
    again = browser.post(REGISTER, form)
    assert again.status_code == 422
    assert "déjà été envoyé" in again.content.decode()
    assert Tender.objects.count() == 1


def test_a_buyer_whom_nobody_follows_is_asked_to_choose(cast: Cast, browser: ActingClient) -> None:
    response = browser.acting(cast.buyer).post(REGISTER, typed())
    assert response.status_code == 422
    assert "choisissez celle qui suivra ce marché" in response.content.decode()
    browser.post(REGISTER, typed(structure=str(cast.structure.pk)))
    assert Tender.objects.get().structure == cast.structure


def changed(tender: Tender, **changes: str) -> dict[str, str]:
    return typed(
        reference=tender.reference,
        version=str(tender.version),
        starts_on=str(tender.starts_on),
        ends_on=str(tender.ends_on),
        consultation_launched_on=str(tender.consultation_launched_on),
        **changes,
    )


def test_a_correction_is_refused_when_somebody_was_faster(
    tender: Tender, cast: Cast, browser: ActingClient
) -> None:
    address = reverse("procurement:change", args=[tender.pk])
    mine, theirs = changed(tender, title="Mien"), changed(tender, title="Leur")
    assert browser.acting(cast.facilitator).post(address, theirs).status_code == 302
    response = browser.acting(cast.buyer).post(address, mine)
    assert response.status_code == 422
    assert "modifié par quelqu’un d’autre" in response.content.decode()
    tender.refresh_from_db()
    assert tender.title == "Leur"


def test_lots_are_described_one_after_the_other(tender: Tender, cast: Cast, browser: ActingClient) -> None:
    address = reverse("procurement:lots", args=[tender.pk])
    lot = {
        "submission": str(uuid4()),
        "version": "1",
        "number": "1",
        "title": "Gros œuvre",
        "sector": "STRUCTURAL",
        "estimated_amount": "1 800 000 €",
        "cpv": "",
    }
    assert browser.acting(cast.buyer).post(address, lot).headers["Location"] == address
    page = browser.get(address).content.decode()
    assert "Gros œuvre" in page
    assert 'name="number" value="2"' in page
    too_much = lot | {"submission": str(uuid4()), "number": "2", "estimated_amount": "860 000,01"}
    refused = browser.post(address, too_much)
    assert refused.status_code == 422
    assert "plus que le montant estimé" in refused.content.decode()
    assert "860 000,01" in refused.content.decode()


def test_a_lot_is_corrected_then_removed(tender: Tender, cast: Cast, browser: ActingClient) -> None:
    browser.acting(cast.buyer)
    lot = make.lot(tender)
    browser.post(reverse("obligations:remove-clause", args=[lot.pk]))
    tender.refresh_from_db()
    form = {
        "submission": str(uuid4()),
        "version": str(tender.version),
        "number": "1",
        "title": "Maçonnerie",
        "sector": "STRUCTURAL",
        "estimated_amount": "",
        "cpv": "",
    }
    browser.post(reverse("procurement:lot-change", args=[lot.pk]), form)
    lot.refresh_from_db()
    assert (lot.title, lot.estimated_amount) == ("Maçonnerie", None)
    browser.post(reverse("procurement:lot-remove", args=[lot.pk]))
    assert not Lot.objects.exists()


def test_a_move_is_asked_before_it_is_made(tender: Tender, cast: Cast, browser: ActingClient) -> None:
    address = reverse("procurement:step", args=[tender.pk, "sans-suite"])
    assert "c’est définitif" in browser.acting(cast.buyer).get(address).content.decode()
    tender.refresh_from_db()
    assert tender.status == TenderStatus.PUBLISHED
    browser.post(address)
    tender.refresh_from_db()
    assert tender.status == TenderStatus.NO_AWARD


def test_a_move_pressed_twice_is_made_once_without_an_error(
    tender: Tender, cast: Cast, browser: ActingClient
) -> None:
    address = reverse("procurement:step", args=[tender.pk, "analyser"])
    browser.acting(cast.buyer).post(address)
    page = browser.post(address, follow=True).content.decode()
    assert "notice-error" not in page
    assert AuditEvent.objects.filter(code="tender.moved", data__status="EVALUATION").count() == 1


def test_a_move_out_of_turn_is_refused_with_a_message(
    tender: Tender, cast: Cast, browser: ActingClient
) -> None:
    address = reverse("procurement:step", args=[tender.pk, "achever"])
    page = browser.acting(cast.buyer).post(address, follow=True).content.decode()
    assert "rechargez la page" in page


def test_an_unknown_move_does_not_exist(tender: Tender, cast: Cast, browser: ActingClient) -> None:
    address = reverse("procurement:step", args=[tender.pk, "notify"])
    assert browser.acting(cast.buyer).get(address).status_code == 404


def awarding(**changes: str) -> dict[str, str]:
    blank = {f"{name}_{rank}": "" for name in ("siret", "name", "share") for rank in range(1, 6)}
    return (
        {"submission": str(uuid4()), "awarded_on": "2025-02-24", "amount": "", "group_type": "NONE"}
        | blank
        | changes
    )


def test_a_lot_is_given_to_a_new_company(tender: Tender, cast: Cast, browser: ActingClient) -> None:
    address = reverse("procurement:award", args=[make.lot(tender).pk])
    response = browser.acting(cast.buyer).post(
        address, awarding(siret_1=f"{NEW_SIRET[:9]} {NEW_SIRET[9:]}", name_1="Val Maçonnerie")
    )
    assert response.headers["Location"] == reverse("procurement:tender", args=[tender.pk])
    assert Award.objects.get().lead == Organisation.objects.get(name="Val Maçonnerie")
    page = browser.get(response.headers["Location"]).content.decode()
    assert "Val Maçonnerie" in page
    assert "Notifier le marché" in page


def test_a_lot_is_given_to_a_group(tender: Tender, cast: Cast, browser: ActingClient) -> None:
    assert cast.builder.siret
    assert cast.painter.siret
    group = awarding(
        group_type="SEVERAL",
        siret_1=cast.builder.siret,
        share_1="70",
        siret_2=cast.painter.siret,
        share_2="30",
    )
    browser.acting(cast.buyer).post(reverse("procurement:award", args=[make.lot(tender).pk]), group)
    members = Award.objects.get().members.order_by("pk")
    assert [(member.role, member.hours_share) for member in members] == [
        (GroupRole.LEAD, Decimal("0.70000")),
        (GroupRole.MEMBER, Decimal("0.30000")),
    ]


BAD_AWARDS = [
    ({"siret_1": ""}, "Indiquez le SIRET de l’entreprise titulaire"),
    ({"siret_1": "00091050000012"}, "la clé ne correspond pas"),
    ({"siret_1": "123"}, "il y en a 3"),
    ({"siret_1": NEW_SIRET}, "indiquez son nom"),
    ({"siret_1": NEW_SIRET, "name_1": "V", "share_1": "80"}, "80\u202f%"),
    ({"siret_1": NEW_SIRET, "name_1": "V", "group_type": "JOINT"}, "ne forme pas un groupement"),
    ({"siret_1": NEW_SIRET, "name_1": "V", "name_2": "Sans numéro"}, "le SIRET de cette entreprise"),
    ({"siret_1": NEW_SIRET, "name_1": "V", "awarded_on": "2099-01-01"}, "après aujourd’hui"),
    ({"siret_1": NEW_SIRET, "name_1": "V", "amount": "-1"}, "ne peut pas être négatif"),
]


def test_a_name_too_long_is_not_also_told_missing(tender: Tender, cast: Cast, browser: ActingClient) -> None:
    address = reverse("procurement:award", args=[make.lot(tender).pk])
    response = browser.acting(cast.buyer).post(address, awarding(siret_1=NEW_SIRET, name_1="V" * 300))
    body = response.content.decode()
    assert "255" in body
    assert "indiquez son nom" not in body


@pytest.mark.parametrize(("changes", "said"), BAD_AWARDS)
def test_a_bad_award_is_told_and_what_was_typed_stays(
    changes: dict[str, str], said: str, tender: Tender, cast: Cast, browser: ActingClient
) -> None:
    address = reverse("procurement:award", args=[make.lot(tender).pk])
    response = browser.acting(cast.buyer).post(address, awarding(**changes))
    body = response.content.decode().lower()
    assert response.status_code == 422
    assert said.lower() in body
    assert all(value.lower() in body for value in changes.values())
    assert not Award.objects.exists()


def test_a_contractor_is_taken_back_after_a_question(
    tender: Tender, cast: Cast, browser: ActingClient
) -> None:
    lot = make.lot(tender)
    make.award(lot, (cast.builder, Decimal(1)))
    address = reverse("procurement:award-withdraw", args=[lot.pk])
    browser.acting(cast.buyer).get(address)
    assert Award.objects.exists()
    assert "n’a plus de titulaire" in browser.post(address, follow=True).content.decode()
    assert "n’a pas de titulaire" in browser.post(address, follow=True).content.decode()


def test_a_double_click_awards_once(tender: Tender, cast: Cast, browser: ActingClient) -> None:
    address = reverse("procurement:award", args=[make.lot(tender).pk])
    form = awarding(siret_1=NEW_SIRET, name_1="Val Maçonnerie")
    browser.acting(cast.buyer).post(address, form)
    assert browser.post(address, form).status_code == 422
    assert Award.objects.count() == 1


def test_a_contractor_reads_its_own_lots_without_amounts_nor_story(
    tender: Tender, cast: Cast, browser: ActingClient
) -> None:
    mine, other = make.lot(tender), make.lot(tender, number=2, title="Peinture", amount=Decimal(220000))
    make.award(mine, (cast.builder, Decimal(1)))
    make.award(other, (cast.painter, Decimal(1)))
    make.notify(tender, notified_on=date(2025, 3, 10))
    page = browser.acting(cast.contractor).get(reverse("procurement:tender", args=[tender.pk]))
    body = page.content.decode()
    assert "Gros œuvre" in body
    assert "1\u202f890" in body
    for hidden in ("Peinture", "Historique", "1\u202f800\u202f000", "Modifier", "Couleurs du Val"):
        assert hidden not in body


def test_the_page_says_what_comes_next(tender: Tender, cast: Cast, browser: ActingClient) -> None:
    def primary() -> str:
        body = browser.get(reverse("procurement:tender", args=[tender.pk])).content.decode()
        _, _, after = body.partition('class="btn btn-primary"')
        assert 'class="btn btn-primary"' not in after, "one primary button a screen"
        return after.partition("</a>")[0].rpartition(">")[2] if after else ""

    browser.acting(cast.buyer)
    assert primary() == "Décrire les lots"
    lot = make.lot(tender)
    assert primary() == "Indiquer le titulaire du lot 1"
    make.award(lot, (cast.builder, Decimal(1)))
    assert primary() == "Notifier le marché"
    make.notify(tender, notified_on=date(2025, 3, 10))
    assert primary() == "Déclarer l’exécution achevée"
    browser.post(reverse("procurement:step", args=[tender.pk, "achever"]))
    assert primary() == "Clore le bilan"
    browser.post(reverse("procurement:step", args=[tender.pk, "clore"]))
    assert primary() == ""


def test_a_step_that_would_be_refused_is_not_offered(cast: Cast, browser: ActingClient) -> None:
    tender = tenders.register(
        buyer=cast.commune,
        structure=cast.structure,
        reference="P-1",
        title="Entretien des parcs",
        nature=TenderNature.SERVICES,
        place=None,
        by=cast.buyer,
        at=make.noon(date(2025, 1, 13)),
    )
    tenders.move(tender=tender, action=TenderAction.SIZE, by=cast.buyer, at=make.noon(date(2025, 1, 13)))
    browser.acting(cast.buyer)
    address = reverse("procurement:tender", args=[tender.pk])
    assert "Déclarer la clause rédigée" not in browser.get(address).content.decode()
    make.lot(tender)
    assert "Déclarer la clause rédigée" in browser.get(address).content.decode()


def test_a_tender_of_twenty_lots_costs_the_same_queries_as_one(
    tender: Tender, cast: Cast, browser: ActingClient
) -> None:
    browser.acting(cast.buyer)
    address = reverse("procurement:tender", args=[tender.pk])

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(address).status_code == 200
        return len(captured)

    make.award(make.lot(tender), (cast.builder, Decimal("0.5")), (cast.painter, Decimal("0.5")))
    one = queries()
    for number in range(2, 21):
        make.lot(tender, number=number, amount=Decimal(100000))
    assert queries() == one


@pytest.mark.parametrize(
    "text", ["Evry", "91228", "évry courcouronnes", "Évry-Courcouronnes (91228)", "91000"]
)
def test_a_commune_is_understood_as_people_write_it(
    text: str, cast: Cast, territory: Territory, browser: ActingClient
) -> None:
    browser.acting(cast.buyer).post(REGISTER, typed(place=text))
    assert Tender.objects.get().place_id == "91228"


def test_an_ambiguous_commune_names_the_possible_ones(
    cast: Cast, territory: Territory, browser: ActingClient
) -> None:
    body = browser.acting(cast.buyer).post(REGISTER, typed(place="Saint")).content.decode()
    assert "désigne plusieurs communes" in body
    assert "(91" in body


def test_any_listed_commune_is_accepted_even_from_elsewhere(
    cast: Cast, territory: Territory, browser: ActingClient
) -> None:
    Commune.objects.create(insee="94028", name="Créteil", department="94")
    form = typed(place="créteil", structure=str(cast.structure.pk))
    browser.acting(cast.buyer).post(REGISTER, form)
    assert Tender.objects.get().department == "94"
