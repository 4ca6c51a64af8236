"""« À faire » gathers every app's counters and rows, the most urgent first."""

from dataclasses import replace
from datetime import date, datetime
from types import SimpleNamespace
from typing import cast as typed

import pytest
from django.urls import reverse

from inclusiv.core.actors import Actor
from inclusiv.core.periods import PARIS
from inclusiv.core.providers import Todo, TodoGroup, todo_providers
from inclusiv.core.queues import Queue
from inclusiv.demo.make import beneficiaries
from inclusiv.home import views
from inclusiv.home.todo import board
from reporting.figures.selectors.annual import PeopleFigures
from tests.conftest import ActingClient, Cast

TODAY = date(2025, 10, 14)
NOBODY = typed("Actor", SimpleNamespace())


def todo(what: str, *, since: date, due: date | None) -> Todo:
    return Todo(what=what, since=since, due=due, url="/x/", button="Ouvrir")


def group(rank: int, *todos: Todo) -> TodoGroup:
    return TodoGroup(
        rank=rank, label=f"relevé de {rank}", total=len(todos), oldest=None, hint="", url="/", todos=todos
    )


@pytest.fixture
def providers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(todo_providers, "_providers", {})


@pytest.mark.usefixtures("providers")
def test_rows_come_by_due_day_then_by_age_and_counters_by_rank() -> None:
    late = todo("en retard", since=date(2025, 10, 1), due=date(2025, 10, 13))
    soon = todo("bientôt", since=date(2025, 10, 1), due=date(2025, 10, 16))
    older = todo("plus ancien", since=date(2025, 9, 1), due=date(2025, 10, 16))
    undated = todo("sans date", since=date(2025, 1, 1), due=None)
    todo_providers.register(lambda _queue: group(2, undated, soon))
    todo_providers.register(lambda _queue: group(1, late, older))
    todo_providers.register(lambda _queue: None)
    shown = board(Queue(actor=NOBODY, on=TODAY))
    assert [row.todo.what for row in shown.rows] == ["en retard", "plus ancien", "bientôt", "sans date"]
    assert [(row.state, row.word) for row in shown.rows] == [
        ("ACTION", "dépassé"),
        ("CATCH_UP", "16/10"),
        ("CATCH_UP", "16/10"),
        ("", ""),
    ]
    assert [(counter.label, counter.hot) for counter in shown.counters] == [
        ("relevés de 1", True),
        ("relevés de 2", False),
    ]
    assert (shown.total, shown.late) == (4, 1)


@pytest.mark.usefixtures("providers")
@pytest.mark.parametrize(("total", "label"), [(0, "relevé"), (1, "relevé"), (2, "relevés")])
def test_a_counter_agrees_with_its_number(total: int, label: str) -> None:
    todo_providers.register(
        lambda _queue: TodoGroup(rank=1, label="relevé", total=total, oldest=None, hint="", url="/")
    )
    [counter] = board(Queue(actor=NOBODY, on=TODAY)).counters
    assert counter.label == label


@pytest.mark.usefixtures("providers")
def test_group_may_be_hot_by_itself() -> None:
    todo_providers.register(lambda _queue: replace(group(1), hot=True))
    assert [counter.hot for counter in board(Queue(actor=NOBODY, on=TODAY)).counters] == [True]


@pytest.mark.usefixtures("providers")
def test_a_row_may_be_about_nobody_and_no_tender(cast: Cast, browser: ActingClient) -> None:
    several = todo("Valider 3 relevés", since=TODAY, due=None)
    todo_providers.register(lambda _queue: group(1, several))
    body = browser.acting(cast.facilitator).get("/").content.decode()
    assert "Valider 3 relevés" in body
    assert body.count(">—<") == 2


def test_a_visitor_is_sent_to_the_sign_in_page(browser: ActingClient, db: None) -> None:
    assert browser.get("/").headers["Location"] == f"{reverse('account_login')}?next=/"


def test_a_facilitator_sees_what_waits(cast: Cast, browser: ActingClient) -> None:
    body = browser.acting(cast.facilitator).get("/").content.decode()
    assert "<h1>À faire</h1>" in body
    assert "Noter un échange" in body


def test_an_eligibility_asked_without_a_job_waits_too(cast: Cast, browser: ActingClient) -> None:
    dossier = beneficiaries.dossier(cast.structure)
    beneficiaries.submitted_check(dossier, reference_date=date(2025, 6, 2))
    page = browser.acting(cast.facilitator).get(reverse("home"))
    assert page.status_code == 200
    assert '<td data-label="Marché">—</td>' in page.content.decode()


@pytest.mark.parametrize(
    ("total", "rsa", "said"),
    [
        (0, 0, ""),
        (19, 9, "19 personnes à l’emploi en 2025"),
        (62, 21, "62 personnes à l’emploi en 2025, dont 21 au RSA (34 %)"),
    ],
)
def test_a_facilitator_reads_how_many_work_and_the_rsa_when_they_are_enough(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, total: int, rsa: int, said: str
) -> None:
    monkeypatch.setattr(views, "people", lambda _entries: PeopleFigures(total=total, rsa=rsa))
    told = views.people_at_work(cast.facilitator, datetime(2025, 10, 14, 10, tzinfo=PARIS))
    assert told.replace("\xa0", " ").replace("\u202f", " ") == said


def test_a_signatory_has_no_menu(cast: Cast, browser: ActingClient) -> None:
    page = reverse("publication:reports")
    assert 'aria-label="Menu principal"' not in browser.acting(cast.signatory).get(page).content.decode()
    assert 'aria-label="Menu principal"' in browser.acting(cast.buyer).get(page).content.decode()


def test_one_click_changes_hats(cast: Cast, browser: ActingClient) -> None:
    browser.acting(cast.coordinator)
    other = cast.prescriber
    assert browser.post(reverse("accounts:switch", args=[other.membership_id])).status_code == 404


def test_search_finds_an_organisation_whatever_the_accents(cast: Cast, browser: ActingClient) -> None:
    body = browser.acting(cast.facilitator).get(reverse("search:results"), {"q": "bati-s"}).content.decode()
    assert "Bâti-Sud" in body
    assert "Couleurs du Val" not in body


def test_search_gives_a_contractor_nothing_of_the_others(cast: Cast, browser: ActingClient) -> None:
    body = browser.acting(cast.contractor).get(reverse("search:results"), {"q": "couleurs"}).content.decode()
    assert "Couleurs du Val" not in body
