"""« Pas de clause sur ce marché »: the reason, in the buyer's words."""

from typing import Any

from django import forms

from clauses.obligations.rules.duty import DEROGATIONS, REASON_MIN
from clauses.procurement.choices import NoClauseReason
from clauses.procurement.models import NoClauseDecision
from inclusiv.core.forms import DayField, LineField, ParagraphField
from inclusiv.core.french import initial_capital
from inclusiv.core.stamps import StampedForm, stamp_of

BY_LAW = [(one.value, initial_capital(one.label)) for one in NoClauseReason if one in DEROGATIONS]
BY_PRACTICE = [(one.value, initial_capital(one.label)) for one in NoClauseReason if one not in DEROGATIONS]

TOLD = ("reason", "text", "decided_by", "decided_on")
"""What a decision tells."""
CHANGED = "Cette décision a été écrite par quelqu’un d’autre entre-temps : rechargez la page, et relisez-la."


class WithoutClauseForm(StampedForm):
    """Why there will be no clause, decided by whom and when; nobody's reason is lost unread."""

    changed = CHANGED

    reason = forms.ChoiceField(
        label="Raison",
        choices=[
            ("", "Choisir…"),
            ("Cas prévus par la loi (L2112-2-1)", BY_LAW),
            ("Autres raisons, sous les seuils", BY_PRACTICE),
        ],
    )
    text = ParagraphField(
        label="Explication",
        max_length=2000,
        rows=4,
        help_text=f"{REASON_MIN} caractères au moins : elle figurera au rapport de présentation, ou sera gardée avec le"
        " marché.",
    )
    decided_by = LineField(
        label="Décidé par",
        max_length=150,
        help_text="La fonction suffit : directrice de la commande publique.",
    )
    decided_on = DayField(label="Date de la décision")

    def __init__(self, *args: Any, decision: NoClauseDecision | None, **kwargs: Any) -> None:
        if decision:
            known = {name: getattr(decision, name) for name in TOLD}
            kwargs["initial"] = kwargs.get("initial", {}) | known
        super().__init__(*args, stamp=stamp_of_decision(decision), **kwargs)


def stamp_of_decision(decision: NoClauseDecision | None) -> int:
    """Return what the page says that it showed of a decision, or of its absence."""
    return stamp_of(*(getattr(decision, name, "") for name in TOLD))
