"""Reports and the jobs that make them: what was set aside, who has left meanwhile, figures whose difference tells.

Elsewhere: reports asked without end (test_throttling.py), keys of others' reports (test_object_references.py), a mandate
given and taken back (test_purchases.py).
"""

from datetime import date, datetime
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from clauses.procurement.models import BuyerDelegate
from inclusiv.accounts.models import Membership
from inclusiv.core.actors import Actor, Role
from inclusiv.core.periods import PARIS
from inclusiv.demo.make import accounts
from inclusiv.parameters.models import Parameter
from inclusiv.records.actions import jobs
from inclusiv.records.choices import JobState
from inclusiv.records.models import Job
from reporting.publication.actions import portfolios, reports
from reporting.publication.choices import RunState
from reporting.publication.documents.portfolio import Portfolio
from reporting.publication.models import Charter, ReportRun
from tests.attacks.conftest import Attacker
from tests.conftest import Cast
from tests.reporting.made import school
from tests.reporting.publication.conftest import make_charter, make_year
from tests.world import World

FEBRUARY = datetime(2026, 2, 2, 10, tzinfo=PARIS)
pytestmark = pytest.mark.usefixtures("storage")


def drafted(charter: Charter, *, by: Actor) -> ReportRun:
    """Have the draft of 2025 asked and made."""
    run = reports.ask(charter=charter, year=2025, by=by, at=timezone.now())
    return done(run)


def done(run: ReportRun) -> ReportRun:
    """Have the job of a report done."""
    jobs.run(job_id=run.job_id or 0, clock=timezone.now)
    run.refresh_from_db()
    return run


def failed(job: Job) -> None:
    """Have a job end as one whose worker died three times."""
    Job.objects.filter(pk=job.pk).update(
        state=JobState.FAILED, error="Interrompu.", finished_at=timezone.now(), attempt=3
    )


@pytest.mark.parametrize("was_read", [True, False], ids=["publication", "draft"])
def test_to_bring_back_a_report_that_was_set_aside_by_pressing_its_failed_job_again(
    cast: Cast, browser: Attacker, was_read: bool
) -> None:
    """Nobody took it back from the workers; somebody who prescribes for the same Département presses « Relancer »."""
    with time_machine.travel(FEBRUARY, tick=False):
        make_year(cast)
        run = reports.ask(charter=make_charter(), year=2025, by=cast.coordinator, at=timezone.now())
        if was_read:
            reports.approve(run=done(run), by=cast.coordinator, at=timezone.now())
            run.refresh_from_db()
        assert run.job
        failed(run.job)
        reports.discard(run=run, by=cast.coordinator, at=timezone.now())
        browser.acting(cast.prescriber).post(reverse("records:retry-job", args=[run.job_id]))
        assert done(run).state == RunState.DISCARDED
        assert not run.documents.filter(is_final=was_read).exists()


def test_to_publish_in_the_name_of_somebody_who_has_left(cast: Cast, browser: Attacker) -> None:
    """Who asked for the publication lost their access while its job had failed; a colleague presses it again."""
    with time_machine.travel(FEBRUARY, tick=False):
        make_year(cast)
        run = drafted(make_charter(), by=cast.coordinator)
        failed(reports.approve(run=run, by=cast.coordinator, at=timezone.now()))
        run.refresh_from_db()
        gone = Membership.objects.filter(pk=cast.coordinator.membership_id or 0)
        gone.update(revoked_at=timezone.now(), ends_on=FEBRUARY.date())
        browser.acting(cast.prescriber).post(reverse("records:retry-job", args=[run.job_id]))
        assert done(run).state == RunState.READY


def test_to_have_a_file_read_in_the_name_of_somebody_who_has_left(world: World) -> None:
    """They gave it on their last day; the worker opens it once their access is closed."""
    Membership.objects.filter(pk=world.cast.facilitator.membership_id or 0).update(revoked_at=timezone.now())
    jobs.run(job_id=world.own.job.pk, clock=timezone.now)
    world.own.job.refresh_from_db()
    assert world.own.job.state == JobState.FAILED
    world.own.reading.refresh_from_db()
    assert world.own.reading.finished_at is None


def test_to_learn_the_situation_of_one_person_by_two_lists_of_the_coordination(cast: Cast) -> None:
    """It reads pseudonyms and no criterion: a list without one lot would tell that of whoever works there."""
    with time_machine.travel(datetime(2025, 10, 29, 10, tzinfo=PARIS), tick=False):
        school(cast, until=9)
        Parameter.objects.filter(code="BREAKDOWN_MIN_PERSONS").update(value="1")
        lists = [portfolio(cast.coordinator, narrowed_by=asked) for asked in ("", "mot=CATCH_UP")]
    assert [one.people for one in lists] != [lists[0].people] * 2
    assert [one.rsa is None for one in lists] == [False, True]


def portfolio(by: Actor, *, narrowed_by: str) -> Portfolio:
    """Return what « Bilan PDF » of a list says."""
    report = portfolios.ask(narrowed_by=narrowed_by, by=by, at=timezone.now())
    jobs.run(job_id=report.job_id or 0, clock=timezone.now)
    report.refresh_from_db()
    return Portfolio.from_json(bytes(report.document.content))


def test_to_go_on_reading_after_a_mandate_by_what_was_printed_during_it(
    world: World, browser: Attacker
) -> None:
    """A colleague who came since, and never acted for the other buyer, finds its lots on the shelf of « Bilan PDF »."""
    mandates = BuyerDelegate.objects.filter(tender=world.other.tender)
    mandates.update(organisation=world.own.buyer)
    asked = portfolios.ask(narrowed_by="", by=world.cast.buyer, at=timezone.now())
    jobs.run(job_id=asked.job_id or 0, clock=timezone.now)
    mandates.update(ends_on=date(2025, 10, 13))
    new = accounts.member(
        world.own.buyer, Role.BUYER, first_name="Nora", last_name="Neuve", email="nora@example.org"
    )
    given = browser.acting(new).get(reverse("publication:portfolio-download", args=[asked.code]))
    pages = PdfReader(BytesIO(given.received)).pages if given.status_code == 200 else ()
    assert world.other.tender.title not in " ".join(page.extract_text() for page in pages)
