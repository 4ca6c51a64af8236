"""« Relevés »: the list, those that are awaited, and the page of one."""

from typing import cast

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from beneficiaries.hours.choices import Permission
from beneficiaries.hours.forms import ReturnForm
from beneficiaries.hours.models import Statement
from beneficiaries.hours.selectors.clean import Waiting
from beneficiaries.hours.selectors.statements import controlled, latest_after, listed
from beneficiaries.hours.selectors.waiting import missing_statements, own_statements
from beneficiaries.hours.views.pages import StatementPage
from beneficiaries.hours.views.statement_list import statement_list
from beneficiaries.placements.models import Placement
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.actors import Role
from inclusiv.core.files import serve
from inclusiv.core.periods import paris_day
from inclusiv.core.queues import Queue
from inclusiv.records.actions import readings
from inclusiv.records.models import StoredFile
from inclusiv.records.selectors import timeline


@require_safe
@requires(Permission.SEE_STATEMENTS)
def listing(request: ActorRequest) -> HttpResponseBase:
    """List the statements that one sends or controls, what is to be done first."""
    now = timezone.now()
    is_facilitator = request.actor.role is Role.FACILITATOR
    statements = Statement.objects.visible_to(request.actor)
    owed = [] if is_facilitator else own_statements(request.actor, on=paris_day(now))
    return statement_list(paris_day(now), names_company=is_facilitator).answer(
        request,
        listed(statements, returned_first=not is_facilitator),
        context={
            "clean": Waiting(statements) if is_facilitator else None,
            "is_facilitator": is_facilitator,
            "owed": owed,
            "owed_title": f"On attend de vous ({len(owed)})",
        },
        exported=lambda _: readings.note(
            action="statements.exported",
            subjects=[f"organisation:{request.actor.organisation_id}"],
            by=request.actor,
            at=now,
        ),
    )


@require_safe
@requires(Permission.DECLARE_FOR_OTHERS)
def expected(request: ActorRequest) -> HttpResponse:
    """« Relevés attendus »: who must still send which month, the oldest first."""
    today = paris_day(timezone.now())
    missing = missing_statements(Queue(actor=request.actor, on=today))
    return render(request, "beneficiaries/hours/statement_expected.html", {"missing": missing})


@require_safe
@requires(Permission.SEE_STATEMENTS)
def statement(request: ActorRequest, pk: int) -> HttpResponse:
    """One statement: its lines with what the control says, what can be done, and its story."""
    shown = get_object_or_404(
        Statement.objects.visible_to(request.actor).select_related(
            "award__lot__tender__structure", "declarant", "document"
        ),
        pk=pk,
    )
    return show(request, shown, ReturnForm())


@require_safe
@requires(Permission.SEE_STATEMENTS)
def document(request: ActorRequest, pk: int) -> FileResponse:
    """Give the document that a statement was entered from; the reading is kept.

    It may name whoever the company employs there, whom the lines may have left out since.
    """
    shown = get_object_or_404(
        Statement.objects.visible_to(request.actor).exclude(document=None).select_related("document"), pk=pk
    )
    employed = Placement.objects.visible_to(request.actor).filter(
        award=shown.award_id, declarant=shown.declarant_id
    )
    people = (f"person:{pk}" for pk in employed.values_list("person", flat=True))
    readings.note(action="statement.document", subjects=people, by=request.actor, at=timezone.now())
    return serve(cast("StoredFile", shown.document))


def show(request: ActorRequest, shown: Statement, form: ReturnForm) -> HttpResponse:
    """Draw the page of a statement, with the form of its return."""
    control = controlled(shown, for_facilitator=request.actor.role is Role.FACILITATOR)
    readings.note(
        action="statement.read",
        subjects=(one.line.placement.person for one in control.lines),
        by=request.actor,
        at=timezone.now(),
    )
    page = StatementPage(
        statement=shown,
        actor=request.actor,
        latest=latest_after(shown),
        control=control,
        entries=timeline(shown, actor=request.actor, page=request.GET.get("suite", "")),
    )
    return render(
        request,
        "beneficiaries/hours/statement_page.html",
        {"shown": page, "form": form},
        status=422 if form.errors else 200,
    )
