"""A request for advice: who may answer and decide, in what order (PRACTICE.md 1.7)."""

from collections.abc import Mapping

from clauses.procurement.choices import AdviceAction as A
from clauses.procurement.choices import AdviceStatus as S
from clauses.procurement.choices import Opinion
from clauses.procurement.choices import Permission as P
from inclusiv.core.refusals import Refused
from inclusiv.core.transitions import Transition

ADVICE: Mapping[A, Transition] = {
    A.PROPOSE: Transition(frozenset({S.ASKED}), S.PROPOSED, P.GIVE_ADVICE, "Envoyer la proposition"),
    A.ACCEPT: Transition(frozenset({S.PROPOSED}), S.ACCEPTED, P.ASK_ADVICE, "Accepter la proposition"),
    A.ADJUST: Transition(frozenset({S.PROPOSED}), S.ADJUSTED, P.ASK_ADVICE, "Accepter avec mes changements"),
    A.DECLINE: Transition(frozenset({S.PROPOSED}), S.DECLINED, P.ASK_ADVICE, "Écarter la proposition"),
    A.WITHDRAW: Transition(frozenset({S.ASKED}), S.WITHDRAWN, P.ASK_ADVICE, "Retirer la demande"),
}

WAITING = frozenset({S.ASKED, S.PROPOSED})
"""States in which somebody is waited for: one such request a tender."""


def check_proposal(opinion: Opinion, *, lots_with_clause: int) -> None:
    """Refuse to advise a clause whose hours nobody computed yet."""
    if opinion is not Opinion.NOT_ADVISED and not lots_with_clause:
        raise Refused(
            "nothing_sized",
            "Calculez d’abord les heures d’un lot : la proposition dira combien, et sur quel calcul.",
            field="opinion",
        )


def check_reason(action: A, reason: str) -> None:
    """Refuse to set a proposal aside without a word."""
    if action is A.DECLINE and not reason.strip():
        raise Refused("reason_missing", "Dites pourquoi la proposition est écartée.", field="reason")
