"""« Échanges à reprendre »: what was promised for a day comes back on that day, to those who promised it."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from inclusiv.accounts.models import Membership
from inclusiv.accounts.selectors import queue_of
from inclusiv.core.actors import Actor, Role
from inclusiv.core.periods import paris_day
from inclusiv.core.providers import TodoGroup
from inclusiv.core.queues import Whose
from inclusiv.demo.make import accounts, beneficiaries, clauses
from inclusiv.home.exchanges import to_resume
from inclusiv.records.actions import exchanges
from inclusiv.records.choices import ExchangeKind
from inclusiv.records.models import AccessLog, Exchange, reference
from tests.conftest import ActingClient, Cast

CALLED = date(2025, 9, 1)
AGAIN = date(2025, 10, 13)


def noted(subject: str, *, by: Actor, next_on: date | None = AGAIN, at: datetime) -> Exchange:
    return exchanges.note(
        kind=ExchangeKind.CALL,
        happened_on=CALLED,
        text="Rappeler au sujet du planning.",
        next_on=next_on,
        subjects=[subject],
        by=by,
        at=at,
    )


def asked(actor: Actor, whose: Whose = Whose.TEAM, *, on: date = AGAIN) -> TodoGroup | None:
    return to_resume(queue_of(actor, whose=whose, on=on))


def texts(group: TodoGroup | None) -> list[str]:
    return [todo.who or todo.tender for todo in group.todos] if group else []


def test_an_exchange_comes_back_on_its_day_and_not_before(cast: Cast, at: datetime) -> None:
    noted(reference(cast.builder), by=cast.facilitator, at=at)
    assert asked(cast.facilitator, on=AGAIN - timedelta(days=1)) is None
    group = asked(cast.facilitator)
    assert group is not None
    assert (group.rank, group.total, group.todos[0].due) == (7, 1, AGAIN)
    assert group.todos[0].who == cast.builder.name
    assert group.todos[0].who_url == reverse("accounts:organisation", args=[cast.builder.pk])


@pytest.mark.parametrize("role", ["buyer", "prescriber", "coordinator", "contractor"])
def test_it_is_for_facilitators(cast: Cast, role: str) -> None:
    assert asked(getattr(cast, role)) is None


def test_another_structure_has_nothing_of_it(cast: Cast, at: datetime) -> None:
    noted(reference(cast.builder), by=cast.facilitator, at=at)
    assert asked(cast.other_facilitator) is None


def test_each_column_says_what_it_is_about(cast: Cast, at: datetime) -> None:
    tender = clauses.tender(buyer=cast.commune, structure=cast.structure)
    dossier = beneficiaries.dossier(cast.structure, first_name="Anna", last_name="Quevreville")
    for subject in (reference(tender), reference(dossier.person), "person:999999"):
        noted(subject, by=cast.facilitator, at=at)
    group = asked(cast.facilitator)
    assert group is not None
    of_tender, of_person, unknown = group.todos
    assert (of_tender.tender, of_tender.tender_url) == (
        tender.title,
        reverse("procurement:tender", args=[tender.pk]),
    )
    assert (of_person.who, of_person.phone, of_person.person) == (
        "Anna Quevreville",
        "",
        reference(dossier.person),
    )
    assert (unknown.who, unknown.tender, unknown.person) == ("", "", "")


def test_ones_own_are_those_that_one_noted_and_those_of_who_left(cast: Cast, at: datetime) -> None:
    colleague = accounts.member(
        cast.structure, Role.FACILITATOR, first_name="Paul", last_name="Rivet", email="paul@plie.example"
    )
    gone = accounts.member(
        cast.structure, Role.FACILITATOR, first_name="Rose", last_name="Parti", email="rose@plie.example"
    )
    companies = {"mine": cast.builder, "theirs": cast.painter, "nobody": cast.etti}
    for author, company in zip((cast.facilitator, colleague, gone), companies.values(), strict=True):
        noted(reference(company), by=author, at=at)
    Membership.objects.filter(pk=gone.membership_id or 0).update(revoked_at=at)
    mine, theirs, nobody = (company.name for company in companies.values())
    assert texts(asked(cast.facilitator, Whose.MINE)) == [mine, nobody]
    assert texts(asked(cast.facilitator)) == [mine, theirs, nobody]
    assert texts(asked(cast.facilitator, Whose.COVERED)) == []


def test_twenty_rows_ask_no_more_than_one(cast: Cast, at: datetime) -> None:
    queries = []
    for count in (1, 20):
        for number in range(count):
            dossier = beneficiaries.dossier(cast.structure, last_name=f"Suivie{count}{number}")
            tender = clauses.tender(
                buyer=cast.commune, structure=cast.structure, reference=f"R{count}-{number}"
            )
            for subject in (reference(dossier.person), reference(tender), reference(cast.builder)):
                noted(subject, by=cast.facilitator, at=at)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            asked(cast.facilitator)
        queries.append(len(seen))
    assert queries[0] == queries[1]


def test_one_click_on_the_first_page_marks_it_done(cast: Cast, browser: ActingClient, at: datetime) -> None:
    dossier = beneficiaries.dossier(cast.structure, first_name="Anna", last_name="Quevreville")
    exchange = noted(reference(dossier.person), by=cast.facilitator, at=at)
    home = reverse("home")
    body = browser.acting(cast.facilitator).get(home).content.decode()
    act = reverse("records:resume-exchange", args=[exchange.pk])
    assert f'action="{act}"' in body
    assert "échange à reprendre" in body
    assert AccessLog.objects.filter(action="todo.listed", subject=reference(dossier.person)).exists()
    answer = browser.post(act, {"page": f"{home}?qui=equipe"})
    assert answer.headers["Location"] == f"{home}?qui=equipe"
    body = browser.get(home).content.decode()
    assert "L’échange est repris." in body
    assert "échanges à reprendre" not in body


def test_the_counter_leads_to_its_rows(cast: Cast, browser: ActingClient, at: datetime) -> None:
    noted(reference(cast.builder), by=cast.facilitator, at=at)
    group = asked(cast.facilitator, on=paris_day(timezone.now()))
    assert group is not None
    body = browser.acting(cast.facilitator).get(group.url).content.decode()
    assert "<h2>Échanges à reprendre</h2>" in body
    assert cast.builder.name in body
