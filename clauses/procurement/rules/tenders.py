"""A tender's states: one table for the buttons, the diagram and the tests; and what its dates and groups obey.

Sources: DOMAIN.md 2.2 as amended by PRACTICE.md 2 (a missing kick-off warns, it does not block). A check returns
nothing when all is well and raises Refused otherwise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from clauses.procurement.choices import GroupType
from clauses.procurement.choices import Permission as P
from clauses.procurement.choices import TenderAction as A
from clauses.procurement.choices import TenderStatus as S
from inclusiv.core.french import NARROW, date_short, euros, percent
from inclusiv.core.refusals import Refused
from inclusiv.core.transitions import Transition

LOTS_MAX = 150
"""The pieces of so many lots are drawn in some seconds; real contracts stay far below."""


LONGEST_EXECUTION = relativedelta(years=30)
"""Each month of each lot is drawn and counted; no contract with a clause lasts so long."""


def to(target: S, permission: P, label: str, *sources: S) -> Transition:
    """Return a transition to `target` from any of the sources."""
    return Transition(frozenset(sources), target, permission, label)


TENDER: Mapping[A, Transition] = {
    A.SIZE: to(S.SIZING, P.RUN_TENDER, "Étudier la clause", S.PLANNED),
    A.DRAFT: to(S.DRAFTED, P.RUN_TENDER, "Déclarer la clause rédigée", S.SIZING),
    A.PUBLISH: to(S.PUBLISHED, P.RUN_TENDER, "Publier la consultation", S.PLANNED, S.DRAFTED),
    A.EVALUATE: to(S.EVALUATION, P.RUN_TENDER, "Analyser les offres", S.PUBLISHED),
    A.AWARD: to(S.AWARDED, P.AWARD_LOT, "Attribuer", S.PUBLISHED, S.EVALUATION),
    A.REOPEN: to(S.EVALUATION, P.AWARD_LOT, "Rouvrir l’attribution", S.AWARDED),
    A.NOTIFY: to(S.NOTIFIED, P.NOTIFY_TENDER, "Notifier le marché", S.AWARDED),
    A.START: to(S.IN_PROGRESS, P.RUN_TENDER, "Démarrer l’exécution", S.NOTIFIED),
    A.SUSPEND: to(S.SUSPENDED, P.RUN_TENDER, "Suspendre l’exécution", S.IN_PROGRESS),
    A.RESUME: to(S.IN_PROGRESS, P.RUN_TENDER, "Reprendre l’exécution", S.SUSPENDED),
    A.COMPLETE: to(S.COMPLETED, P.RUN_TENDER, "Déclarer l’exécution achevée", S.IN_PROGRESS),
    A.CLOSE: to(S.CLOSED, P.RUN_TENDER, "Clore le bilan", S.COMPLETED, S.TERMINATED),
    A.ABANDON: to(S.NO_AWARD, P.RUN_TENDER, "Déclarer sans suite", S.PUBLISHED, S.EVALUATION, S.AWARDED),
    A.REPLAN: to(S.PLANNED, P.RUN_TENDER, "Revenir à la programmation", S.SIZING),
    A.REWRITE: to(S.SIZING, P.RUN_TENDER, "Reprendre l’étude de la clause", S.DRAFTED),
    A.UNPUBLISH: to(S.DRAFTED, P.RUN_TENDER, "Revenir avant la publication", S.PUBLISHED),
    A.WAIT_OFFERS: to(S.PUBLISHED, P.RUN_TENDER, "Revenir à la consultation", S.EVALUATION),
    A.TERMINATE: to(S.TERMINATED, P.RUN_TENDER, "Résilier", S.NOTIFIED, S.IN_PROGRESS, S.SUSPENDED),
}

STEPS_TO_DRAFTED = frozenset({A.DRAFT, A.UNPUBLISH})
"""Moves to the state in which the clause of each lot is written, or its absence decided."""

RUNNING = frozenset({S.NOTIFIED, S.IN_PROGRESS, S.SUSPENDED})
"""States in which hours are owed now."""

BOUND = RUNNING | {S.COMPLETED, S.CLOSED, S.TERMINATED}
"""States from notification on: an obligation binds."""

PUBLIC = frozenset({S.PUBLISHED, S.EVALUATION, S.AWARDED})
"""States in which candidates have read the clause."""

OPEN = PUBLIC | {S.PLANNED, S.SIZING, S.DRAFTED}
"""States before the notification: a clause may still be placed, or its absence justified."""

INVOICED = RUNNING | {S.COMPLETED, S.TERMINATED}
"""States in which what was invoiced may be told: the last invoices come after the last day."""

OVER = frozenset({S.CLOSED, S.NO_AWARD, S.TERMINATED})
"""States from which nothing is bought any more."""

FINISHED = OVER | {S.COMPLETED}
"""States in which nobody is put to work any more."""

WITH_FACTS = frozenset({A.AWARD, A.REOPEN, A.NOTIFY, A.SUSPEND, A.RESUME, A.TERMINATE})
"""Moves that come with their own facts (a contractor given or taken back, days, reasons), never a bare press of a button."""

AFTER_EXECUTION = frozenset({A.COMPLETE, A.CLOSE})
"""Moves that wait until the last day of the execution is over."""

NEXT: Mapping[S, A] = {
    S.PLANNED: A.SIZE,
    S.SIZING: A.DRAFT,
    S.DRAFTED: A.PUBLISH,
    S.PUBLISHED: A.AWARD,
    S.EVALUATION: A.AWARD,
    S.AWARDED: A.NOTIFY,
    S.NOTIFIED: A.START,
    S.SUSPENDED: A.RESUME,
    S.IN_PROGRESS: A.COMPLETE,
    S.COMPLETED: A.CLOSE,
    S.TERMINATED: A.CLOSE,
}
"""What usually comes next; the other moves open from a state are secondary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duties:
    """Days, inclusive, by which each owes something once the tender is notified (DOMAIN.md 6.1)."""

    contact_on: date
    kickoff_on: date
    final_report_on: date


def duties(
    *, notified_on: date, ends_on: date, contact_days: int, kickoff_months: int, final_report_months: int
) -> Duties:
    """Return when the contractor calls, when the kick-off is held, and when the final report is due."""
    return Duties(
        contact_on=notified_on + timedelta(days=contact_days),
        kickoff_on=notified_on + relativedelta(months=kickoff_months),
        final_report_on=ends_on + relativedelta(months=final_report_months),
    )


def check_period(starts_on: date | None, ends_on: date | None) -> None:
    """Refuse an execution whose end (inclusive) comes before its start, or so late that its months fill no page."""
    if starts_on and ends_on and ends_on >= starts_on + LONGEST_EXECUTION:
        raise Refused(
            "lasts_too_long",
            f"Du {date_short(starts_on)} au {date_short(ends_on)}, il y aurait plus de {LONGEST_EXECUTION.years} ans :"
            " vérifiez les deux dates.",
            field="ends_on",
        )
    if starts_on and ends_on and ends_on < starts_on:
        raise Refused(
            "ends_before_start",
            f"La fin d’exécution ({date_short(ends_on)}) précède son début ({date_short(starts_on)}).",
            field="ends_on",
        )


def check_consultation(launched_on: date | None, offers_due_on: date | None) -> None:
    """Refuse offers due before the consultation is launched."""
    if launched_on and offers_due_on and offers_due_on < launched_on:
        raise Refused(
            "offers_before_launch",
            f"La remise des offres ({date_short(offers_due_on)}) précède le lancement de la consultation"
            f" ({date_short(launched_on)}).",
            field="offers_due_on",
        )


def check_room(lots: int) -> None:
    """Refuse one more lot to a tender that has as many as its pages and pieces can show."""
    if lots >= LOTS_MAX:
        raise Refused(
            "too_many_lots",
            f"Ce marché a déjà {lots} lots, le plus qu’il puisse en compter ici : enregistrez les suivants sous un autre"
            " numéro.",
        )


def check_amounts(lots: Decimal, ceiling: Decimal | None, *, field: str = "estimated_amount") -> None:
    """Refuse lots whose estimates (€ HT) add up to more than their tender's."""
    if ceiling is not None and lots > ceiling:
        raise Refused(
            "lots_over_tender",
            f"Les lots totalisent {euros(lots)} HT, plus que le montant estimé du marché"
            f" ({euros(ceiling)} HT) : corrigez l’un ou l’autre.",
            field=field,
        )


def check_draft(*, lots_with_clause: int, is_decided: bool) -> None:
    """Refuse to call a clause written while no lot has one and nobody decided to do without (DOMAIN.md 2.2, state 3)."""
    if not lots_with_clause and not is_decided:
        raise Refused(
            "no_clause",
            "Aucun lot n’a encore de clause : calculez les heures d’un lot, ou dites pourquoi il n’y en aura pas.",
        )


def check_group(shares: Sequence[Decimal], group_type: GroupType) -> None:
    """Refuse a group whose parts of the hours do not add up to 1, or whose form does not fit its size."""
    if not shares:
        raise Refused("no_contractor", "Indiquez l’entreprise titulaire du lot.")
    if any(share <= 0 for share in shares):
        raise Refused(
            "share_not_positive", "Chaque membre du groupement prend une part des heures, plus de 0."
        )
    if sum(shares) != 1:
        raise Refused(
            "shares_total",
            f"Les parts des heures totalisent {percent(sum(shares) * 100)} : elles doivent faire"
            f" 100{NARROW}%.",
        )
    if (len(shares) == 1) != (group_type == GroupType.NONE):
        raise Refused(
            "group_type",
            "Une entreprise seule ne forme pas un groupement : ajoutez un cotraitant, ou choisissez « Entreprise"
            " seule »."
            if len(shares) == 1
            else "Plusieurs entreprises forment un groupement : dites s’il est conjoint ou solidaire.",
            field="group_type",
        )


def check_award_day(
    awarded_on: date, *, today: date, launched_on: date | None, offers_due_on: date | None
) -> None:
    """Refuse an award in the future, or before the consultation and its offers."""
    check_past(awarded_on, today=today, what="L’attribution", field="awarded_on")
    earliest = offers_due_on or launched_on
    if earliest and awarded_on < earliest:
        what = "la remise des offres" if offers_due_on else "le lancement de la consultation"
        raise Refused(
            "award_too_early",
            f"L’attribution ({date_short(awarded_on)}) précède {what} ({date_short(earliest)}).",
            field="awarded_on",
        )


def check_notification(
    notified_on: date, *, today: date, awarded_on: date, starts_on: date, ends_on: date
) -> None:
    """Refuse a notification in the future or before the award, and an execution that begins before it.

    Execution may begin on the very day of the notification (PRACTICE.md 2).
    """
    check_past(notified_on, today=today, what="La notification", field="notified_on")
    if notified_on < awarded_on:
        raise Refused(
            "notified_before_award",
            f"La notification ({date_short(notified_on)}) ne peut pas précéder l’attribution"
            f" ({date_short(awarded_on)}).",
            field="notified_on",
        )
    if starts_on < notified_on:
        raise Refused(
            "starts_before_notification",
            f"L’exécution ne peut pas commencer ({date_short(starts_on)}) avant la notification"
            f" ({date_short(notified_on)}).",
            field="starts_on",
        )
    check_period(starts_on, ends_on)


def is_time(action: A, *, starts_on: date | None, ends_on: date | None, today: date) -> bool:
    """Say whether the day of a move has come: an execution starts on its day, and is over after its last one."""
    if action is A.START:
        return starts_on is not None and starts_on <= today
    return action not in AFTER_EXECUTION or ends_on is None or ends_on < today


def check_time(action: A, *, starts_on: date | None, ends_on: date | None, today: date) -> None:
    """Refuse a move before its day: who has hours to do has them until the last one (DOMAIN.md 2.2)."""
    if is_time(action, starts_on=starts_on, ends_on=ends_on, today=today):
        return
    if action is A.START:
        when = f"commence le {date_short(starts_on)}" if starts_on else "n’a pas de date de début"
        raise Refused("too_early_to_start", f"L’exécution {when} : elle ne peut pas démarrer avant.")
    until = date_short(ends_on) if ends_on else ""
    raise Refused(
        "still_running",
        f"L’exécution court jusqu’au {until} inclus : si elle s’arrête plus tôt, indiquez-le d’abord par un avenant ou une"
        " résiliation.",
    )


def check_past(day: date, *, today: date, what: str, field: str) -> None:
    """Refuse a fact dated after today; `what` is the fact with its article."""
    if day > today:
        raise Refused(
            "in_future",
            f"{what} est datée du {date_short(day)}, après aujourd’hui ({date_short(today)}).",
            field=field,
        )
