"""Lots stay within their tender; a lot goes once to a contractor or a group, known or not."""

from datetime import date, datetime
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import connection

from clauses.obligations.actions import clauses
from clauses.procurement.actions import awards, lots, tenders
from clauses.procurement.choices import GroupRole, GroupType, Sector, TenderAction, TenderStatus
from clauses.procurement.models import Award, Lot, Tender
from inclusiv.accounts.actions.organisations import Told
from inclusiv.accounts.models import Capacity, Organisation
from inclusiv.core.actors import Role
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import accounts
from inclusiv.demo.make import clauses as make
from inclusiv.records.models import AuditEvent
from tests.conftest import Cast, make_cast

AWARDED_ON = date(2025, 2, 24)
NEW = Told(siret=accounts.siret(500), name=" Val Maçonnerie ")


@pytest.fixture
def tender(cast: Cast) -> Tender:
    return make.tender(buyer=cast.commune, structure=cast.structure)


def bare_lot(tender: Tender, cast: Cast, at: datetime, **changes: object) -> Lot:
    return lots.add(
        **{"tender": tender, "title": "Peinture", "sector": Sector.PAINTING, "by": cast.buyer, "at": at}
        | changes  # type: ignore[arg-type]
    )


def test_lots_are_numbered_in_turn_and_told(tender: Tender, cast: Cast, at: datetime) -> None:
    numbers = [bare_lot(tender, cast, at).number for _ in range(2)]
    assert numbers == [1, 2]
    told = AuditEvent.objects.filter(code="lot.added").order_by("pk")
    assert [event.data for event in told] == [{"number": "1"}, {"number": "2"}]


def test_two_lots_do_not_share_a_number(tender: Tender, cast: Cast, at: datetime) -> None:
    bare_lot(tender, cast, at, number=3)
    with pytest.raises(Refused, match="déjà un lot de ce numéro") as refusal:
        bare_lot(tender, cast, at, number=3)
    assert refusal.value.field == "number"


def test_lots_do_not_exceed_their_tender(tender: Tender, cast: Cast, at: datetime) -> None:
    bare_lot(tender, cast, at, estimated_amount=Decimal("2660000.00"))
    with pytest.raises(Refused, match="plus que le montant estimé du marché"):
        bare_lot(tender, cast, at, estimated_amount=Decimal("0.01"))
    assert tender.lots.count() == 1


def test_a_negative_lot_is_refused_on_its_field(tender: Tender, cast: Cast, at: datetime) -> None:
    with pytest.raises(Refused) as refusal:
        bare_lot(tender, cast, at, estimated_amount=Decimal(-1))
    assert refusal.value.field == "estimated_amount"


def test_a_lot_is_corrected_on_a_fresh_reading_only(tender: Tender, cast: Cast, at: datetime) -> None:
    lot = bare_lot(tender, cast, at)
    tender.refresh_from_db()
    lots.change(lot=lot, version=tender.version, title="Peinture et sols", by=cast.buyer, at=at)
    with pytest.raises(Refused, match="entre-temps"):
        lots.change(lot=lot, version=tender.version, title="Sols", by=cast.facilitator, at=at)
    lot.refresh_from_db()
    assert lot.title == "Peinture et sols"


def test_a_lot_with_a_clause_or_a_contractor_stays(tender: Tender, cast: Cast, at: datetime) -> None:
    lot = make.lot(tender)
    with pytest.raises(Refused, match="Retirez d’abord la clause"):
        lots.remove(lot=lot, by=cast.buyer, at=at)
    make.award(lot, (cast.builder, Decimal(1)))
    with pytest.raises(Refused, match="est attribué"):
        lots.change(lot=lot, title="Autre", by=cast.buyer, at=at)


def test_a_bare_lot_is_removed(tender: Tender, cast: Cast, at: datetime) -> None:
    lots.remove(lot=bare_lot(tender, cast, at), by=cast.buyer, at=at)
    assert not tender.lots.exists()


@pytest.mark.parametrize("name", ["other_buyer", "other_facilitator", "contractor", "coordinator"])
def test_who_does_not_own_a_tender_adds_no_lot(name: str, tender: Tender, cast: Cast, at: datetime) -> None:
    with pytest.raises(Refused):
        bare_lot(tender, cast, at, by=cast.everyone()[name])


def test_a_notified_tender_takes_no_lot(tender: Tender, cast: Cast, at: datetime) -> None:
    make.award(make.lot(tender), (cast.builder, Decimal(1)))
    make.notify(tender, notified_on=date(2025, 3, 10))
    with pytest.raises(Refused, match="ne changent plus"):
        bare_lot(tender, cast, at)


def test_the_first_contractor_leads_and_the_tender_is_awarded(
    tender: Tender, cast: Cast, at: datetime
) -> None:
    award = awards.award(
        lot=make.lot(tender),
        contractors=[(cast.builder, Decimal("0.7")), (cast.painter, Decimal("0.3"))],
        group_type=GroupType.SEVERAL,
        amount=Decimal("1750000.00"),
        awarded_on=AWARDED_ON,
        by=cast.buyer,
        at=at,
    )
    members = award.members.order_by("pk").values_list("organisation", "role", "hours_share")
    assert list(members) == [
        (cast.builder.pk, GroupRole.LEAD, Decimal("0.70000")),
        (cast.painter.pk, GroupRole.MEMBER, Decimal("0.30000")),
    ]
    tender.refresh_from_db()
    assert (tender.status, tender.awarded_on) == (TenderStatus.AWARDED, AWARDED_ON)
    assert list(AuditEvent.objects.order_by("-pk").values_list("code", flat=True)[:2]) == [
        "tender.moved",
        "lot.awarded",
    ]


def give(lot: Lot, cast: Cast, at: datetime, *contractors: object, on: date = AWARDED_ON) -> Award:
    shares = [(who, Decimal(1) / len(contractors)) for who in contractors]
    return awards.award(
        lot=lot,
        contractors=shares,  # type: ignore[arg-type]
        group_type=GroupType.JOINT if len(contractors) > 1 else GroupType.NONE,
        awarded_on=on,
        by=cast.buyer,
        at=at,
    )


def test_a_tender_waits_for_its_lots_with_a_clause_only(tender: Tender, cast: Cast, at: datetime) -> None:
    first, second = make.lot(tender), make.lot(tender, number=2, amount=Decimal(1000))
    without = bare_lot(tender, cast, at)
    give(first, cast, at, cast.builder)
    tender.refresh_from_db()
    assert tender.status == TenderStatus.PUBLISHED
    give(second, cast, at, cast.builder, on=date(2025, 3, 3))
    tender.refresh_from_db()
    assert (tender.status, tender.awarded_on) == (TenderStatus.AWARDED, date(2025, 3, 3))
    give(without, cast, at, cast.painter, on=date(2025, 3, 5))
    tender.refresh_from_db()
    assert (tender.status, tender.awarded_on) == (TenderStatus.AWARDED, date(2025, 3, 5))


def test_a_first_clause_ends_the_wait_for_the_lots_that_have_none(
    tender: Tender, cast: Cast, at: datetime
) -> None:
    lot, _ = bare_lot(tender, cast, at), bare_lot(tender, cast, at)
    give(lot, cast, at, cast.painter)
    tender.refresh_from_db()
    assert tender.status == TenderStatus.PUBLISHED
    clauses.put(lot=lot, quantity=Decimal(70), by=cast.buyer, at=at)
    tender.refresh_from_db()
    assert (tender.status, tender.awarded_on) == (TenderStatus.AWARDED, AWARDED_ON)


def test_without_any_clause_every_lot_is_waited_for(tender: Tender, cast: Cast, at: datetime) -> None:
    first, second = bare_lot(tender, cast, at), bare_lot(tender, cast, at)
    give(first, cast, at, cast.painter)
    tender.refresh_from_db()
    assert tender.status == TenderStatus.PUBLISHED
    give(second, cast, at, cast.painter)
    tender.refresh_from_db()
    assert tender.status == TenderStatus.AWARDED


def test_an_unknown_company_is_made_once_and_may_act_from_the_award_on(
    tender: Tender, cast: Cast, at: datetime
) -> None:
    give(make.lot(tender), cast, at, NEW)
    made = Organisation.objects.get(siret=NEW.siret)
    assert (made.name, made.siren) == ("Val Maçonnerie", NEW.siret[:9])
    capacity = made.capacities.get()
    assert (capacity.role, capacity.department, capacity.starts_on) == (Role.CONTRACTOR, "91", AWARDED_ON)
    other = make.tender(buyer=cast.commune, structure=cast.structure, reference="2")
    give(make.lot(other), cast, at, Told(siret=f"{NEW.siret[:9]} {NEW.siret[9:]}"))
    assert Organisation.objects.filter(siren=made.siren).count() == 1
    assert made.capacities.count() == 1


def test_a_known_company_that_never_was_a_contractor_becomes_one(
    tender: Tender, cast: Cast, at: datetime
) -> None:
    Capacity.objects.create(
        organisation=cast.etti, role=Role.CONTRACTOR, starts_on=date(2025, 6, 1), ends_on=date(2025, 6, 30)
    )
    give(make.lot(tender), cast, at, cast.etti)
    capacity = cast.etti.capacities.get(role=Role.CONTRACTOR)
    assert (capacity.starts_on, capacity.ends_on) == (AWARDED_ON, date(2025, 6, 30))


REFUSED = [
    ([Told(siret="00091050000012", name="Fausse")], "siret_false", "00091050000012"),
    ([Told(siret="123", name="Courte")], "siret_false", "123"),
    ([Told(siret=NEW.siret)], "name_missing", NEW.siret),
    ([NEW, NEW], "contractor_twice", "deux fois"),
]


@pytest.mark.parametrize(("contractors", "code", "said"), REFUSED)
def test_a_wrong_contractor_is_refused_and_nothing_is_written(
    contractors: list[Told], code: str, said: str, tender: Tender, cast: Cast, at: datetime
) -> None:
    before = Organisation.objects.count()
    with pytest.raises(Refused, match=said) as refusal:
        give(make.lot(tender), cast, at, *contractors)
    assert refusal.value.code == code
    assert not Award.objects.exists()
    assert Organisation.objects.count() == before


def test_the_establishments_of_the_post_have_their_own_key(tender: Tender, cast: Cast, at: datetime) -> None:
    give(make.lot(tender), cast, at, Told(siret="35600000049837", name="La Poste"))
    assert Organisation.objects.filter(siret="35600000049837").exists()


def test_a_lot_is_awarded_once(tender: Tender, cast: Cast, at: datetime) -> None:
    lot = make.lot(tender)
    give(lot, cast, at, cast.builder)
    with pytest.raises(Refused, match="a déjà un titulaire"):
        give(lot, cast, at, cast.painter)


def test_a_contractor_told_by_mistake_is_taken_back(tender: Tender, cast: Cast, at: datetime) -> None:
    lot = make.lot(tender)
    give(lot, cast, at, cast.builder)
    awards.withdraw(lot=lot, by=cast.buyer, at=at)
    tender.refresh_from_db()
    assert (tender.status, tender.awarded_on) == (TenderStatus.EVALUATION, None)
    assert give(lot, cast, at, cast.painter).lead == cast.painter
    tender.refresh_from_db()
    assert tender.status == TenderStatus.AWARDED


def test_a_tender_stays_awarded_when_a_lot_without_clause_loses_its_contractor(
    tender: Tender, cast: Cast, at: datetime
) -> None:
    give(make.lot(tender), cast, at, cast.builder)
    without = bare_lot(tender, cast, at)
    give(without, cast, at, cast.painter)
    awards.withdraw(lot=without, by=cast.buyer, at=at)
    tender.refresh_from_db()
    assert tender.status == TenderStatus.AWARDED


def test_a_notified_contractor_stays(tender: Tender, cast: Cast, at: datetime) -> None:
    lot = make.lot(tender)
    with pytest.raises(Refused, match="n’a pas de titulaire"):
        awards.withdraw(lot=lot, by=cast.buyer, at=at)
    make.award(lot, (cast.builder, Decimal(1)))
    with pytest.raises(Refused, match="pas accès"):
        awards.withdraw(lot=lot, by=cast.other_buyer, at=at)
    make.notify(tender, notified_on=date(2025, 3, 10))
    with pytest.raises(Refused, match="avenant"):
        awards.withdraw(lot=lot, by=cast.buyer, at=at)


def test_a_negative_award_is_refused(tender: Tender, cast: Cast, at: datetime) -> None:
    with pytest.raises(Refused, match="montant") as refusal:
        awards.award(
            lot=make.lot(tender),
            contractors=[(cast.builder, Decimal(1))],
            amount=Decimal("-0.01"),
            awarded_on=AWARDED_ON,
            by=cast.buyer,
            at=at,
        )
    assert refusal.value.field == "amount"


def test_an_unpublished_tender_awards_nothing(cast: Cast, at: datetime) -> None:
    tender = tenders.register(
        buyer=cast.commune,
        structure=cast.structure,
        reference="P",
        title="En projet",
        nature="WORKS",  # type: ignore[arg-type]  # as a form gives it
        place=None,
        by=cast.buyer,
        at=at,
    )
    with pytest.raises(Refused, match="Programmation"):
        give(bare_lot(tender, cast, at), cast, at, cast.painter)
    tenders.move(tender=tender, action=TenderAction.PUBLISH, by=cast.buyer, at=at)
    assert give(tender.lots.get(), cast, at, cast.painter).pk


@pytest.mark.parametrize(
    "name", ["other_buyer", "other_facilitator", "contractor", "coordinator", "employer"]
)
def test_who_does_not_own_a_tender_awards_nothing(
    name: str, tender: Tender, cast: Cast, at: datetime
) -> None:
    lot = make.lot(tender)
    with pytest.raises(Refused):
        awards.award(
            lot=lot,
            contractors=[(cast.builder, Decimal(1))],
            awarded_on=AWARDED_ON,
            by=cast.everyone()[name],
            at=at,
        )
    assert not Award.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_award_the_same_lot_at_once_make_one_award(reference: None, at: datetime) -> None:
    cast = make_cast()
    lot = make.lot(make.tender(buyer=cast.commune, structure=cast.structure))
    together, ends = Barrier(2), []

    def press(contractor: Organisation) -> None:
        together.wait()
        try:
            give(lot, cast, at, contractor)
        except Refused as refusal:
            ends.append(refusal.code)
        else:
            ends.append("awarded")
        finally:
            connection.close()

    threads = [Thread(target=press, args=[who]) for who in (cast.builder, cast.painter)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["already_awarded", "awarded"]
    assert AuditEvent.objects.filter(code="lot.awarded").count() == 1
