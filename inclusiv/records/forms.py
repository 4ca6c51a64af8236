"""Forms of the traces."""

from django import forms

from inclusiv.core.forms import DayField, ParagraphField, SubmissionForm
from inclusiv.records.choices import ExchangeKind


class ExchangeForm(SubmissionForm):
    """« Noter un échange »: kind, day, two lines, next date."""

    kind = forms.ChoiceField(
        label="Nature de l’échange", choices=ExchangeKind.choices, widget=forms.RadioSelect
    )
    happened_on = DayField(label="Date")
    text = ParagraphField(
        label="Ce qui s’est dit",
        max_length=2000,
        help_text="Deux lignes suffisent. Pas de numéro de sécurité sociale ni d’information de santé.",
    )
    next_on = DayField(label="À reprendre le", required=False)
