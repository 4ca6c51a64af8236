"""« Mes lots » and the page of one of them: what a company reads on a phone (PRACTICE.md 3)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from beneficiaries.hours.selectors.duties import Expected
from beneficiaries.hours.selectors.waiting import RETURNED, named
from beneficiaries.people.choices import CheckStatus
from beneficiaries.placements.selectors.staffing import staffed
from clauses.obligations.selectors.plans import plans_awaited
from clauses.procurement.choices import Permission
from clauses.procurement.models import Award
from inclusiv.core import french
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.periods import month_of, paris_day, statement_due_on
from inclusiv.records.actions import readings
from reporting.followup.selectors.own import OwnLot, Worker, own_lot, own_lots, statements_due
from reporting.followup.selectors.standings import WORST_FIRST, today
from reporting.followup.views import cells
from reporting.followup.views.lot_panels import Pace


@dataclass(frozen=True)
class LotCard(Pace):
    """One of the company's lots, with what it has to declare, and whether somebody works or is asked for there."""

    due: Expected | None
    is_staffed: bool

    @property
    def needs_people(self) -> bool:
        """Whether the next thing to do is to find somebody: hours are to be done, and nobody is there to do them."""
        return not self.due and not self.is_over and self.remaining > 0 and not self.is_staffed

    @property
    def first_step(self) -> str:
        """« 990 h à réaliser, personne en poste : faites valider quelqu’un, ou demandez un candidat »."""
        return f"{self.remaining_text} à réaliser et personne en poste : faites valider quelqu’un, ou demandez un candidat"

    @property
    def place(self) -> str:
        """The work and where it is done."""
        tender = self.row.tender
        return " · ".join(
            filter(None, [self.row.title, tender.place.name if tender.place else "", tender.buyer.name])
        )

    @property
    def remaining_text(self) -> str:
        """« 588 h »."""
        return french.whole_hours(self.remaining)

    @property
    def owed_text(self) -> str:
        """« 1 890 h »."""
        return cells.owed(self.row)

    @property
    def pending_text(self) -> str:
        """« 128 h », empty when nothing is to check."""
        return cells.pending(self.row) if self.pending else ""

    @property
    def done_text(self) -> str:
        """« 1 813 h »."""
        return french.whole_hours(self.row.done)

    @property
    def hours_main(self) -> str:
        """What remains, or what was done once all is over."""
        return self.done_text if self.is_over else f"reste {self.remaining_text}"

    @property
    def hours_small(self) -> str:
        """The hours to do."""
        return f"sur {self.owed_text}"

    @property
    def month(self) -> date:
        """The month to declare: the oldest awaited one, else the present one."""
        return self.due.month if self.due else month_of(self.day.on)

    @property
    def verb(self) -> str:
        """« Déclarer », « Corriger »."""
        return "Corriger" if self.due and self.due.is_returned else "Déclarer"

    @property
    def whom_to_call(self) -> str:
        """The name and the telephone of who follows the lot."""
        return " · ".join(filter(None, self.facilitator))

    @property
    def declare_label(self) -> str:
        """« Déclarer les heures de mars », « Corriger les heures d’avril 2025 »."""
        named = french.month_name(self.month)
        month = named.rsplit(" ", 1)[0] if self.month.year == self.day.on.year else named
        return f"{self.verb} les heures {french.elide('de', month)}"

    @property
    def declare_detail(self) -> str:
        """« avant le 12 avril », for how long it has been late, or that it was sent back."""
        if self.due and self.due.is_returned:
            return RETURNED
        late = self.due.days_late(on=self.day.on) if self.due else 0
        if late:
            return f"attendu depuis {french.plural(late, 'jour')}"
        due_on = self.due.due_on if self.due else statement_due_on(self.month, self.day.due_day)
        return f"avant le {french.date_long(due_on).rsplit(' ', 1)[0]}"


@dataclass(frozen=True)
class LotPage(LotCard):
    """The page of one lot."""

    told: OwnLot

    @property
    def declared_by_others(self) -> list[str]:
        """« Tremplin 91 déclare les heures de Deux Essai. »: what the company has not to do."""
        people: dict[str, list[str]] = defaultdict(list)
        for worker in self.told.workers:
            people[worker.declarant].append(worker.name)
        return [
            f"{declarant} déclare les heures {french.elide('de', french.listed(names))}."
            for declarant, names in people.items()
            if declarant
        ]

    @property
    def share_text(self) -> str:
        """« 1 190 h validées sur 1 323 h », empty when the company is alone on the lot."""
        share = self.told.share
        if share is None or share.owed is None:
            return ""
        return f"{french.whole_hours(share.done)} validées sur {french.whole_hours(share.owed)}"

    @property
    def workers(self) -> list[tuple[Worker, str, str]]:
        """Who is in post, with a line about the post and one about the hours."""
        on = self.day.on
        return [(worker, post_text(worker, on=on), hours_text(worker, on=on)) for worker in self.told.workers]


def post_text(worker: Worker, *, on: date) -> str:
    """Return « Aide-maçonne, par Tremplin 91 · heures comptées jusqu’au 31/03/2027 »."""
    post = f"{worker.post}, par {worker.employer}" if worker.employer else worker.post
    ended = worker.planned_end_on if worker.planned_end_on and worker.planned_end_on < on else None
    overdue = f"fin prévue le {french.date_short(ended)}, à confirmer" if ended else ""
    return " · ".join(filter(None, [post, counting_text(worker), overdue]))


def counting_text(worker: Worker) -> str:
    """Say until when the hours count, or why they do not: nothing counts before the eligibility is validated."""
    match worker.check:
        case CheckStatus.VALIDATED:
            until = worker.counted_until
            return f"heures comptées jusqu’au {french.date_short(until)}" if until else ""
        case CheckStatus.REFUSED | CheckStatus.WITHDRAWN:
            return "éligibilité refusée : heures non comptées"
        case CheckStatus.DRAFT | CheckStatus.SUBMITTED:
            return "éligibilité à valider"


def hours_text(worker: Worker, *, on: date) -> str:
    """Return « en septembre », « en septembre, à contrôler », « à partir du 02/11/2026 »."""
    if worker.starts_on > on:
        return f"à partir du {french.date_short(worker.starts_on)}"
    if worker.month is None:
        return "pas encore d’heures"
    month = french.month_name(worker.month).rsplit(" ", 1)[0]
    return f"en {month}, à contrôler" if worker.to_check else f"en {month}"


@require_safe
@requires(Permission.SEE_OWN_LOTS)
def my_lots(request: ActorRequest) -> HttpResponse:
    """List the lots where the company works, what waits first; the only one is shown at once.

    A month still to be told of a lot that it has left waits too, though the lot is its successor's.
    """
    day = today(paris_day(timezone.now()))
    rows = list(own_lots(request.actor, day=day).order_by(*WORST_FIRST))
    due = statements_due(Award.objects.visible_to(request.actor), actor=request.actor, on=day.on)
    here = {row.award.pk for row in rows}
    left = named([one for award, one in due.items() if award not in here], on=day.on)
    if len(rows) == 1 and not left:
        return redirect("followup:my-lot", rows[0].award.pk)
    people = staffed(Award.objects.visible_to(request.actor), since=day.on)
    cards = [
        LotCard(row=row, day=day, due=due.get(row.award.pk), is_staffed=row.award.pk in people)
        for row in rows
    ]
    awaited = sorted((card for card in cards if card.due), key=lambda card: card.month)
    awaited += [card for card in cards if card.needs_people]
    plans = plans_awaited(request.actor, on=day.on)
    context = {
        "awaited": awaited,
        "left": left,
        "plans": plans,
        "awaited_title": f"On attend de vous ({len(awaited) + len(left) + len(plans)})",
        "running": [card for card in cards if not card.is_over],
        "over": [card for card in cards if card.is_over],
        "subtitle": request.actor.organisation,
    }
    return render(request, "reporting/followup/lot_list.html", context)


@require_safe
@requires(Permission.SEE_OWN_LOTS)
def my_lot(request: ActorRequest, pk: int) -> HttpResponse:
    """Tell what remains on a lot, by the key of its award, and offer the four things that a company comes to do."""
    now = timezone.now()
    day = today(paris_day(now))
    row = get_object_or_404(own_lots(request.actor, day=day), award=pk)
    told = own_lot(row, actor=request.actor, day=day)
    people = (f"person:{worker.person}" for worker in told.workers)
    readings.note(action="lot.read", subjects=people, by=request.actor, at=now)
    return render(
        request,
        "reporting/followup/lot_page.html",
        {"lot": LotPage(row=row, day=day, due=told.due, is_staffed=told.is_staffed, told=told)},
    )
