"""Forms of hours: a month's grid, the choice of a statement to enter, the message of a return."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField

from beneficiaries.hours.choices import Received, ZeroReason
from beneficiaries.hours.rules.declaring import Declared, refuse_line
from beneficiaries.hours.selectors.sheets import InPost
from inclusiv.core.forms import (
    DayField,
    HoursField,
    ParagraphField,
    SubmissionForm,
    offer_words,
)
from inclusiv.core.french import elide, month_name
from inclusiv.core.quantities import ZERO
from inclusiv.core.refusals import Refused
from inclusiv.core.stamps import StampedForm
from inclusiv.core.upload_fields import UploadField


@dataclass(frozen=True, slots=True)
class GridRow:
    """A person of the grid with its three fields."""

    person: InPost
    hours: BoundField
    training: BoundField
    zero_reason: BoundField


class ReadField(forms.IntegerField):
    """What the page showed of a month; a form drawn again shows what it is by now."""

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Draw what is shown now."""
        return initial


class GridForm(StampedForm):
    """A month's hours, one row per person in post: `heures-<placement>`, `formation-<…>`, `motif-<…>`.

    A statement that was sent back since it was read is read before it is answered.
    """

    changed = "Ce relevé a changé depuis que vous l’avez ouvert : relisez-le, puis envoyez-le."
    read = ReadField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: Sequence[InPost], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        for person in people:
            self.fields |= grid_fields(person)

    def clean(self) -> dict[str, Any]:
        """Check each row by the rule of the action, and that the page showed the statement as it is."""
        super().clean()
        for line in self.lines:
            try:
                refuse_line(line)
            except Refused as refusal:
                self.add_error(refusal.field, refusal.message)
        return self.cleaned_data

    @property
    def lines(self) -> list[Declared]:
        """The rows that could be read."""
        given = self.cleaned_data
        return [
            Declared(
                placement=person.placement,
                hours=given[f"heures-{person.placement}"],
                training=given.get(f"formation-{person.placement}") or ZERO,
                zero_reason=ZeroReason(reason)
                if (reason := given.get(f"motif-{person.placement}"))
                else None,
            )
            for person in self.people
            if given.get(f"heures-{person.placement}") is not None
        ]

    @property
    def rows(self) -> Iterator[GridRow]:
        """The rows to draw."""
        for person in self.people:
            yield GridRow(
                person,
                self[f"heures-{person.placement}"],
                self[f"formation-{person.placement}"],
                self[f"motif-{person.placement}"],
            )

    @property
    def total(self) -> Decimal:
        """The hours typed so far, or already known before anything is typed."""
        if self.is_bound:
            return sum((line.hours + line.training for line in self.lines), ZERO)
        return sum((person.known.total for person in self.people if person.known), ZERO)


def grid_fields(person: InPost) -> dict[str, forms.Field]:
    """Return the three fields of a person; what is known is written in them."""
    known, of_person = person.known, elide("de", person.name)
    hours = HoursField(
        label=f"Heures {of_person}",
        initial=known.hours if known else None,
        error_messages={"required": f"Indiquez les heures {of_person}, ou 0 et la raison."},
    )
    training = HoursField(
        label=f"Heures de formation {of_person}",
        initial=(known.training or None) if known else None,
        required=False,
    )
    reason = forms.ChoiceField(
        label=f"0 h, pourquoi, pour {person.name}",
        choices=[("", "—"), *ZeroReason.choices],
        initial=known.zero_reason if known else "",
        required=False,
    )
    hours.widget.attrs["data-hours"] = "work"
    training.widget.attrs["data-hours"] = "training"
    return {
        f"heures-{person.placement}": hours,
        f"formation-{person.placement}": training,
        f"motif-{person.placement}": reason,
    }


RECEIVED_OTHERWISE = [choice for choice in Received.choices if choice[0] != Received.ONLINE]


class ReceivedGridForm(GridForm):
    """The same grid, filled by a facilitator: how and when the statement reached them."""

    received = forms.ChoiceField(
        label="Reçu", choices=[("", "Choisir…"), *RECEIVED_OTHERWISE], initial=Received.EMAIL
    )
    received_on = DayField(label="Reçu le")
    document = UploadField(
        label="Document reçu",
        kinds=("pdf", "jpg", "jpeg", "png"),
        required=False,
        help_text="Le relevé tel qu’il vous est parvenu. Jamais un bulletin de paie : il porte le numéro de sécurité"
        " sociale.",
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the document again when something else is refused: a browser does not keep a file."""
        given = super().clean()
        if self.errors and given.get("document"):
            self.add_error("document", "Choisissez de nouveau ce document : le navigateur ne l’a pas gardé.")
        return given


class EnterForm(forms.Form):
    """« Saisir un relevé reçu »: which company on which lot, which month."""

    award = forms.TypedChoiceField(label="Entreprise et lot")
    month = forms.TypedChoiceField(label="Mois", coerce=date.fromisoformat)

    def __init__(
        self, *args: Any, companies: Sequence[tuple[str, str]], months: Sequence[date], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer_words(self, "award", [("", "Choisir…"), *companies])
        offer_words(self, "month", [(month.isoformat(), month_name(month)) for month in months])


class ReturnForm(SubmissionForm):
    """« Renvoyer pour correction »: what the company must look at again."""

    comment = ParagraphField(
        label="Ce qui est à corriger",
        max_length=1000,
        help_text="L’entreprise lit ce message en haut de son relevé.",
    )
