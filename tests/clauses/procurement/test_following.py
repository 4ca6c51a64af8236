"""Whom to call about a tender: who follows it, who replaces them, the structure when nobody is named."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from clauses.procurement.models import Award, Tender
from clauses.texts.selectors.facts import facilitation
from inclusiv.accounts.models import Cover, Membership
from inclusiv.accounts.selectors import who_follows
from inclusiv.core.actors import Role
from inclusiv.demo.make import accounts, clauses
from tests.conftest import ActingClient, Cast


@pytest.fixture(autouse=True)
def today(at: datetime) -> Iterator[None]:
    with time_machine.travel(at, tick=False):
        yield


@pytest.fixture
def award(cast: Cast) -> Award:
    """A lot under way, that the facilitator follows."""
    tender = clauses.tender(buyer=cast.commune, structure=cast.structure)
    award = clauses.award(clauses.lot(tender), (cast.builder, Decimal(1)))
    clauses.notify(tender, notified_on=date(2025, 3, 10))
    Tender.objects.filter(pk=tender.pk).update(facilitator=cast.facilitator.user_id)
    return award


def away(cast: Cast, at: datetime) -> None:
    """Have the facilitator replaced until the end of the month."""
    substitute = accounts.member(
        cast.structure, Role.FACILITATOR, first_name="Paul", last_name="Rivet", email="paul@plie.example",
        phone="0611223344",
    )  # fmt: skip
    Cover.objects.create(
        absent_id=cast.facilitator.user_id or 0, substitute_id=substitute.user_id or 0,
        organisation=cast.structure, starts_on=at.date(), ends_on=date(2025, 10, 31),
    )  # fmt: skip


def pages(cast: Cast, browser: ActingClient, award: Award) -> dict[str, str]:
    """Return the pages on which a buyer and a contractor look for whom to call."""
    tender = award.lot.tender_id
    own = reverse("followup:my-lot", args=[award.pk])
    asked = [
        (cast.buyer, reverse("followup:my-tenders")),
        (cast.buyer, reverse("procurement:tender", args=[tender])),
        (cast.contractor, own),
        (cast.contractor, reverse("placements:ask", args=[award.pk])),
    ]
    return {url: browser.acting(actor).get(url).content.decode() for actor, url in asked}


def test_who_follows_is_named_on_each(cast: Cast, browser: ActingClient, award: Award) -> None:
    for url, body in pages(cast, browser, award).items():
        assert cast.facilitator.name in body, url
        assert "Paul Rivet" not in body, url


def test_while_away_who_replaces_is_named_on_each(
    cast: Cast, browser: ActingClient, award: Award, at: datetime
) -> None:
    away(cast, at)
    shown = pages(cast, browser, award)
    for url, body in shown.items():
        assert "Paul Rivet" in body, url
    card = f"en remplacement de {cast.facilitator.name} jusqu’au 31\xa0octobre 2025"
    assert card in shown[reverse("procurement:tender", args=[award.lot.tender_id])]


@pytest.mark.parametrize("replaced", [False, True])
def test_who_has_left_leaves_the_structure(
    cast: Cast, browser: ActingClient, award: Award, at: datetime, *, replaced: bool
) -> None:
    if replaced:
        away(cast, at)
    Membership.objects.filter(pk=cast.facilitator.membership_id or 0).update(revoked_at=at)
    for url, body in pages(cast, browser, award).items():
        assert cast.structure.name in body, url
        assert cast.facilitator.name not in body, url
    tender = Tender.objects.get()
    said = who_follows(tender.facilitator, tender.structure, on=at.date())
    assert said == (cast.structure.name, cast.structure.phone)
    assert facilitation(tender, on=at.date()).person == ""


def test_nobody_named_leaves_the_structure(cast: Cast, browser: ActingClient, award: Award) -> None:
    Tender.objects.update(facilitator=None)
    for url, body in pages(cast, browser, award).items():
        assert cast.structure.name in body, url
        assert cast.facilitator.name not in body, url
