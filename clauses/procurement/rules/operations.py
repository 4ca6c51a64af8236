"""An operation’s states (DOMAIN.md 2.3), and when a tender may join or leave it."""

from collections.abc import Mapping

from clauses.procurement.choices import OperationAction as A
from clauses.procurement.choices import OperationStatus as S
from clauses.procurement.choices import Permission as P
from inclusiv.core.actors import Actor, Role
from inclusiv.core.refusals import Refused
from inclusiv.core.transitions import Transition

OPERATION: Mapping[A, Transition] = {
    A.ACTIVATE: Transition(frozenset({S.DRAFT}), S.ACTIVE, P.REGISTER_TENDER, "Lancer l’opération"),
    A.COMPLETE: Transition(
        frozenset({S.ACTIVE}), S.COMPLETED, P.REGISTER_TENDER, "Déclarer l’opération achevée"
    ),
    A.ARCHIVE: Transition(frozenset({S.COMPLETED}), S.ARCHIVED, P.REGISTER_TENDER, "Archiver l’opération"),
}

OPEN = frozenset({S.DRAFT, S.ACTIVE})
"""States in which tenders join and leave, and the operation may be corrected."""


def may_change(actor: Actor, *, buyer: int) -> bool:
    """Say whether a reader may change an operation: a delegate acts on its tender alone, not on what gathers others."""
    return actor.role is not Role.BUYER or actor.organisation_id == buyer


def check_open(status: S) -> None:
    """Refuse to touch an operation that is over."""
    if status not in OPEN:
        raise Refused("operation_over", "Cette opération est achevée ou archivée : elle ne change plus.")
