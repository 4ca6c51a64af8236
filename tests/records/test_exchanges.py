"""An exchange is taken up again: by a click, or by the next one about the same record."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from inclusiv.core.actors import Actor
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import clauses
from inclusiv.records.actions import exchanges
from inclusiv.records.choices import ExchangeKind
from inclusiv.records.models import Exchange, reference
from inclusiv.records.selectors import timeline
from tests.conftest import ActingClient, Cast

CALLED = date(2025, 9, 1)
AGAIN = date(2025, 9, 15)


def noted(
    subject: str, *, by: Actor, at: datetime, on: date = CALLED, next_on: date | None = None
) -> Exchange:
    return exchanges.note(
        kind=ExchangeKind.CALL,
        happened_on=on,
        text="Planning.",
        next_on=next_on,
        subjects=[subject],
        by=by,
        at=at,
    )


@pytest.fixture
def exchange(cast: Cast, at: datetime) -> Exchange:
    return noted(reference(cast.builder), by=cast.facilitator, at=at, next_on=AGAIN)


@pytest.mark.parametrize(
    ("days", "resumed"), [(-1, False), (0, True), (5, True)], ids=["before its day", "on its day", "after"]
)
def test_the_next_exchange_on_the_same_record_takes_up_those_that_are_due(
    exchange: Exchange, cast: Cast, at: datetime, days: int, *, resumed: bool
) -> None:
    noted(reference(cast.builder), by=cast.facilitator, at=at, on=AGAIN + timedelta(days=days))
    exchange.refresh_from_db()
    assert (exchange.resumed_at == at) is resumed


def test_an_exchange_does_not_take_up_itself(cast: Cast, at: datetime) -> None:
    alone = noted(reference(cast.builder), by=cast.facilitator, at=at, on=AGAIN, next_on=AGAIN)
    alone.refresh_from_db()
    assert alone.resumed_at is None


def test_an_exchange_on_another_record_or_of_another_structure_takes_up_nothing(
    exchange: Exchange, cast: Cast, at: datetime
) -> None:
    noted(reference(cast.painter), by=cast.facilitator, at=at, on=AGAIN)
    noted(reference(cast.builder), by=cast.other_facilitator, at=at, on=AGAIN)
    exchange.refresh_from_db()
    assert exchange.resumed_at is None


def test_done_twice_keeps_the_first_day(exchange: Exchange, cast: Cast, at: datetime) -> None:
    for hours in (0, 5):
        exchanges.resume(exchange=exchange, by=cast.facilitator, at=at + timedelta(hours=hours))
    exchange.refresh_from_db()
    assert exchange.resumed_at == at


def test_an_exchange_without_a_date_has_nothing_to_take_up(cast: Cast, at: datetime) -> None:
    dateless = noted(reference(cast.builder), by=cast.facilitator, at=at)
    with pytest.raises(Refused, match="pas de date de reprise"):
        exchanges.resume(exchange=dateless, by=cast.facilitator, at=at)


def test_who_notes_no_exchange_takes_up_none(exchange: Exchange, cast: Cast, at: datetime) -> None:
    with pytest.raises(Refused, match="ne permet pas"):
        exchanges.resume(exchange=exchange, by=cast.contractor, at=at)


def test_the_action_itself_leaves_those_of_another_structure(
    exchange: Exchange, cast: Cast, at: datetime
) -> None:
    exchanges.resume(exchange=exchange, by=cast.other_facilitator, at=at)
    exchange.refresh_from_db()
    assert exchange.resumed_at is None


def test_the_timeline_says_the_day_then_that_it_was_taken_up(
    exchange: Exchange, cast: Cast, at: datetime
) -> None:
    (told,) = timeline(cast.builder, actor=cast.facilitator, page="")
    assert told.foot.replace("\xa0", " ") == "À reprendre le 15 septembre 2025"
    assert told.act == reverse("records:resume-exchange", args=[exchange.pk])
    exchanges.resume(exchange=exchange, by=cast.facilitator, at=at)
    (told,) = timeline(cast.builder, actor=cast.facilitator, page="")
    assert told.foot.startswith("Repris le ")
    assert told.act == ""


def test_a_buyer_marks_its_own_from_the_page_of_the_tender(
    cast: Cast, browser: ActingClient, at: datetime
) -> None:
    tender = clauses.tender(buyer=cast.commune, structure=cast.structure)
    exchange = noted(reference(tender), by=cast.buyer, at=at, next_on=AGAIN)
    page = reverse("procurement:tender", args=[tender.pk])
    act = reverse("records:resume-exchange", args=[exchange.pk])
    body = browser.acting(cast.buyer).get(page).content.decode()
    assert f'action="{act}"' in body
    assert f'<input type="hidden" name="page" value="{page}">' in body
    assert browser.post(act, {"page": page}).headers["Location"] == page
    assert "Repris le" in browser.get(page).content.decode()


@pytest.mark.parametrize("page", ["https://ailleurs.example/", "//ailleurs.example/", ""])
def test_the_way_back_stays_here(exchange: Exchange, cast: Cast, browser: ActingClient, page: str) -> None:
    act = reverse("records:resume-exchange", args=[exchange.pk])
    assert browser.acting(cast.facilitator).post(act, {"page": page}).headers["Location"] == "/"


def test_another_structure_does_not_find_it_and_reading_changes_nothing(
    exchange: Exchange, cast: Cast, browser: ActingClient
) -> None:
    act = reverse("records:resume-exchange", args=[exchange.pk])
    assert browser.acting(cast.other_facilitator).post(act).status_code == 404
    assert browser.acting(cast.contractor).post(act).status_code == 403
    assert browser.acting(cast.facilitator).get(act).status_code == 405
    exchange.refresh_from_db()
    assert exchange.resumed_at is None
