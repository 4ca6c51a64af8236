"""What somebody waits for: statements to control, to send, and companies that say nothing (PRACTICE.md 3)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse

from beneficiaries.hours.choices import StatementStatus
from beneficiaries.hours.models import Statement, StatementQuerySet
from beneficiaries.hours.selectors.clean import Looked, Waiting
from beneficiaries.hours.selectors.duties import (
    Expected,
    awaited_statements,
    expected_statements,
    statements_sent,
)
from beneficiaries.hours.selectors.sheets import work_of
from beneficiaries.hours.selectors.unstarted import Unstarted, unstarted
from clauses.procurement.choices import TenderStatus
from clauses.procurement.models import Award
from clauses.procurement.rules.tenders import RUNNING
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor, Role
from inclusiv.core.french import NO_BREAK, day_month, elide, hours_text, month_name, plural
from inclusiv.core.periods import paris_day
from inclusiv.core.providers import Todo, TodoGroup
from inclusiv.core.quantities import ZERO
from inclusiv.core.queues import Queue, Whose
from inclusiv.parameters.selectors import in_force
from inclusiv.records.models import reference

SILENT_DAYS = 10
"""Days after the due day from which the facilitator calls (DOMAIN.md 6.3)."""

EARLY_DAYS = 7
"""Days before the end from which a month may be told for good: payrolls close then."""

RETURNED = "renvoyé pour correction"

ROWS = 50
"""How many rows a group gives to « À faire »."""

DECLARED_STATES = RUNNING | {TenderStatus.COMPLETED, TenderStatus.TERMINATED}
"""States in which a statement is still awaited: that of a terminated contract up to its last day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A statement that a declarant owes, with what names it on screen."""

    expected: Expected
    award: Award
    declarant: Organisation
    days_late: int

    @property
    def work(self) -> str:
        """« Réhabilitation d’une école, lot 1 »."""
        return work_of(self.award)

    @property
    def month_text(self) -> str:
        """« mars 2025 »."""
        return month_name(self.expected.month)

    @property
    def verb(self) -> str:
        """What the company does: send it, or correct it."""
        returned = self.expected.sent.status in {StatementStatus.RETURNED, StatementStatus.DRAFT}
        return "Corriger" if returned else "Déclarer"

    @property
    def what(self) -> str:
        """« Déclarer les heures de mars 2025 »."""
        return f"{self.verb} les heures {elide('de', self.month_text)}"

    @property
    def people_text(self) -> str:
        """« 2 personnes en poste »."""
        return plural(self.expected.people, "personne en poste")

    @property
    def due_text(self) -> str:
        """« au plus tard le 12 avril », for how long it has been late, or that it was sent back."""
        if self.expected.is_returned:
            return RETURNED
        return self.late_text if self.days_late else f"au plus tard le {day_month(self.expected.due_on)}"

    @property
    def late_text(self) -> str:
        """« 34 j de retard »."""
        return f"{self.days_late}{NO_BREAK}j de retard"

    @property
    def about(self) -> str:
        """What a button says of itself to those who hear it."""
        return f"{self.declarant.name}, {self.month_text}"

    @property
    def url_to_enter(self) -> str:
        """Where the facilitator enters it."""
        return reverse("hours:declare-for", args=[self.award.pk, self.expected.month, self.declarant.pk])

    @property
    def url_to_declare(self) -> str:
        """Where the company declares it."""
        return reverse("hours:declare", args=[self.award.pk, self.expected.month])


def missing_statements(queue: Queue) -> list[Missing]:
    """Return the statements that nobody sent, for the tenders that facilitators follow, oldest due first."""
    awards = Award.objects.visible_to(queue.actor).filter(
        queue.holds("lot__tender__facilitator"), lot__tender__status__in=DECLARED_STATES
    )
    expected = expected_statements(awards, on=queue.on)
    return named([one for one in expected if one.sent.received_on is None], on=queue.on)


def own_statements(actor: Actor, *, on: date) -> list[Missing]:
    """Return the statements that a company has to send or to correct, oldest due first."""
    awards = Award.objects.visible_to(actor).filter(lot__tender__status__in=DECLARED_STATES)
    return named(awaited_statements(awards, on=on, declarant=actor.organisation_id), on=on)


def unsettled_months(tender: int, on: date) -> str:
    """Say which statements of a tender are still to be sent, corrected or controlled; "" when there are none.

    The month of the day is one as soon as somebody is in post; what was sent is one whatever is owed by now; so is what
    was sent long before its last days.
    """
    awards = Award.objects.filter(lot__tender=tender)
    sent = statements_sent(awards, on=on, since=None)
    expected = expected_statements(awards, on=on, running=True, even_unowed=True)
    waiting = {
        (one.award, one.declarant, one.month)
        for one in expected
        if one.sent.status != StatementStatus.VALIDATED or one.is_partial(on=on, days=EARLY_DAYS)
    }
    waiting |= {key for key, one in sent.items() if one.status != StatementStatus.VALIDATED}
    if not waiting:
        return ""
    _, declarant, month = min(waiting, key=lambda key: (key[2], key[:2]))
    return (
        f"{plural(len(waiting), 'relevé')} à envoyer ou à contrôler avant de clore, à commencer par celui"
        f" {elide('de', month_name(month))} ({Organisation.objects.get(pk=declarant)})."
    )


def named(expected: Sequence[Expected], *, on: date) -> list[Missing]:
    """Bring the awards and the companies of expected statements, in two queries."""
    awards = (
        Award.objects.select_related("lot__tender").filter(pk__in={one.award for one in expected}).in_bulk()
    )
    companies = Organisation.objects.in_bulk({one.declarant for one in expected})
    return [
        Missing(
            expected=one,
            award=awards[one.award],
            declarant=companies[one.declarant],
            days_late=one.days_late(on=on),
        )
        for one in expected
    ]


def to_review(queue: Queue) -> TodoGroup | None:
    """« Relevés à contrôler », for facilitators: answered within REVIEW_DAYS of their arrival (DOMAIN.md 6.1)."""
    if queue.actor.role is not Role.FACILITATOR:
        return None
    statements = statements_of(queue)
    waiting = Waiting(statements)
    days = in_force(on=queue.on).integer("REVIEW_DAYS")
    grouping = len(waiting.found) > 1
    alone = [one for one in waiting.looked if not (grouping and one.is_clean)]
    todos = [review_todo(one, days=days) for one in alone[:ROWS]]
    return grouped(
        rank=3,
        label="relevé à contrôler",
        total=statements.to_review().count(),
        url=f"{reverse('hours:list')}?etat={StatementStatus.SUBMITTED}",
        todos=[clean_todo(waiting, days=days, whose=queue.whose), *todos] if grouping else todos,
        on=queue.on,
    )


def statements_of(queue: Queue) -> StatementQuerySet:
    """Return the statements of the tenders that these people follow."""
    return Statement.objects.visible_to(queue.actor).filter(queue.holds("award__lot__tender__facilitator"))


def clean_todo(waiting: Waiting, *, days: int, whose: Whose) -> Todo:
    """Return the one row of all the statements in which the control sees nothing, as old as the oldest of them."""
    clean = [one for one in waiting.looked if one.is_clean]
    companies = len({one.statement.declarant_id for one in clean})
    tenders = len({one.statement.award.lot.tender_id for one in clean})
    since = sent_on(clean[0].statement)
    return Todo(
        what=f"Valider {plural(len(clean), 'relevé')} sans anomalie",
        detail=hours_text(sum((one.hours for one in clean), ZERO)),
        who=plural(companies, "entreprise"),
        tender=plural(tenders, "marché"),
        since=since,
        due=since + timedelta(days=days),
        url=f"{reverse('hours:validate-clean')}?qui={whose}",
        button=waiting.label,
    )


def sent_on(statement: Statement) -> date:
    """Return the day on which a statement came."""
    return paris_day(statement.submitted_at) if statement.submitted_at else statement.due_on


def review_todo(one: Looked, *, days: int) -> Todo:
    """Return the row of a statement to control."""
    statement = one.statement
    since = sent_on(statement)
    return Todo(
        what=f"Contrôler le relevé {elide('de', month_name(statement.month))}",
        detail=one.detail,
        who=statement.declarant.name,
        phone=statement.declarant.phone,
        tender=work_of(statement.award),
        tender_detail=statement.award.lot.tender.reference,
        since=since,
        due=since + timedelta(days=days),
        url=reverse("hours:statement", args=[statement.pk]),
        button="Contrôler",
    )


def silent_companies(queue: Queue) -> TodoGroup | None:
    """« Entreprises sans nouvelles », for facilitators: statements more than ten days late, or nothing since the notification.

    A company is counted once; who says nothing at all about a new tender has a row of its own for it.
    """
    if queue.actor.role is not Role.FACILITATOR:
        return None
    silent: dict[int, list[Missing]] = defaultdict(list)
    for one in missing_statements(queue):
        if one.days_late > SILENT_DAYS:
            silent[one.declarant.pk].append(one)
    new = unstarted(queue)
    late = [silent_todo(months) for months in silent.values()]
    todos = sorted([*late, *map(unstarted_todo, new)], key=lambda todo: todo.since)
    return grouped(
        rank=4,
        label="entreprise sans nouvelles",
        total=len({*silent, *(one.company.pk for one in new)}),
        url=reverse("hours:expected"),
        todos=todos[:ROWS],
        on=queue.on,
    )


def unstarted_todo(one: Unstarted) -> Todo:
    """Return the row of a company to call about a tender for which it found nobody and asked for nobody."""
    tender = one.awards[0].lot.tender
    others = f"et {plural(len(one.awards) - 1, 'autre lot')}" if len(one.awards) > 1 else ""
    return Todo(
        what="Appeler l’entreprise, marché notifié",
        detail="personne en poste ni demandé",
        who=one.company.name,
        phone=one.company.phone,
        tender=work_of(one.awards[0]),
        tender_detail=" · ".join(filter(None, [tender.reference, others])),
        since=one.contact_on,
        due=one.contact_on,
        url=f"{reverse('records:note-exchange')}?sujet={reference(tender)}",
        button="Noter un échange",
    )


def silent_todo(months: Sequence[Missing]) -> Todo:
    """Return the row of a company to call: since which month it says nothing, and on how many lots."""
    oldest = months[0]
    lots = {one.award.pk for one in months}
    others = f"et {plural(len(lots) - 1, 'autre lot')}" if len(lots) > 1 else ""
    return Todo(
        what=f"Rappeler l’entreprise, {plural(len(months), 'relevé attendu')}",
        detail=f"rien reçu depuis {oldest.month_text}" if len(months) > 1 else oldest.month_text,
        who=oldest.declarant.name,
        phone=oldest.declarant.phone,
        tender=oldest.work,
        tender_detail=" · ".join(filter(None, [oldest.award.lot.tender.reference, others])),
        since=oldest.expected.due_on,
        due=oldest.expected.due_on + timedelta(days=SILENT_DAYS),
        url=f"{reverse('records:note-exchange')}?sujet={reference(oldest.declarant)}",
        button="Noter un échange",
    )


def to_declare(queue: Queue) -> TodoGroup | None:
    """« Relevés à envoyer », for companies: each month with its due day."""
    if queue.actor.role not in {Role.CONTRACTOR, Role.EMPLOYER}:
        return None
    owed = own_statements(queue.actor, on=queue.on)
    return grouped(
        rank=1,
        label="relevé à envoyer",
        total=len(owed),
        url=reverse("hours:list"),
        todos=[declare_todo(one) for one in owed[:ROWS]],
        on=queue.on,
    )


def declare_todo(one: Missing) -> Todo:
    """Return the row of a month to declare, or to correct."""
    return Todo(
        what=one.what,
        detail=one.people_text,
        tender=one.work,
        tender_detail=one.award.lot.tender.reference,
        since=one.expected.month,
        due=one.expected.due_on,
        url=one.url_to_declare,
        button=one.verb,
    )


def grouped(*, rank: int, label: str, total: int, url: str, todos: Sequence[Todo], on: date) -> TodoGroup:
    """Return a counter with its rows and the age of the oldest."""
    oldest = min((todo.since for todo in todos), default=None)
    days = max(0, (on - oldest).days) if oldest else 0
    return TodoGroup(
        rank=rank,
        label=label,
        total=total,
        oldest=oldest,
        hint=f"le plus ancien : {days}{NO_BREAK}j" if oldest else "",
        url=url,
        todos=tuple(todos),
    )
