"""« Mes marchés », « Marchés »: the lots that one follows, the worst first; and one tender's hours."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clauses.procurement.choices import Permission
from clauses.procurement.models import Award, Lot, Tender
from clauses.procurement.selectors.parties import reads_as_member
from clauses.procurement.selectors.tenders import list_crumb
from inclusiv.core import french
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.actors import Actor, Role
from inclusiv.core.components.screens import Crumb
from inclusiv.core.periods import paris_day
from inclusiv.records.actions import readings
from reporting.followup.selectors.awaited import Awaited, awaited_from
from reporting.followup.selectors.hours import lots_of
from reporting.followup.selectors.standings import Today, today, with_standing
from reporting.followup.selectors.totals import Totals, totals
from reporting.followup.views.lot_list import lot_list
from reporting.followup.views.lot_panels import LotPanel, Pace

NAMED = 5
"""How many tenders without a lot are named above the list."""


@dataclass(frozen=True)
class Home:
    """What surrounds the list; read only when the whole page is drawn."""

    actor: Actor
    day: Today
    lots: QuerySet[Lot]

    @cached_property
    def awaited(self) -> Awaited | None:
        """What is awaited from a buyer; the others have « À faire »."""
        return awaited_from(self.actor, on=self.day.on) if self.actor.role is Role.BUYER else None

    @cached_property
    def totals(self) -> Totals:
        """The foot of the list."""
        return totals(self.lots, actor=self.actor, on=self.day.on, people_told_from=self.day.people_told_from)

    @cached_property
    def without_lots(self) -> int:
        """How many tenders the list cannot show, for want of a lot; a buyer reads them among what is awaited."""
        own = self.actor.role is Role.BUYER
        return 0 if own else Tender.objects.visible_to(self.actor).without_lots().count()

    @property
    def first_without_lots(self) -> list[Tender]:
        """The newest of them."""
        found = Tender.objects.visible_to(self.actor).without_lots()
        return list(found.order_by("-created_at", "pk")[:NAMED])

    @property
    def awaited_title(self) -> str:
        """« On attend de vous (3) »."""
        return f"On attend de vous ({self.awaited.total})" if self.awaited else ""

    @property
    def others_label(self) -> str:
        """« Voir les 2 autres »."""
        others = len(self.awaited.others) if self.awaited else 0
        return f"Voir les {others} autres" if others > 1 else "Voir l’autre"

    @property
    def subtitle(self) -> str:
        """Who follows, or for whom."""
        tenders = french.plural(self.totals.tenders, "marché")
        return f"{tenders} · {self.actor.organisation}"

    @property
    def title(self) -> str:
        """The page's name for this role."""
        return list_crumb(self.actor).label

    @property
    def may_register(self) -> bool:
        """Whether the button that registers a tender is offered."""
        return self.actor.may(Permission.REGISTER_TENDER)


@require_safe
@requires(Permission.SEE_TENDERS)
def my_tenders(request: ActorRequest) -> HttpResponseBase:
    """List the lots of the tenders that one follows, the worst first."""
    now = timezone.now()
    day = today(paris_day(now))
    lots = Lot.objects.visible_to(request.actor)
    return lot_list(request.actor, day).answer(
        request,
        with_standing(lots, actor=request.actor, day=day),
        bare=lots,
        context={"home": Home(request.actor, day, lots)},
        exported=lambda _: readings.note(
            action="tenders.exported",
            subjects=[f"organisation:{request.actor.organisation_id}"],
            by=request.actor,
            at=now,
        ),
    )


@require_safe
@requires(Permission.SEE_TENDERS, Permission.SEE_OWN_LOTS)
def tender(request: ActorRequest, pk: int) -> HttpResponse:
    """« Heures »: a tender's hours, lot by lot, without the name of anybody; a company goes to its own lot there."""
    found = Tender.objects.visible_to(request.actor, as_member=True).select_related(
        "buyer", "place", "structure", "facilitator"
    )
    shown = get_object_or_404(found, pk=pk)
    day = today(paris_day(timezone.now()))
    if not request.actor.may(Permission.SEE_TENDERS):
        seen = Award.objects.visible_to(request.actor).at_work(request.actor, on=day.on)
        own = list(seen.filter(lot__tender=shown)[:2])
        return redirect("followup:my-lot", own[0].pk) if len(own) == 1 else redirect("followup:my-lots")
    is_member = reads_as_member(shown, actor=request.actor)
    lots = lots_of(shown, actor=request.actor, day=day, with_placements=not is_member)
    context = {
        "tender": shown,
        "is_member": is_member,
        "lots": [LotPanel(row=lot.row, day=day, hours=lot) for lot in lots],
        "trail": [
            list_crumb(request.actor),
            Crumb(label=shown.reference, url=reverse("procurement:tender", args=[pk])),
            Crumb(label="Heures"),
        ],
    }
    return render(request, "reporting/followup/tender_page.html", context)


@require_safe
@requires(Permission.SEE_TENDERS)
def pace(request: ActorRequest, pk: int) -> HttpResponse:
    """Where each lot stands, as a fragment of the tender's first page; read alone, it leads to « Heures »."""
    shown = get_object_or_404(Tender.objects.visible_to(request.actor, as_member=True), pk=pk)
    if not request.htmx:
        return redirect("followup:tender", pk)
    day = today(paris_day(timezone.now()))
    lots = Lot.objects.visible_to(request.actor, as_member=True).filter(tender=shown)
    rows = with_standing(lots, actor=request.actor, day=day).order_by("number")
    context = {"tender": shown, "lots": [Pace(row=row, day=day) for row in rows]}
    return render(request, "reporting/followup/tender_pace.html", context)
