"""A statement's states: one table for the buttons and the tests (DOMAIN.md 2.3)."""

from collections.abc import Mapping

from beneficiaries.hours.choices import Permission as P
from beneficiaries.hours.choices import StatementAction as A
from beneficiaries.hours.choices import StatementStatus as S
from inclusiv.core.transitions import Transition

STATEMENT: Mapping[A, Transition] = {
    A.SUBMIT: Transition(frozenset({S.DRAFT, S.RETURNED}), S.SUBMITTED, P.DECLARE, "Envoyer"),
    A.VALIDATE: Transition(frozenset({S.SUBMITTED}), S.VALIDATED, P.VALIDATE, "Valider"),
    A.RETURN: Transition(frozenset({S.SUBMITTED}), S.RETURNED, P.VALIDATE, "Renvoyer pour correction"),
}
