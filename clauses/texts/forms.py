"""« Écrire une nouvelle version »: the text and the day on which it takes effect."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from clauses.procurement.choices import Ccag
from clauses.texts.rules.markup import check
from clauses.texts.selectors.models import Shelf
from inclusiv.core.forms import DayField, ParagraphField, SubmissionForm
from inclusiv.core.refusals import Refused


class CcagForm(forms.Form):
    """Which general clauses a tender refers to."""

    ccag = forms.ChoiceField(
        label="CCAG auquel le marché se réfère",
        choices=Ccag,
        help_text="Il décide des articles cités : 20.1 pour les travaux, 16.1 pour les autres.",
    )


class TextForm(SubmissionForm):
    """A model as it is typed: what would not print as it should is refused as one previews it."""

    body = ParagraphField(label="Texte", rows=26, max_length=20_000)
    valid_from = DayField(
        label="En vigueur à compter du",
        help_text="Les consultations lancées avant ce jour gardent le texte qu’elles ont.",
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data: QueryDict | None = None, *, shelf: Shelf, today: date) -> None:
        initial = {"body": shelf.latest.body, "valid_from": today, "seen": shelf.number}
        super().__init__(data, initial=initial)
        self.fields["body"].widget.attrs |= {"class": "text-model", "spellcheck": "true"}

    def clean_body(self) -> str:
        """Refuse a text that names an unknown field, or that prints a quantity whatever the clause says."""
        body: str = self.cleaned_data["body"]
        try:
            check(body)
        except Refused as refusal:
            raise ValidationError(refusal.message, code=refusal.code) from refusal
        return body

    @property
    def is_previewing(self) -> bool:
        """Whether the text is only shown, nothing being written."""
        return "apercu" in self.data

    def forget_other_errors(self) -> None:
        """Keep the errors of the text only: the rest is read when the version is written."""
        for name in self.errors.keys() - {"body"}:
            del self.errors[name]

    def shown_body(self) -> str | None:
        """Return the text as it stands on the page, None while it cannot be printed."""
        if not self.is_bound:
            return str(self.initial["body"])
        return None if self.errors else str(self.cleaned_data["body"])
