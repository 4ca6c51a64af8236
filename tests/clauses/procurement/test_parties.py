"""Operations, buying groups and delegate buyers (DOMAIN.md 2.1, 2.3): who reads, who changes, from when to when."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from clauses.obligations.actions import clauses
from clauses.procurement.actions import lots, parties, tenders
from clauses.procurement.choices import OperationAction, OperationStatus, Sector, TenderAction
from clauses.procurement.models import BuyerDelegate, GroupedBuyer, Lot, Operation, Tender
from clauses.procurement.rules.operations import OPERATION
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import clauses as make
from inclusiv.records.models import AuditEvent
from tests.conftest import ActingClient, Cast


@pytest.fixture
def today() -> date:
    return paris_day(timezone.now())


@pytest.fixture
def tender(cast: Cast) -> Tender:
    """A published tender of the first buyer, with one lot and its clause."""
    made = make.tender(buyer=cast.commune, structure=cast.structure)
    make.lot(made)
    made.refresh_from_db()
    return made


def opened(tender: Tender, cast: Cast) -> Operation:
    return parties.open_operation(tender=tender, title="Quartier du Moulin", by=cast.buyer, at=timezone.now())


# Operations


def test_an_operation_gathers_tenders_of_its_buyer_with_their_totals(
    tender: Tender, cast: Cast, browser: ActingClient
) -> None:
    operation = opened(tender, cast)
    second = make.tender(
        buyer=cast.commune, structure=cast.structure, reference="2025-002", amount=Decimal(340_000)
    )
    parties.join_operation(tender=second, operation=operation, by=cast.facilitator, at=timezone.now())
    page = browser.acting(cast.buyer).get(reverse("procurement:operation", args=[operation.pk]))
    body = page.content.decode()
    assert "2\u00a0marchés" in body.replace("2 marchés", "2\u00a0marchés")
    assert "3\u202f000\u202f000" in body
    assert "1 sur 1" in body
    assert [event.code for event in AuditEvent.objects.filter(code__startswith="operation").order_by("pk")] == [
        "operation.opened", "operation.joined", "operation.joined",
    ]  # fmt: skip


def test_a_tender_of_another_buyer_does_not_join(tender: Tender, cast: Cast) -> None:
    operation = opened(tender, cast)
    other = make.tender(buyer=cast.other_commune, structure=cast.structure)
    with pytest.raises(Refused, match="n’est pas de Commune de Clairval") as refusal:
        parties.join_operation(tender=other, operation=operation, by=cast.other_buyer, at=timezone.now())
    assert refusal.value.field == "operation"


@pytest.mark.parametrize(("status", "action"), list(product(OperationStatus, OperationAction)))
def test_every_state_and_action_against_the_table(
    status: OperationStatus, action: OperationAction, tender: Tender, cast: Cast
) -> None:
    operation = opened(tender, cast)
    Operation.objects.filter(pk=operation.pk).update(status=status)
    if status in OPERATION[action].sources:
        moved = parties.move_operation(operation=operation, action=action, by=cast.buyer, at=timezone.now())
        assert moved.status == OPERATION[action].target
    else:
        with pytest.raises(Refused, match="rechargez la page"):
            parties.move_operation(operation=operation, action=action, by=cast.buyer, at=timezone.now())


@pytest.mark.parametrize("status", [OperationStatus.COMPLETED, OperationStatus.ARCHIVED])
def test_an_operation_that_is_over_changes_no_more(
    status: OperationStatus, tender: Tender, cast: Cast
) -> None:
    operation = opened(tender, cast)
    Operation.objects.filter(pk=operation.pk).update(status=status)
    for act in (
        lambda: parties.leave_operation(tender=tender, by=cast.buyer, at=timezone.now()),
        lambda: parties.join_operation(tender=tender, operation=operation, by=cast.buyer, at=timezone.now()),
        lambda: parties.change_operation(
            operation=operation, version=1, title="Autre", by=cast.buyer, at=timezone.now()
        ),
    ):
        with pytest.raises(Refused, match="ne change plus"):
            act()


def test_an_operation_is_corrected_on_the_version_that_was_read(tender: Tender, cast: Cast) -> None:
    operation = opened(tender, cast)
    parties.change_operation(
        operation=operation, version=1, title="Quartier Nord", by=cast.buyer, at=timezone.now()
    )
    with pytest.raises(Refused, match="modifiée par quelqu’un d’autre"):
        parties.change_operation(
            operation=operation, version=1, title="Sud", by=cast.facilitator, at=timezone.now()
        )
    with pytest.raises(Refused, match="précède son début"):
        parties.change_operation(
            operation=operation, version=2, starts_on=date(2027, 2, 1), ends_on=date(2027, 1, 1),
            by=cast.buyer, at=timezone.now(),
        )  # fmt: skip


def test_two_operations_of_a_buyer_have_two_names(tender: Tender, cast: Cast) -> None:
    opened(tender, cast)
    with pytest.raises(Refused, match="déjà une opération de ce nom"):
        opened(tender, cast)


@pytest.mark.parametrize("who", ["other_buyer", "other_facilitator", "contractor"])
def test_nobody_sees_the_operation_of_another(who: str, tender: Tender, cast: Cast) -> None:
    operation = opened(tender, cast)
    actor = cast.everyone()[who]
    assert not Operation.objects.visible_to(actor).exists()
    with pytest.raises(Refused):
        parties.move_operation(
            operation=operation, action=OperationAction.ACTIVATE, by=actor, at=timezone.now()
        )


# Buying groups


@pytest.fixture
def member(tender: Tender, cast: Cast) -> GroupedBuyer:
    """The other buyer, member of the group that the first one coordinates."""
    return parties.add_member(
        tender=tender, organisation=cast.other_commune, by=cast.buyer, at=timezone.now()
    )


def test_the_coordinator_is_not_a_member_and_nobody_is_twice(
    tender: Tender, member: GroupedBuyer, cast: Cast
) -> None:
    for organisation, said in (
        (cast.commune, "n’en est pas aussi un membre"),
        (cast.other_commune, "déjà membre du groupement"),
        (cast.builder, "n’est pas connue comme acheteur"),
    ):
        with pytest.raises(Refused, match=said) as refusal:
            parties.add_member(tender=tender, organisation=organisation, by=cast.buyer, at=timezone.now())
        assert refusal.value.field == "member"
    assert GroupedBuyer.objects.count() == 1


def test_a_member_reads_the_tender_and_no_button(
    tender: Tender, member: GroupedBuyer, cast: Cast, browser: ActingClient
) -> None:
    page = browser.acting(cast.other_buyer).get(reverse("procurement:tender", args=[tender.pk]))
    body = page.content.decode()
    assert page.status_code == 200
    assert "Commune de Valmont coordonne ce marché" in body
    assert "1\u202f890" in body
    for button in ("btn-primary", "Modifier", "Demander un avis", "Historique"):
        assert button not in body
    listed = browser.get(reverse("procurement:groups")).content.decode()
    assert tender.title in listed
    assert "Commune de Clairval" in listed


def test_a_member_changes_nothing(
    tender: Tender, member: GroupedBuyer, cast: Cast, browser: ActingClient
) -> None:
    lot, by, at = Lot.objects.get(), cast.other_buyer, timezone.now()
    for act in (
        lambda: tenders.change(tender=tender, title="x", by=by, at=at),
        lambda: tenders.move(tender=tender, action=TenderAction.EVALUATE, by=by, at=at),
        lambda: lots.add(tender=tender, title="x", sector=Sector.CLEANING, by=by, at=at),
        lambda: clauses.put(lot=lot, by=by, at=at),
        lambda: parties.add_member(tender=tender, organisation=cast.departement, by=by, at=at),
        lambda: parties.remove_member(member=member, by=by, at=at),
    ):
        with pytest.raises(Refused):
            act()
    browser.acting(by)
    for name in ("change", "purchase", "schedule", "lots", "parties"):
        address = reverse(f"procurement:{name}", args=[tender.pk])
        assert browser.get(address).status_code == 404
        assert browser.post(address, {"submission": str(uuid4())}).status_code == 404
    assert browser.post(reverse("procurement:member-remove", args=[member.pk])).status_code == 404
    assert browser.get(reverse("obligations:sizing", args=[lot.pk])).status_code == 404
    assert browser.get(reverse("obligations:copy", args=[tender.pk])).status_code == 404


def test_who_has_left_the_group_reads_no_more(
    tender: Tender, member: GroupedBuyer, cast: Cast, browser: ActingClient
) -> None:
    browser.acting(cast.buyer).post(reverse("procurement:member-remove", args=[member.pk]))
    address = reverse("procurement:tender", args=[tender.pk])
    assert browser.acting(cast.other_buyer).get(address).status_code == 404
    assert AuditEvent.objects.filter(code="group.left").exists()


# Delegates


def delegated(tender: Tender, cast: Cast, starts_on: date, ends_on: date | None = None) -> BuyerDelegate:
    return parties.name_delegate(
        tender=tender, organisation=cast.other_commune, starts_on=starts_on, ends_on=ends_on,
        by=cast.buyer, at=timezone.now(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("first", "last", "acts"),
    [(0, 0, True), (-10, 0, True), (-10, -1, False), (1, 10, False), (-10, None, True)],
)
def test_a_delegate_acts_between_its_two_days(
    first: int, last: int | None, acts: bool, tender: Tender, cast: Cast, today: date
) -> None:
    ends_on = None if last is None else today + timedelta(days=last)
    delegated(tender, cast, today + timedelta(days=first), ends_on)
    if acts:
        tenders.change(tender=tender, title="Autre objet", by=cast.other_buyer, at=timezone.now())
        event = AuditEvent.objects.get(code="tender.changed", membership_id=cast.other_buyer.membership_id)
        assert event.on_behalf_of == "Commune de Valmont"
    else:
        with pytest.raises(Refused, match="pas accès"):
            tenders.change(tender=tender, title="Autre objet", by=cast.other_buyer, at=timezone.now())
    assert Tender.objects.visible_to(cast.other_buyer).exists() == acts


def test_a_delegate_signs_a_clause_in_the_name_of_its_buyer(tender: Tender, cast: Cast, today: date) -> None:
    delegated(tender, cast, today)
    lot, by, at = Lot.objects.get(), cast.other_buyer, timezone.now()
    clauses.put(lot=lot, by=by, at=at)
    clauses.remove(lot=lot, by=by, at=at)
    events = AuditEvent.objects.filter(code__startswith="clause.", membership_id=by.membership_id)
    assert list(events.values_list("on_behalf_of", flat=True)) == ["Commune de Valmont"] * 2


def test_the_buyer_still_sees_its_tender_once(tender: Tender, cast: Cast, today: date) -> None:
    delegated(tender, cast, today - timedelta(days=20), today - timedelta(days=10))
    delegated(tender, cast, today)
    assert Tender.objects.visible_to(cast.buyer).count() == 1
    assert Tender.objects.visible_to(cast.other_buyer).count() == 1


def test_a_delegate_does_not_pass_its_mandate_on(tender: Tender, cast: Cast, today: date) -> None:
    mandate = delegated(tender, cast, today)
    with pytest.raises(Refused, match="Seul l’acheteur décide"):
        parties.name_delegate(
            tender=tender,
            organisation=cast.departement,
            starts_on=today,
            by=cast.other_buyer,
            at=timezone.now(),
        )
    with pytest.raises(Refused, match="Seul l’acheteur décide"):
        parties.end_delegate(delegate=mandate, ends_on=today, by=cast.other_buyer, at=timezone.now())


def test_mandates_obey_their_dates(tender: Tender, cast: Cast, today: date) -> None:
    with pytest.raises(Refused, match="précède son début"):
        delegated(tender, cast, today, today - timedelta(days=1))
    with pytest.raises(Refused, match="ne se délègue pas à lui-même"):
        parties.name_delegate(
            tender=tender, organisation=cast.commune, starts_on=today, by=cast.buyer, at=timezone.now()
        )
    first = delegated(tender, cast, today)
    with pytest.raises(Refused, match="déjà à la place de l’acheteur") as refusal:
        delegated(tender, cast, today + timedelta(days=5))
    assert refusal.value.field == "starts_on"
    parties.end_delegate(delegate=first, ends_on=today, by=cast.facilitator, at=timezone.now())
    delegated(tender, cast, today + timedelta(days=5))


def test_the_page_writes_each_part_and_keeps_what_was_typed(
    tender: Tender, cast: Cast, today: date, browser: ActingClient
) -> None:
    address = reverse("procurement:parties", args=[tender.pk])
    browser.acting(cast.facilitator)

    def send(**given: str) -> str:
        answer = browser.post(address, {"submission": str(uuid4())} | given, follow=True)
        return str(answer.content.decode())

    assert "donnez l’intitulé d’une nouvelle" in send(quoi="operation", title="")
    assert "Quartier du Moulin" in send(quoi="operation", title="Quartier du Moulin")
    body = send(quoi="membre", member=str(cast.commune.pk))
    assert "n’en est pas aussi un membre" in body
    assert f'<option value="{cast.commune.pk}" selected>' in body
    assert "Commune de Clairval" in send(quoi="membre", member=str(cast.other_commune.pk))
    assert "Arrêter aujourd’hui" in send(
        quoi="delegue", delegate=str(cast.other_commune.pk), starts_on=str(today)
    )
    browser.post(reverse("procurement:operation-leave", args=[tender.pk]))
    tender.refresh_from_db()
    assert tender.operation is None
    assert AuditEvent.objects.get(code="group.joined").on_behalf_of == "Commune de Valmont"
