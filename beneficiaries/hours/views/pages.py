"""What the page of a statement offers to its reader."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from beneficiaries.hours.choices import Received, StatementAction, StatementStatus
from beneficiaries.hours.models import Statement
from beneficiaries.hours.rules.transitions import STATEMENT
from beneficiaries.hours.selectors.clean import attention
from beneficiaries.hours.selectors.sheets import work_of
from beneficiaries.hours.selectors.statements import ControlledStatement
from inclusiv.core.actors import Actor, Role
from inclusiv.core.changes import trails
from inclusiv.core.components.screens import Crumb, TimelineEntry
from inclusiv.core.french import NO_BREAK, date_long, elide, hours_text, month_name
from inclusiv.core.transitions import open_to

STATES = {
    StatementStatus.DRAFT: ("ACTION", "À corriger"),
    StatementStatus.SUBMITTED: ("CATCH_UP", "À contrôler"),
    StatementStatus.RETURNED: ("ACTION", "À corriger"),
    StatementStatus.VALIDATED: ("DONE", "Validé"),
}
"""The word and the colour of each state on screen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementPage:
    """A statement, who looks at it, and what they may do."""

    statement: Statement
    latest: Statement | None
    """The last version, when it is another one."""
    actor: Actor
    control: ControlledStatement
    entries: Sequence[TimelineEntry]

    @property
    def title(self) -> str:
        """« Relevé de mars 2025 »."""
        return f"Relevé {elide('de', month_name(self.statement.month))}"

    @property
    def work(self) -> str:
        """« Réhabilitation d’une école, lot 1 »."""
        return work_of(self.statement.award)

    @property
    def trail(self) -> list[Crumb]:
        """The way to the page."""
        return [Crumb(label="Relevés", url=reverse("hours:list")), Crumb(label=self.title)]

    @property
    def state(self) -> str:
        """The colour of the state."""
        if self.is_replaced:
            return "NEUTRAL"
        return STATES[StatementStatus(self.statement.status)][0]

    @property
    def word(self) -> str:
        """The word of the state."""
        if self.is_replaced:
            return f"Remplacé par {self.latest_name}"
        return STATES[StatementStatus(self.statement.status)][1]

    @property
    def is_replaced(self) -> bool:
        """Whether a later version is validated: the hours of this one do not count any more."""
        return self.latest is not None and self.latest.status == StatementStatus.VALIDATED

    @property
    def latest_name(self) -> str:
        """« la version 2 »."""
        return f"la version{NO_BREAK}{self.latest.version}" if self.latest else ""

    @property
    def latest_url(self) -> str:
        """Where the last version is read."""
        return reverse("hours:statement", args=[self.latest.pk]) if self.latest else ""

    @property
    def received(self) -> str:
        """« le 5 avril 2025, par courriel », nothing before the first sending."""
        if self.statement.received_on is None:
            return ""
        how = self.statement.get_received_display()
        return f"le {date_long(self.statement.received_on)}, {how}"

    @property
    def entered_for(self) -> str:
        """« saisi pour le compte de Bâti-Sud », when a facilitator entered it (PRACTICE.md 1.1)."""
        if self.statement.received == Received.ONLINE or not self.statement.submitted_by:
            return ""
        return f"saisi pour le compte de {self.statement.declarant.name} par {self.statement.submitted_by}"

    @property
    def may_review(self) -> bool:
        """Whether the reader validates or sends back."""
        return StatementAction.VALIDATE in open_to(STATEMENT, status=self.statement.status, actor=self.actor)

    @property
    def is_company(self) -> bool:
        """Whether the reader is who declares: they need to know whom to call."""
        return self.actor.role is not Role.FACILITATOR

    @property
    def says_control(self) -> bool:
        """Whether the control has something to say to the reader: a company waits for the decision."""
        return self.actor.role is Role.FACILITATOR or self.statement.status == StatementStatus.VALIDATED

    @property
    def url_to_fill(self) -> str:
        """Where the statement is completed or corrected by this reader; empty when it is not."""
        if self.statement.status not in STATEMENT[StatementAction.SUBMIT].sources:
            return ""
        where = [self.statement.award_id, self.statement.month]
        if self.actor.role is Role.FACILITATOR:
            return reverse("hours:declare-for", args=[*where, self.statement.declarant_id])
        return reverse("hours:declare", args=where)

    @property
    def sees_changes(self) -> bool:
        """Whether the detail of the changes is the reader's to see."""
        return self.actor.role in trails["releve"].roles

    @property
    def may_correct(self) -> bool:
        """Whether the correction of a validated statement may be opened from here: of its last version only."""
        return self.statement.status == StatementStatus.VALIDATED and self.latest is None

    @property
    def may_abandon(self) -> bool:
        """Whether this is a correction that was opened and not sent yet."""
        return self.statement.version > 1 and self.statement.status == StatementStatus.DRAFT

    @property
    def validate_label(self) -> str:
        """« Valider 252 h »: what will count, said on the button."""
        return f"Valider {hours_text(self.control.counted)}"

    @property
    def counted(self) -> str:
        """The same, as the button carries it."""
        return str(self.control.counted)

    @property
    def counts_nothing(self) -> bool:
        """Whether validating would write that none of the declared hours counts: sending it back comes first."""
        return self.control.declared > 0 and not self.control.counted

    @property
    def summary(self) -> str:
        """« 252 h déclarées, 217 h comptées », or « … qui ne comptent plus » once it is replaced."""
        declared = f"{hours_text(self.control.declared)} déclarées"
        if not self.says_control:
            return declared
        verb = "comptées" if self.statement.status == StatementStatus.VALIDATED else "à compter"
        if self.is_replaced:
            verb = "qui ne comptent plus"
        return f"{declared}, {hours_text(self.control.counted)} {verb}"

    @property
    def attention(self) -> str:
        """« 1 ligne ne compte pas, 2 lignes sont à regarder », empty when all is right."""
        return attention(rejected=self.control.rejected, warned=self.control.warned)
