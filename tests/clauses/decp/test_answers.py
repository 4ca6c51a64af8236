"""A spotted contract is followed, attached or dismissed, by those whose contract it is."""

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse

from clauses.decp import selectors
from clauses.decp.actions import answers, readings
from clauses.decp.choices import Answer, SpottedStatus
from clauses.decp.models import SpottedContract
from clauses.decp.rules.answers import ANSWERS
from clauses.procurement.choices import TenderForm, TenderNature, TenderStatus
from clauses.procurement.models import Tender
from inclusiv.accounts.models import Capacity, Organisation, Territory
from inclusiv.core.actors import Actor, Role
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import accounts
from inclusiv.demo.make import clauses as make
from inclusiv.records.models import AuditEvent
from inclusiv.reference.models import Commune
from tests.clauses.decp.conftest import Concurrently, Read
from tests.clauses.decp.samples import contract, file_of
from tests.conftest import ActingClient, Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def territory(cast: Cast) -> Territory:
    """The first structure follows Évry-Courcouronnes and its neighbours."""
    return accounts.territory(cast.structure, name="Nord", epci=("200059228",))


@pytest.fixture
def spotted(cast: Cast, read_contracts: Read) -> SpottedContract:
    """A contract of the commune, not yet answered."""
    read_contracts(contract(acheteur={"id": cast.commune.siret}))
    return SpottedContract.objects.get()


@pytest.fixture
def tender(cast: Cast) -> Tender:
    """A tender of the same buyer, followed by the first structure."""
    return make.tender(buyer=cast.commune, structure=cast.structure, reference="2025-001")


def follow(spotted: SpottedContract, *, by: Actor, at: datetime, **changes: Any) -> Tender:
    facts = selectors.tender_facts(spotted) | {"buyer": spotted.buyer} | changes
    return answers.follow(contract=spotted, **facts, by=by, at=at)


@pytest.mark.usefixtures("territory")
@pytest.mark.parametrize("name", ["buyer", "facilitator"])
def test_a_followed_contract_becomes_a_tender_with_what_is_known(
    spotted: SpottedContract, cast: Cast, at: datetime, name: str
) -> None:
    made = follow(spotted, by=cast.everyone()[name], at=at)
    made.refresh_from_db()
    spotted.refresh_from_db()
    assert (spotted.status, spotted.tender) == (SpottedStatus.FOLLOWED, made)
    assert (made.buyer, made.structure, made.status) == (cast.commune, cast.structure, TenderStatus.PUBLISHED)
    assert (made.reference, made.title) == ("2025M0042", "Réhabilitation du groupe scolaire")
    assert (made.nature, made.form, made.cpv) == (TenderNature.WORKS, TenderForm.CONTRACT, "45214200")
    assert (made.estimated_amount, made.place_id) == (Decimal("640000.50"), "91228")
    assert (made.starts_on, made.ends_on) == (date(2025, 3, 10), date(2026, 5, 9))
    told = AuditEvent.objects.get(code="spotted.followed")
    assert told.subjects == [f"spottedcontract:{spotted.pk}", f"tender:{made.pk}"]


@pytest.mark.usefixtures("territory")
def test_a_refused_tender_leaves_the_contract_to_be_answered(
    spotted: SpottedContract, cast: Cast, at: datetime
) -> None:
    make.tender(buyer=cast.commune, structure=cast.structure, reference="2025M0042")
    with pytest.raises(Refused, match="déjà enregistré un marché sous ce numéro"):
        follow(spotted, by=cast.buyer, at=at)


def test_a_contract_is_not_followed_for_another_buyer(
    spotted: SpottedContract, cast: Cast, at: datetime
) -> None:
    with pytest.raises(Refused, match="n’est pas l’acheteur") as caught:
        follow(spotted, by=cast.facilitator, at=at, buyer=cast.other_commune, structure=cast.structure)
    assert caught.value.field == "buyer"


def test_a_long_number_and_a_fictitious_amount_are_left_to_be_typed(read_contracts: Read) -> None:
    read_contracts(contract(id="2025-MARCHE-DES-ECOLES", montant=1, dureeMois=None, codeCPV=None))
    facts = selectors.tender_facts(SpottedContract.objects.get())
    assert (facts["reference"], facts["estimated_amount"], facts["nature"]) == ("", None, "")
    assert (facts["starts_on"], facts["ends_on"]) == (date(2025, 3, 10), None)


def test_a_contract_is_attached_to_a_tender_and_back(
    spotted: SpottedContract, tender: Tender, cast: Cast, at: datetime
) -> None:
    answers.attach(contract=spotted, tender=tender, by=cast.facilitator, at=at)
    spotted.refresh_from_db()
    assert (spotted.status, spotted.tender) == (SpottedStatus.ATTACHED, tender)
    answers.restore(contract=spotted, by=cast.buyer, at=at)
    spotted.refresh_from_db()
    assert (spotted.status, spotted.tender) == (SpottedStatus.NEW, None)
    codes = AuditEvent.objects.filter(subjects__contains=[f"tender:{tender.pk}"]).order_by("pk")
    assert [event.code for event in codes][-2:] == ["spotted.attached", "spotted.restored"]


def test_what_others_attached_to_a_tender_of_theirs_is_not_given_back_by_another_structure(
    spotted: SpottedContract, tender: Tender, cast: Cast, browser: ActingClient, at: datetime
) -> None:
    answers.attach(contract=spotted, tender=tender, by=cast.facilitator, at=at)
    with pytest.raises(Refused) as refused:
        answers.restore(contract=spotted, by=cast.other_facilitator, at=at)
    assert refused.value.code == "not_visible"
    page = reverse("decp:contract", args=[spotted.pk])
    offered = [
        "Remettre à traiter" in browser.acting(who).get(page).content.decode()
        for who in (cast.other_facilitator, cast.facilitator)
    ]
    assert offered == [False, True]


def test_a_contract_is_not_attached_to_the_tender_of_another_buyer(
    spotted: SpottedContract, cast: Cast, at: datetime
) -> None:
    other = make.tender(buyer=cast.other_commune, structure=cast.structure)
    with pytest.raises(Refused, match="n’est pas l’acheteur"):
        answers.attach(contract=spotted, tender=other, by=cast.facilitator, at=at)


def test_a_dismissed_contract_can_be_taken_back(spotted: SpottedContract, cast: Cast, at: datetime) -> None:
    answers.dismiss(contract=spotted, by=cast.buyer, at=at)
    spotted.refresh_from_db()
    assert spotted.status == SpottedStatus.DISMISSED
    answers.restore(contract=spotted, by=cast.buyer, at=at)
    spotted.refresh_from_db()
    assert spotted.status == SpottedStatus.NEW


@pytest.mark.parametrize("status", SpottedStatus)
@pytest.mark.parametrize("given", Answer)
def test_only_the_states_of_the_table_take_an_answer(
    spotted: SpottedContract, tender: Tender, cast: Cast, at: datetime, status: SpottedStatus, given: Answer
) -> None:
    leads = status in {SpottedStatus.FOLLOWED, SpottedStatus.ATTACHED}
    SpottedContract.objects.update(status=status, tender=tender if leads else None)
    spotted.refresh_from_db()

    def give() -> None:
        match given:
            case Answer.FOLLOW:
                follow(spotted, by=cast.facilitator, at=at, structure=cast.structure)
            case Answer.ATTACH:
                answers.attach(contract=spotted, tender=tender, by=cast.facilitator, at=at)
            case Answer.DISMISS:
                answers.dismiss(contract=spotted, by=cast.facilitator, at=at)
            case Answer.RESTORE:
                answers.restore(contract=spotted, by=cast.facilitator, at=at)

    if status in ANSWERS[given].sources:
        give()
        spotted.refresh_from_db()
        assert spotted.status == ANSWERS[given].target
    else:
        with pytest.raises(Refused, match="a répondu entre-temps") as caught:
            give()
        assert caught.value.code == "stale_state"


@pytest.mark.parametrize("name", ["coordinator", "contractor", "prescriber", "other_buyer"])
def test_who_does_not_own_it_does_not_answer(
    spotted: SpottedContract, cast: Cast, at: datetime, name: str
) -> None:
    with pytest.raises(Refused):
        answers.dismiss(contract=spotted, by=cast.everyone()[name], at=at)
    spotted.refresh_from_db()
    assert spotted.status == SpottedStatus.NEW


def test_each_role_sees_what_it_may_answer_or_watch(read_contracts: Read, cast: Cast) -> None:
    read_contracts(contract(id="own", acheteur={"id": cast.commune.siret}), contract(id="other"))
    seen = {
        name: {one.reference for one in SpottedContract.objects.visible_to(actor)}
        for name, actor in cast.everyone().items()
    }
    everything = {"own", "other"}
    readers = {"facilitator", "other_facilitator", "coordinator"}
    assert seen == {name: everything if name in readers else set() for name in seen} | {"buyer": {"own"}}


def test_the_same_number_is_suggested(spotted: SpottedContract, cast: Cast) -> None:
    same = make.tender(buyer=cast.commune, structure=cast.structure, reference="2025m0042")
    make.tender(buyer=cast.commune, structure=cast.structure, reference="autre")
    make.tender(buyer=cast.other_commune, structure=cast.structure, reference="2025M0042")
    [found] = selectors.suggestions(spotted, cast.facilitator)
    assert (found.tender, found.reason) == (same, "même acheteur, même numéro")


@pytest.mark.parametrize(
    ("amount", "day", "expected"),
    [
        ("640000.50", date(2025, 3, 10), True),
        ("646400.00", date(2025, 3, 10), True),
        ("633600.50", date(2025, 3, 10), True),
        ("646401.00", date(2025, 3, 10), False),
        ("633600.00", date(2025, 3, 10), False),
        ("640000.50", date(2025, 3, 11), False),
    ],
)
def test_the_same_day_and_amount_within_one_percent_are_suggested(
    spotted: SpottedContract, cast: Cast, amount: str, day: date, expected: bool
) -> None:
    made = make.tender(buyer=cast.commune, structure=cast.structure, amount=Decimal(amount))
    Tender.objects.filter(pk=made.pk).update(notified_on=day)
    assert bool(selectors.suggestions(spotted, cast.facilitator)) is expected


def test_the_amount_of_the_awards_counts_before_the_estimate(spotted: SpottedContract, cast: Cast) -> None:
    made = make.tender(buyer=cast.commune, structure=cast.structure, amount=Decimal(900000))
    make.award(make.lot(made, amount=Decimal(640000)), (cast.builder, Decimal(1)))
    Tender.objects.filter(pk=made.pk).update(notified_on=date(2025, 3, 10))
    assert [one.tender for one in selectors.suggestions(spotted, cast.buyer)] == [made]


def test_what_a_reader_does_not_see_is_not_suggested(spotted: SpottedContract, cast: Cast) -> None:
    make.tender(buyer=cast.commune, structure=cast.structure, reference="2025M0042")
    assert selectors.suggestions(spotted, cast.other_facilitator) == []


def test_only_buyers_of_the_siren_can_be_chosen(spotted: SpottedContract, cast: Cast, at: datetime) -> None:
    body = f"{cast.commune.siren}0002"
    second = Organisation.objects.create(
        siren=cast.commune.siren, siret=body + accounts.luhn_key(body), name="Annexe"
    )
    on = at.date()
    assert selectors.buyers_of(spotted, cast.facilitator, on=on) == [cast.commune]
    Capacity.objects.create(organisation=second, role=Role.BUYER, starts_on=accounts.OPENED_ON)
    assert selectors.buyers_of(spotted, cast.facilitator, on=on) == [cast.commune, second]
    assert selectors.buyers_of(spotted, cast.buyer, on=on) == [cast.commune]
    Capacity.objects.filter(organisation=cast.commune, role=Role.BUYER).update(ends_on=date(2025, 1, 1))
    assert selectors.buyers_of(spotted, cast.facilitator, on=on) == [second]


def test_a_place_without_a_structure_asks_for_one(spotted: SpottedContract, cast: Cast, at: datetime) -> None:
    with pytest.raises(Refused, match="Aucune structure") as caught:
        follow(spotted, by=cast.buyer, at=at)
    assert caught.value.field == "structure"
    place = Commune.objects.get(pk="91228")
    made = follow(spotted, by=cast.buyer, at=at, structure=cast.structure, place=place)
    assert made.structure == cast.structure


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("reference")
def test_two_who_follow_at_once_register_one_tender(at: datetime, concurrently: Concurrently) -> None:
    cast = make_cast()
    content = file_of(contract(acheteur={"id": cast.commune.siret}))
    readings.read(file=BytesIO(content), name="decp.json", by=cast.facilitator, at=at)
    spotted = SpottedContract.objects.select_related("buyer", "place").get()
    ends = concurrently(lambda: follow(spotted, by=cast.buyer, at=at, structure=cast.structure))
    [refused] = [end for end in ends if isinstance(end, Refused)]
    assert refused.code == "stale_state"
    assert Tender.objects.count() == 1
