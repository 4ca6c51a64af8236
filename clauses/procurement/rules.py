"""A tender's states: one table for the buttons, the diagram and the tests (DOMAIN.md 2.2, PRACTICE.md 2)."""

from collections.abc import Mapping

from clauses.procurement.choices import Permission as P
from clauses.procurement.choices import TenderAction as A
from clauses.procurement.choices import TenderStatus as S
from inclusiv.core.transitions import Transition


def to(target: S, permission: P, label: str, *sources: S) -> Transition:
    """Return a transition to `target` from any of the sources."""
    return Transition(frozenset(sources), target, permission, label)


TENDER: Mapping[A, Transition] = {
    A.SIZE: to(S.SIZING, P.RUN_TENDER, "Étudier la clause", S.PLANNED),
    A.DRAFT: to(S.DRAFTED, P.RUN_TENDER, "Clause rédigée", S.SIZING),
    A.PUBLISH: to(S.PUBLISHED, P.RUN_TENDER, "Consultation publiée", S.PLANNED, S.DRAFTED),
    A.EVALUATE: to(S.EVALUATION, P.RUN_TENDER, "Analyser les offres", S.PUBLISHED),
    A.AWARD: to(S.AWARDED, P.AWARD_LOT, "Attribuer", S.PUBLISHED, S.EVALUATION),
    A.NOTIFY: to(S.NOTIFIED, P.NOTIFY_TENDER, "Notifier", S.AWARDED),
    A.START: to(S.IN_PROGRESS, P.RUN_TENDER, "Démarrer l’exécution", S.NOTIFIED),
    A.SUSPEND: to(S.SUSPENDED, P.RUN_TENDER, "Suspendre", S.IN_PROGRESS),
    A.RESUME: to(S.IN_PROGRESS, P.RUN_TENDER, "Reprendre", S.SUSPENDED),
    A.COMPLETE: to(S.COMPLETED, P.RUN_TENDER, "Prestations achevées", S.IN_PROGRESS),
    A.CLOSE: to(S.CLOSED, P.RUN_TENDER, "Clore le bilan", S.COMPLETED, S.TERMINATED),
    A.ABANDON: to(S.NO_AWARD, P.RUN_TENDER, "Déclarer sans suite", S.PUBLISHED, S.EVALUATION, S.AWARDED),
    A.TERMINATE: to(S.TERMINATED, P.RUN_TENDER, "Résilier", S.NOTIFIED, S.IN_PROGRESS, S.SUSPENDED),
}

RUNNING = frozenset({S.NOTIFIED, S.IN_PROGRESS, S.SUSPENDED})
"""States in which hours are owed now."""

BOUND = RUNNING | {S.COMPLETED, S.CLOSED, S.TERMINATED}
"""States from notification on: an obligation binds."""
