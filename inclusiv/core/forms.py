"""Forms as Inclusiv draws and reads them: one look, one summary of errors, French numbers, days and files.

A field of a form is required unless it says « facultatif » : nothing else marks it. Fields are drawn by
`templates/django/forms/field.html`, whole forms by `form.html`; both come from `Renderer`, set in the settings.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BoundField
from django.forms.renderers import TemplatesSetting
from stdnum.exceptions import ValidationError as NumberError
from stdnum.fr import siret

from inclusiv.core import french, texts
from inclusiv.core.periods import YEARS
from inclusiv.core.quantities import HOURS_MAX
from inclusiv.core.refusals import Refused

_BLANKS = re.compile(r"\s+")
_NUMBER = re.compile(r"(?P<sign>-?)0*(?P<whole>[0-9]+)(\.(?P<decimals>[0-9]*))?")
_MOST_DIGITS = 20
"""Digits on either side beyond which a number is not computed with: no bound is that far."""
_UNITS = re.compile(r"(€|€HT|h)$")
_IN_WORDS = {"h": " d’heures", "€ HT": " d’euros"}
_CONTROLS = {
    forms.CheckboxInput: "form-check-input",
    forms.CheckboxSelectMultiple: "form-check-input",
    forms.RadioSelect: "form-check-input",
    forms.Select: "form-select",
}


class Field(BoundField):
    """A field on its form, whose control carries the look's class.

    A placeholder that comes with it is dropped: it vanishes when one types, the label and the hint stay.
    """

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        field.widget.attrs.pop("placeholder", None)

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        """Add the class of the control to the attributes that Django computes (aria, required…)."""
        shown = widget or self.field.widget
        built = super().build_widget_attrs(attrs, widget)
        if not shown.is_hidden:
            look = next((name for kind, name in _CONTROLS.items() if isinstance(shown, kind)), "form-control")
            built["class"] = " ".join(filter(None, [look, shown.attrs.get("class", "")]))
        return built

    @property
    def is_single_box(self) -> bool:
        """A box to tick: its label stands after it."""
        return isinstance(self.field.widget, forms.CheckboxInput)


class Renderer(TemplatesSetting):
    """Draws every form with our templates."""

    form_template_name = "django/forms/form.html"
    field_template_name = "django/forms/field.html"
    bound_field_class = Field


RESUMED = "reprise"
"""What stands for the id of a form that comes back as it was typed, to be read again before it is sent."""


class SubmissionField(forms.UUIDField):
    """The id of a sending. `RESUMED` is always refused, so that nothing is written, and the form drawn with a new id."""

    default_error_messages = {
        "required": "Cette page a perdu son numéro d’envoi : rechargez-la avant d’envoyer.",
        "invalid": "Cette page a perdu son numéro d’envoi : rechargez-la avant d’envoyer.",
        "resumed": "Votre session s’était fermée et rien n’a été enregistré. Relisez ce que vous aviez saisi, puis"
        " envoyez-le.",
    }

    def clean(self, value: Any) -> Any:
        """Read the id."""
        if value == RESUMED:
            raise ValidationError(self.error_messages["resumed"], code="resumed")
        return super().clean(value)

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Draw a form that comes back with an id of its own."""
        return initial if data == RESUMED else data


class SubmissionForm(forms.Form):
    """A form that writes: it carries a one-time `submission` id, drawn once, by which a double click is known.

    `cleaned_data["submission"]` is a UUID; `records.forms.sent` refuses one that was already used.
    """

    submission = SubmissionField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.visible_fields():
            usual = forms.Field.default_error_messages["required"]
            if field.field.error_messages.get("required") == usual:
                field.field.error_messages["required"] = "Ce champ est à remplir."


def attach(form: forms.Form, refusal: Refused) -> None:
    """Say a refusal on the field that it names when the form has it, else at the top of the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)


def attach_rows(form: forms.Form, rows: "forms.BaseFormSet[Any]") -> None:
    """Say at the top of a form that was sent what is wrong with its rows as a whole."""
    if form.is_bound and form.errors is not None:
        for message in rows.non_form_errors():
            form.add_error(None, message)


def check(form: forms.Form, rule: Callable[..., None], *values: object) -> None:
    """Say on a form, while it cleans, what a rule refuses: told with the other errors, instead of one after the other.

    The action checks the same rule again: it is the one that decides.
    """
    try:
        rule(*values)
    except Refused as refusal:
        attach(form, refusal)


def offer(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    """Let a field choose among these rows."""
    cast("forms.ModelChoiceField[Any]", form.fields[name]).queryset = rows


def offer_words(form: forms.Form, name: str, choices: Iterable[tuple[Any, str]]) -> None:
    """Let a field choose among these values, each with its words."""
    cast("forms.ChoiceField", form.fields[name]).choices = list(choices)


class EditForm(SubmissionForm):
    """A form that changes a record: `version` is the one that was read, so that nobody's change is lost."""

    version = forms.IntegerField(
        widget=forms.HiddenInput,
        min_value=0,
        error_messages={"required": "Cette page est incomplète : rechargez-la avant d’envoyer."},
    )


class LineField(forms.CharField):
    """A text on one line: what is not seen is taken away, a social security number is refused (`core.texts`).

    With `is_number`, the text is the number of a contract: only a sure social security number is refused, and the
    browser cuts nothing from what is pasted, for the end of a number to be missed rather than lost.
    """

    def __init__(self, *, is_number: bool = False, **kwargs: Any) -> None:
        self.is_number = is_number
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        """Return what is seen of what was typed."""
        return super().to_python(texts.one_line(str(value)) if value else value) or ""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Limit what is typed to the longest text, except a number, whose length is refused in words."""
        return {} if self.is_number else super().widget_attrs(widget)

    def validate(self, value: str) -> None:
        """Refuse what looks like a social security number."""
        super().validate(value)
        found = texts.holds_sure_nir(value) if self.is_number else texts.holds_nir(value)
        if found:
            raise ValidationError(texts.NIR_REFUSED, code="nir")


class ParagraphField(LineField):
    """A text of several lines, `rows` high on screen, cleaned and refused as a line is."""

    def __init__(self, *, rows: int = 3, **kwargs: Any) -> None:
        super().__init__(**{"widget": forms.Textarea(attrs={"rows": rows}), **kwargs})

    def to_python(self, value: Any) -> str:
        """Return what is seen of what was typed, its lines kept."""
        return forms.CharField.to_python(self, texts.clean(str(value)) if value else value) or ""


class MailField(LineField, forms.EmailField):
    """An e-mail address, cleaned and refused as a line is, no longer than what keeps it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": texts.EMAIL_LENGTH, **kwargs})


class DialledField(LineField):
    """A telephone of somebody at work, typed in any usual way and kept as it is read: « 06 12 34 56 78 »."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 20, "required": False, **kwargs})
        self.widget.input_type = "tel"

    def clean(self, value: Any) -> str:
        """Return the telephone as it is read."""
        typed: str = super().clean(value)
        read = texts.dialled(typed) if typed else ""
        if read is None:
            raise ValidationError(
                f"{french.quoted(typed)} n’est pas un numéro de téléphone : dix chiffres, par exemple 06 12 34 56 78.",
                code="invalid",
            )
        return read


class FrenchDecimalField(forms.Field):
    """A number as people type it: « 1 813,5 », « 1813.50 », « 1 813 h ». Cleans to a Decimal of two places at most."""

    widget = forms.TextInput

    def __init__(
        self, *, unit: str = "", min_value: Decimal | int = 0, max_value: Decimal | int, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.unit = unit
        self.min_value = min_value
        self.max_value = max_value
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def to_python(self, value: object) -> Decimal | None:
        """Read what was typed; raises ValidationError naming the value and what is expected."""
        if value in self.empty_values:
            return None
        if isinstance(value, Decimal | int):
            return Decimal(value)
        digits = _UNITS.sub("", _BLANKS.sub("", str(value))).replace(",", ".").replace("−", "-")
        read = _NUMBER.fullmatch(digits)
        if read is None:
            raise ValidationError(
                f"{french.quoted(value)} n’est pas un nombre{_IN_WORDS.get(self.unit, '')} : écrivez des chiffres,"
                " avec une virgule pour les décimales, par exemple 1 813,50.",
                code="invalid",
            )
        if len(read["whole"]) > _MOST_DIGITS:
            shown = french.quoted(value)
            said = self._too_small(shown) if read["sign"] else self._too_large(shown)
            raise ValidationError(said, code="max_value")
        if len(read["decimals"] or "") > _MOST_DIGITS:
            raise ValidationError(f"{french.quoted(value)} a plus de deux décimales.", code="decimals")
        return Decimal(digits)

    def validate(self, value: Decimal | None) -> None:
        """Check decimals and bounds; each message names the value and the rule."""
        super().validate(value)
        if value is None:
            return
        if value != value.quantize(Decimal("0.01")):
            raise ValidationError(f"{self._shown(value)} a plus de deux décimales.", code="decimals")
        if value < self.min_value:
            raise ValidationError(self._too_small(self._shown(value)), code="min_value")
        if value > self.max_value:
            raise ValidationError(self._too_large(self._shown(value)), code="max_value")

    def prepare_value(self, value: object) -> object:
        """Show a stored number as it is typed in French."""
        return french.number(value) if isinstance(value, Decimal | int) else value

    def _too_small(self, shown: str) -> str:
        if not self.min_value:
            return f"{shown} ne peut pas être négatif."
        return f"{shown} est trop petit : au moins {self._shown(self.min_value)}."

    def _too_large(self, shown: str) -> str:
        return f"{shown} est trop grand : au plus {self._shown(self.max_value)}."

    def _shown(self, value: Decimal | int) -> str:
        places = max(2, -int(Decimal(value).as_tuple().exponent))
        return f"{french.number(value, places=places)}{french.NO_BREAK}{self.unit}".strip()


class HoursField(FrenchDecimalField):
    """A number of hours, zero or more, that Decimal(9,2) can hold."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"unit": "h", "max_value": HOURS_MAX, **kwargs})


class EurosField(FrenchDecimalField):
    """An amount before tax, zero or more, that Decimal(14,2) can hold."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"unit": "€ HT", "max_value": 999_999_999_999, **kwargs})


class CountField(forms.IntegerField):
    """A number of people, of months, or of a lot: whole; what is wrong is named with its bound."""

    widget = forms.NumberInput
    default_error_messages = {
        "min_value": "%(show_value)s est trop petit : au moins %(limit_value)s.",
        "max_value": "%(show_value)s est trop grand : au plus %(limit_value)s.",
    }

    def to_python(self, value: Any) -> int | None:
        """Read the number; raises ValidationError naming what was typed."""
        try:
            return super().to_python(value)
        except ValidationError:
            raise ValidationError(
                f"{french.quoted(value)} n’est pas un nombre entier : écrivez des chiffres, sans virgule.",
                code="invalid",
            ) from None


class DayField(forms.DateField):
    """A day, picked in the browser's calendar or typed « 28/11/2025 »; between 1900 and 2100."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(**{"widget": widget, "input_formats": ["%Y-%m-%d", "%d/%m/%Y"], **kwargs})

    def to_python(self, value: Any) -> date | None:
        """Read the day; raises ValidationError naming what was typed."""
        try:
            day = super().to_python(value)
        except ValidationError:
            raise ValidationError(
                f"La date {french.quoted(value)} n’existe pas : écrivez le jour, le mois et l’année, par exemple"
                " 28/11/2025.",
                code="invalid",
            ) from None
        if day and day.year not in YEARS:
            raise ValidationError(
                f"L’année {day.year} n’est pas plausible : vérifiez la date.", code="invalid"
            )
        return day


def checked_as_typed(kind: str) -> dict[str, str]:
    """Return the attributes of a control whose value is checked once typed; what is sent is checked again."""
    return {
        "hx-get": f"/verifier/{kind}/",
        "hx-trigger": "change",
        "hx-target": "next .typed-check",
        "hx-swap": "innerHTML",
        "hx-sync": "this:replace",
    }


class SiretField(forms.CharField):
    """A SIRET: 14 digits whose key is right (La Poste's establishments have their own rule); blanks are removed."""

    is_checked_as_typed = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": "SIRET", "max_length": 40, **kwargs})
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}
        self.widget.attrs |= checked_as_typed("siret")

    def to_python(self, value: Any) -> str:
        """Return the 14 digits, blanks and dots removed."""
        return re.sub(r"[\s.]", "", super().to_python(value) or "")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Let blanks be typed: the control is not cut at 14 characters."""
        return {}

    def validate(self, value: str) -> None:
        """Refuse what is not a SIRET, naming what is wrong."""
        super().validate(value)
        if not value:
            return
        if value.isdigit() and not value.isascii():
            raise ValidationError(
                f"{french.quoted(value)} n’est pas un SIRET : il s’écrit avec les chiffres de 0 à 9.",
                code="invalid",
            )
        if not value.isdigit() or len(value) != 14:
            raise ValidationError(
                f"{french.quoted(value)} n’est pas un SIRET : il faut 14 chiffres, il y en a"
                f" {sum(character.isdigit() for character in value)}.",
                code="invalid",
            )
        try:
            siret.validate(value)
        except NumberError:
            raise ValidationError(
                f"{french.quoted(siret.format(value))} n’existe pas : un chiffre est faux ou deux sont inversés"
                " (la clé ne correspond pas).",
                code="invalid",
            ) from None
