"""What may be decided about a spotted contract: one table for the buttons, the actions and the tests."""

from collections.abc import Mapping

from clauses.decp.choices import Answer, Permission, SpottedStatus
from inclusiv.core.transitions import Transition

ANSWERS: Mapping[Answer, Transition] = {
    Answer.FOLLOW: Transition(
        frozenset({SpottedStatus.NEW}),
        SpottedStatus.FOLLOWED,
        Permission.ANSWER_SPOTTED,
        "Suivre ce marché",
    ),
    Answer.ATTACH: Transition(
        frozenset({SpottedStatus.NEW}),
        SpottedStatus.ATTACHED,
        Permission.ANSWER_SPOTTED,
        "Rattacher à un marché suivi",
    ),
    Answer.DISMISS: Transition(
        frozenset({SpottedStatus.NEW}), SpottedStatus.DISMISSED, Permission.ANSWER_SPOTTED, "Écarter"
    ),
    Answer.RESTORE: Transition(
        frozenset({SpottedStatus.DISMISSED, SpottedStatus.ATTACHED}),
        SpottedStatus.NEW,
        Permission.ANSWER_SPOTTED,
        "Remettre à traiter",
    ),
}
