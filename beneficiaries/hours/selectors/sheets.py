"""What a month's screen shows before it is sent: who is in post, and what is already known of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from beneficiaries.hours.choices import HoursKind, StatementStatus
from beneficiaries.hours.models import Statement
from beneficiaries.placements.models import Placement
from clauses.obligations.selectors.terms import statement_due_days
from clauses.procurement.models import Award
from inclusiv.accounts.models import Organisation
from inclusiv.core.french import NO_BREAK, date_long, hours_text, month_name
from inclusiv.core.periods import month_end, months_before, statement_due_on
from inclusiv.core.quantities import ZERO
from inclusiv.core.stamps import stamp_of
from inclusiv.records.models import SignedLink


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A person's hours of one month, as declared."""

    hours: Decimal = ZERO
    training: Decimal = ZERO
    zero_reason: str = ""

    @property
    def total(self) -> Decimal:
        """Work and training."""
        return self.hours + self.training


@dataclass(frozen=True, slots=True, kw_only=True)
class InPost:
    """A person to declare: how they are named, what they already have in the statement and the month before."""

    placement: int
    person: int
    name: str
    post: str
    known: Month | None
    before: Month | None
    before_month: str

    @property
    def about(self) -> str:
        """« Aide-maçonne · février 2025 : 140 h »: the post, and the month before as a hint."""
        hint = f" · {self.before_month} : {hours_text(self.before.total)}" if self.before else ""
        return f"{self.post}{hint}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthSheet:
    """A declarant's month under an award, ready to be filled."""

    award: Award
    declarant: Organisation
    month: date
    due_on: date
    people: tuple[InPost, ...]
    statement: Statement | None

    @property
    def stamp(self) -> int:
        """What a page says that it showed: nothing yet, or the statement as it was sent, or sent back."""
        return stamp_of(self.statement.stamp if self.statement else "")

    @property
    def month_text(self) -> str:
        """« mars 2025 »."""
        return month_name(self.month)

    @property
    def subtitle(self) -> str:
        """Who declares, and until when: « Bâti-Sud · à envoyer avant le 12 avril »."""
        return f"{self.declarant.name} · à envoyer au plus tard le {date_long(self.due_on)}"

    @property
    def last_day(self) -> date:
        """The last day of the month: until it has come, hours of days to come may not be told."""
        return month_end(self.month)

    @property
    def work(self) -> str:
        """« Réhabilitation d’une école, lot 1 »."""
        return work_of(self.award)

    @property
    def is_sent(self) -> bool:
        """Say whether the statement waits for its control or is validated: nothing is left to fill."""
        return self.statement is not None and self.statement.status in {
            StatementStatus.SUBMITTED,
            StatementStatus.VALIDATED,
        }


def month_sheet(*, award: Award, declarant: Organisation, month: date) -> MonthSheet:
    """Return a month to fill, people in the order of their names."""
    statement = statements_of(award, declarant).filter(month=month).last()
    before = statements_of(award, declarant).filter(month=months_before(month, 1)).last()
    known, last_month = months_of(statement), months_of(before)
    people = in_post(award, declarant, month)
    due_day = statement_due_days([award.pk])[award.pk]
    return MonthSheet(
        award=award,
        declarant=declarant,
        month=month,
        due_on=statement_due_on(month, due_day),
        statement=statement,
        people=tuple(
            InPost(
                placement=placement.pk,
                person=placement.person_id,
                name=name_of(placement),
                post=placement.post,
                known=known.get(placement.pk),
                before=last_month.get(placement.pk),
                before_month=month_name(months_before(month, 1)),
            )
            for placement in sorted(people, key=by_name)
        ),
    )


def link_sheet(link: SignedLink) -> MonthSheet:
    """Return the month that a link by e-mail is about: the link itself is the key to it."""
    awards = Award.objects.select_related("lot__tender__buyer", "lot__tender__structure")
    return month_sheet(
        award=awards.get(pk=link.data["award"]),
        declarant=Organisation.objects.get(pk=link.organisation_id),
        month=date.fromisoformat(link.data["month"]),
    )


def statements_of(award: Award, declarant: Organisation) -> QuerySet[Statement]:
    """Return a declarant's statements under an award, the last version last."""
    return Statement.objects.filter(award=award, declarant=declarant).order_by("version")


def in_post(award: Award, declarant: Organisation, month: date) -> QuerySet[Placement]:
    """Return the placements that a declarant declares in a month."""
    return (
        Placement.objects.in_month(month, month_end(month))
        .filter(award=award, declarant=declarant)
        .select_related("person__identity")
        .order_by("pk")
    )


def months_of(statement: Statement | None) -> Mapping[int, Month]:
    """Return the hours of a statement by placement."""
    if statement is None:
        return {}
    months: dict[int, Month] = {}
    for line in statement.lines.order_by("pk"):
        told = months.get(line.placement_id, Month())
        months[line.placement_id] = Month(
            hours=told.hours + (line.hours if line.kind == HoursKind.WORK else ZERO),
            training=told.training + (line.hours if line.kind == HoursKind.TRAINING else ZERO),
            zero_reason=line.zero_reason or told.zero_reason,
        )
    return months


def name_of(placement: Placement) -> str:
    """Return the person's name for those who employ or follow them; the code when the identity is gone."""
    identity = getattr(placement.person, "identity", None)
    return str(identity) if identity else placement.code


def by_name(placement: Placement) -> str:
    """Return what sorts people by their family name, without regard to accents."""
    identity = getattr(placement.person, "identity", None)
    return identity.folded_name if identity else placement.code


def work_of(award: Award) -> str:
    """Return how an award is named on a company's screens: « Réhabilitation d’une école, lot 1 »."""
    return f"{award.lot.tender.title}, lot{NO_BREAK}{award.lot.number}"
