"""Every write comes by a door that says who comes: a page, a task, a job, a command (ARCHITECTURE.md 4.7)."""

import importlib
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import resolve, reverse
from django.utils import timezone
from pghistory import runtime

from beneficiaries.placements.models import Placement
from beneficiaries.placements.tasks import advance_placements
from clauses.procurement.models import Tender
from inclusiv.celery import app
from inclusiv.core.doors import TracedCommand, TracedTask, TraceMiddleware
from inclusiv.core.history import CHANGES
from inclusiv.core.periods import PARIS
from inclusiv.demo.make import accounts, beneficiaries, clauses
from inclusiv.parameters.models import Parameter
from inclusiv.records.actions import jobs
from reporting.publication.models import Charter
from tests.conftest import ActingClient, Cast

ROOT = Path(settings.BASE_DIR)
OURS = ("inclusiv", "clauses", "beneficiaries", "reporting")


@pytest.fixture
def nobody_told(db: None) -> None:
    """Take away the word « tests » that the tests' own connection bears: from now on only a door tells."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pghistory.context_metadata', '', true)")


@pytest.fixture
def network(cast: Cast) -> None:
    """Let the structure follow the place of the tenders that are registered."""
    accounts.territory(cast.structure, name="Nord", epci=("200059228",))


def latest(model: type[Any]) -> dict[str, Any]:
    return dict(CHANGES[model]._base_manager.latest("pgh_id").pgh_context)  # type: ignore[attr-defined]  # the library's


def commands() -> list[type[Any]]:
    paths = [path for top in OURS for path in (ROOT / top).rglob("management/commands/*.py")]
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths if path.stem != "__init__"
    ]
    return [importlib.import_module(name).Command for name in names]


def test_every_command_says_its_name() -> None:
    assert len(commands()) > 5
    assert [command for command in commands() if not issubclass(command, TracedCommand)] == []


def test_every_task_says_its_name() -> None:
    app.loader.import_default_modules()
    ours = [task for name, task in app.tasks.items() if name.startswith(OURS)]
    assert len(ours) > 5
    assert [task for task in ours if not isinstance(task, TracedTask)] == []


def test_the_middleware_comes_after_the_actor_s() -> None:
    names = [name.rpartition(".")[2] for name in settings.MIDDLEWARE]
    assert names.index("TraceMiddleware") > names.index("ActorMiddleware")


def registered(browser: ActingClient, reference: str) -> dict[str, Any]:
    """Register a tender by its form, and return the context of its row."""
    form = {
        "submission": str(uuid4()),
        "reference": reference,
        "title": f"Crèche {reference}",
        "autre": "1",
        "form": "CONTRACT",
        "insertion_policy": "STANDARD",
        "nature": "WORKS",
    }
    page = reverse("procurement:register")
    response = browser.post(page, form | {"place": "Évry-Courcouronnes (91228)", "structure": ""})
    assert response.status_code == 302, response.content.decode()
    return latest(Tender)


@pytest.mark.usefixtures("network", "nobody_told")
def test_a_page_says_who_and_where(cast: Cast, browser: ActingClient) -> None:
    told = registered(browser.acting(cast.buyer), "2025-777")
    assert told["membership"] == cast.buyer.membership_id
    assert told["action"] == "POST procurement:register"


def test_the_words_of_an_address_are_not_kept(rf: RequestFactory) -> None:
    told: list[dict[str, Any]] = []
    address = reverse("records:link", args=["a-token-that-opens"])
    request = rf.post(address)
    request.resolver_match = resolve(address)

    def answer(request: HttpRequest) -> HttpResponse:
        match = resolve(address)
        middleware.process_view(request, match.func, match.args, match.kwargs)
        told.append(dict(runtime._tracker.value.metadata))
        return HttpResponse()

    middleware = TraceMiddleware(answer)
    middleware(request)
    assert told[0]["action"] == "POST records:link"
    assert "a-token-that-opens" not in str(told)


@pytest.mark.usefixtures("network", "nobody_told")
def test_two_requests_have_two_numbers(cast: Cast, browser: ActingClient) -> None:
    browser.acting(cast.buyer)
    assert registered(browser, "2025-777")["request"] != registered(browser, "2025-778")["request"]


def test_a_task_of_the_clock_says_its_name(cast: Cast) -> None:
    tender = clauses.tender(buyer=cast.commune, structure=cast.structure)
    award = clauses.award(clauses.lot(tender), (cast.builder, Decimal(1)))
    clauses.notify(tender, notified_on=date(2025, 3, 10))
    check = beneficiaries.validated_check(
        beneficiaries.dossier(cast.structure), reference_date=date(2025, 6, 2)
    )
    made = beneficiaries.placement(award, check, employer=cast.builder)
    Placement.objects.filter(pk=made.pk).update(status="PLANNED")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pghistory.context_metadata', '', true)")
    with time_machine.travel(datetime(2025, 6, 3, 1, tzinfo=PARIS)):
        advance_placements()
    assert latest(Placement)["action"] == "task beneficiaries.placements.tasks.advance_placements"


def test_a_job_says_for_whom(cast: Cast, nobody_told: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def make(claim: jobs.Claim) -> None:
        Charter.objects.create(name="Charte", department="91", signed_on=date(2020, 1, 1))
        claim.finish()

    monkeypatch.setitem(jobs.handlers, "test", make)
    job = jobs.queue(kind="test", label="x", subject=cast.commune, by=cast.coordinator, at=timezone.now())
    jobs.run(job_id=job.pk, clock=timezone.now)
    assert latest(Charter) == {
        "action": "job test", "membership": cast.coordinator.membership_id, "request": f"job {job.pk}",
    }  # fmt: skip


def test_a_command_says_its_name(nobody_told: None) -> None:
    Parameter.objects.filter(code="MAX_AGE").first()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM parameters_parameter WHERE code = 'MAX_AGE'")
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    call_command("load_reference", stdout=StringIO())
    assert latest(Parameter)["action"] == "manage.py load_reference"


def test_what_comes_by_no_door_is_refused(cast: Cast, nobody_told: None) -> None:
    with pytest.raises(IntegrityError, match="pgh_context"), transaction.atomic():
        Tender.objects.create(
            buyer=cast.commune, structure=cast.structure, department="91", reference="1", title="x", nature="WORKS",
            created_at=timezone.now(), updated_at=timezone.now(),
        )  # fmt: skip
