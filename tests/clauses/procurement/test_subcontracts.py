"""Subcontractors declared beforehand, tier by tier (L2193-1 ff CCP; DOMAIN.md 2.1)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from clauses.obligations.selectors.site import site_to_prepare
from clauses.procurement.actions import subcontracts
from clauses.procurement.choices import SubcontractKind, SubcontractStatus
from clauses.procurement.models import Award, Lot, LotParticipant, Subcontract
from clauses.procurement.selectors.subcontracts import subcontract_sheets
from inclusiv.accounts.actions.organisations import Told
from inclusiv.accounts.choices import CompanyKind
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor, Role
from inclusiv.core.queues import Queue
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import accounts
from inclusiv.demo.make import clauses as make
from inclusiv.demo.make.clauses import noon
from inclusiv.records.models import AuditEvent, OutgoingEmail
from tests.conftest import ActingClient, Cast

TODAY = date(2025, 4, 15)
NOW = noon(TODAY)
FROM = date(2025, 5, 5)


@pytest.fixture(autouse=True)
def april() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def award(cast: Cast) -> Award:
    """A lot of 1 800 000 € held by Bâti-Sud."""
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    made = make.award(make.lot(tender), (cast.builder, Decimal(1)))
    make.notify(tender, notified_on=date(2025, 3, 10))
    return Award.objects.with_story().get(pk=made.pk)


@pytest.fixture
def scaffolder(db: None) -> Organisation:
    return accounts.organisation(
        name="Échafaudages 91", number=60, roles=(Role.CONTRACTOR,), company_kind=CompanyKind.ORDINARY
    )


def declared(award: Award, company: Organisation | Told, by: Actor, **other: Any) -> Subcontract:
    facts: dict[str, Any] = {"work": "Peinture", "amount": Decimal(200_000), "starts_on": FROM}
    return subcontracts.declare(award=award, organisation=company, **facts | other, by=by, at=NOW)


def accepted(award: Award, company: Organisation, cast: Cast, **other: Any) -> Subcontract:
    asked = declared(award, company, cast.contractor, **other)
    return subcontracts.decide(subcontract=asked, is_accepted=True, by=cast.buyer, at=NOW)


def refusal_of(*args: Any, **kwargs: Any) -> str:
    with pytest.raises(Refused) as refusal, transaction.atomic():
        declared(*args, **kwargs)
    return refusal.value.code


def test_declared_then_accepted_takes_part_from_its_day(award: Award, cast: Cast) -> None:
    asked = declared(award, cast.painter, cast.contractor)
    assert (asked.rank, asked.kind, asked.status) == (1, SubcontractKind.ORDINARY, SubcontractStatus.DECLARED)
    assert not LotParticipant.objects.exists()
    assert not Lot.objects.visible_to(cast.other_contractor).exists()
    done = subcontracts.decide(subcontract=asked, is_accepted=True, by=cast.facilitator, at=NOW)
    assert (done.status, done.decided_on) == (SubcontractStatus.ACCEPTED, TODAY)
    part = LotParticipant.objects.get()
    assert (part.organisation, part.starts_on) == (cast.painter, FROM)
    assert Lot.objects.visible_to(cast.other_contractor).exists()
    assert AuditEvent.objects.get(code="subcontract.accepted").on_behalf_of == cast.commune.name


def test_an_inclusive_structure_comes_as_an_employer(award: Award, cast: Cast) -> None:
    told = Told(siret="00091000000645", name="Chantier des Prés", company_kind=CompanyKind.ACI)
    asked = declared(award, told, cast.contractor, inclusive_kind=CompanyKind.ACI)
    subcontracts.decide(subcontract=asked, is_accepted=True, by=cast.buyer, at=NOW)
    made = asked.organisation
    assert (asked.kind, made.company_kind) == (SubcontractKind.INCLUSIVE, CompanyKind.ACI)
    assert [capacity.role for capacity in made.capacities.all()] == [Role.EMPLOYER]


def test_refused_says_why_and_leaves_its_amount_free(
    award: Award, cast: Cast, scaffolder: Organisation
) -> None:
    asked = declared(award, cast.painter, cast.contractor, amount=Decimal(1_800_000))
    with pytest.raises(Refused, match="pourquoi vous refusez"):
        subcontracts.decide(subcontract=asked, is_accepted=False, by=cast.buyer, at=NOW)
    subcontracts.decide(subcontract=asked, is_accepted=False, reason="Trop large.", by=cast.buyer, at=NOW)
    mail = OutgoingEmail.objects.latest("pk")
    assert (mail.recipient, "Trop large." in mail.text) == ("roland@example.org", True)
    with pytest.raises(Refused) as refusal:
        subcontracts.decide(subcontract=asked, is_accepted=True, by=cast.buyer, at=NOW)
    assert refusal.value.code == "already_decided"
    declared(award, scaffolder, cast.contractor, amount=Decimal(1_800_000))
    declared_again = refusal_of(award, cast.painter, cast.contractor, amount=Decimal("0.01"))
    assert declared_again == "over_amount"


def test_tiers_depend_on_one_another(award: Award, cast: Cast, scaffolder: Organisation) -> None:
    waiting = declared(award, cast.painter, cast.contractor)
    assert refusal_of(award, scaffolder, cast.contractor, parent=waiting) == "parent_not_accepted"
    subcontracts.decide(subcontract=waiting, is_accepted=True, by=cast.buyer, at=NOW)
    over = refusal_of(award, scaffolder, cast.contractor, parent=waiting, amount=Decimal("200000.01"))
    assert over == "over_amount"
    second = accepted(award, scaffolder, cast, parent=waiting)
    assert (second.rank, second.parent) == (2, waiting)
    third = accepted(award, cast.etti, cast, parent=second, amount=Decimal(1000))
    assert third.rank == 3
    (sheet,) = subcontract_sheets([award], actor=cast.buyer)
    assert [one.rank for one in sheet.subcontracts] == [1, 2, 3]
    assert sheet.given == Decimal(200_000)


def test_what_is_refused_at_once(award: Award, cast: Cast) -> None:
    assert refusal_of(award, cast.builder, cast.contractor) == "is_contractor"
    assert refusal_of(award, cast.painter, cast.contractor, starts_on=date(2025, 3, 9)) == "outside_execution"
    assert (
        refusal_of(award, cast.painter, cast.contractor, starts_on=date(2025, 11, 29)) == "outside_execution"
    )
    assert (
        refusal_of(award, cast.painter, cast.contractor, amount=Decimal(0))
        == "subcontract_amount_is_positive"
    )
    assert refusal_of(award, cast.painter, cast.buyer) == "not_permitted"
    assert refusal_of(award, cast.painter, cast.other_contractor) == "not_visible"
    declared(award, cast.painter, cast.facilitator)
    assert refusal_of(award, cast.painter, cast.contractor, amount=Decimal(1)) == "subcontract_once"


def test_a_participant_declares_nobody_and_reads_no_amount(
    award: Award, cast: Cast, scaffolder: Organisation
) -> None:
    accepted(award, cast.painter, cast)
    assert refusal_of(award, scaffolder, cast.other_contractor) == "not_permitted"
    seen = Award.objects.visible_to(cast.other_contractor).with_story()
    assert subcontract_sheets(list(seen), actor=cast.other_contractor) == []
    page = reverse("procurement:subcontracts", args=[award.pk])
    assert ActingClient().acting(cast.other_contractor).get(page).status_code == 404
    assert "200\u202f000" in ActingClient().acting(cast.contractor).get(page).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"rank": 2},
        {"kind": SubcontractKind.INCLUSIVE},
        {"status": SubcontractStatus.REFUSED, "decided_on": TODAY},
        {"status": SubcontractStatus.ACCEPTED},
    ],
)
def test_the_database_keeps_the_rules(award: Award, cast: Cast, wrong: dict[str, Any]) -> None:
    made = declared(award, cast.painter, cast.contractor)
    with pytest.raises(IntegrityError), transaction.atomic():
        Subcontract.objects.filter(pk=made.pk).update(**wrong)


def test_the_buyer_and_its_facilitator_are_told_beforehand(award: Award, cast: Cast) -> None:
    declared(award, cast.painter, cast.contractor)
    for actor in (cast.buyer, cast.facilitator):
        waiting = site_to_prepare(Queue(actor=actor, on=TODAY))
        assert waiting is not None
        todo = next(one for one in waiting.todos if one.since == TODAY)
        assert (todo.what, todo.due) == ("Sous-traitant déclaré : Couleurs du Val", FROM)
    assert site_to_prepare(Queue(actor=cast.other_facilitator, on=TODAY)) is None
    assert site_to_prepare(Queue(actor=cast.contractor, on=TODAY)) is None


def test_the_screens_from_the_declaration_to_the_answer(award: Award, cast: Cast) -> None:
    company = ActingClient().acting(cast.contractor)
    address = reverse("procurement:subcontract-declare", args=[award.pk])
    typed = {
        "submission": str(uuid4()),
        "siret": cast.painter.siret or "",
        "work": "Peinture des façades",
        "amount": "2 000 000",
        "starts_on": "2025-05-05",
    }
    wrong = company.post(address, typed)
    assert wrong.status_code == 422
    assert "plus que le montant du lot" in wrong.text
    assert "Peinture des façades" in wrong.text
    done = company.post(address, typed | {"amount": "150 000"}, follow=True)
    assert "est déclaré" in done.text
    asked = Subcontract.objects.get()
    buyer = ActingClient().acting(cast.buyer)
    answer = reverse("procurement:subcontract-decide", args=[asked.pk])
    assert "Peinture des façades" in buyer.get(answer).text
    refused = buyer.post(answer, {"submission": str(uuid4()), "decision": "refuser"})
    assert "pourquoi vous refusez" in refused.text
    kept = buyer.post(answer, {"submission": str(uuid4()), "decision": "accepter"}, follow=True)
    assert "Accepté" in kept.text
    start = company.get(reverse("obligations:start", args=[award.lot.tender_id])).text
    assert "Couleurs du Val" in start
