"""« Pas de clause sur ce marché »: the reason, in the buyer's words."""

from typing import Any
from zlib import crc32

from django import forms

from clauses.obligations.rules.duty import DEROGATIONS, REASON_MIN
from clauses.procurement.choices import NoClauseReason
from clauses.procurement.models import NoClauseDecision
from inclusiv.core.forms import DayField, LineField, ParagraphField, SubmissionForm
from inclusiv.core.french import initial_capital

BY_LAW = [(one.value, initial_capital(one.label)) for one in NoClauseReason if one in DEROGATIONS]
BY_PRACTICE = [(one.value, initial_capital(one.label)) for one in NoClauseReason if one not in DEROGATIONS]


CHANGED = "Cette décision a été écrite par quelqu’un d’autre entre-temps : rechargez la page, et relisez-la."


class WithoutClauseForm(SubmissionForm):
    """Why there will be no clause, decided by whom and when."""

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
    read = forms.IntegerField(required=False, widget=forms.HiddenInput)
    """What the page said of the decision already there: nobody's reason is lost unread."""

    def __init__(self, *args: Any, decision: NoClauseDecision | None, **kwargs: Any) -> None:
        self.stamp = stamp_of(decision)
        kwargs["initial"] = kwargs.get("initial", {}) | {"read": self.stamp}
        if decision:
            known = {name: getattr(decision, name) for name in ("reason", "text", "decided_by", "decided_on")}
            kwargs["initial"] = kwargs.get("initial", {}) | known
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Compare what was read with the decision that is there now."""
        if self.cleaned_data.get("read") not in (None, self.stamp):
            self.add_error(None, CHANGED)
        return self.cleaned_data


def stamp_of(decision: NoClauseDecision | None) -> int:
    """Return what the page says that it showed of a decision; 0 without one."""
    if decision is None:
        return 0
    told = (decision.reason, decision.text, decision.decided_by, str(decision.decided_on))
    return crc32("|".join(told).encode())
