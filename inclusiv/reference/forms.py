"""Fields that read official lists: one types, the browser suggests, the server decides."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from inclusiv.core import french
from inclusiv.core.forms import checked_as_typed
from inclusiv.reference.models import Commune, CpvCode
from inclusiv.reference.selectors import CpvReading, communes_written, cpv_labelled, cpv_written

SUGGESTED = 500
"""How many options a page carries at most; any other value of the list is accepted too."""


class SuggestingInput(forms.TextInput):
    """A text with suggestions (`<datalist>`), asked to the database when the page is drawn."""

    template_name = "inclusiv/reference/suggesting_input.html"

    def __init__(self, suggest: Callable[[], Iterable[str]] = tuple) -> None:
        super().__init__({"autocomplete": "off", "spellcheck": "false"})
        self.suggest = suggest

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Tie the input to its list of suggestions."""
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["list"] = f"{name}-suggestions"
        return context | {"suggestions": self.suggest()}


class CommuneField(forms.CharField):
    """A commune by its name, INSEE code or postcode; cleans to a Commune. Suggests those of a département."""

    is_checked_as_typed = True

    def __init__(self, *, department: str = "91", **kwargs: Any) -> None:
        super().__init__(**{"max_length": 120, "widget": SuggestingInput, **kwargs})
        self.widget.attrs |= checked_as_typed("commune")
        self.suggest(department)

    def suggest(self, department: str) -> None:
        """Suggest the communes of this département; any other one is accepted too."""
        self.widget.suggest = partial(communes_of, department)

    def prepare_value(self, value: Any) -> Any:
        """Show a commune, given whole or by its INSEE code."""
        if isinstance(value, Commune):
            return written(value)
        return value

    def clean(self, value: Any) -> Any:
        """Return the only commune that the text means, None for an empty text; else say what to add."""
        text = super().clean(value)
        if not text:
            return None
        found = communes_written(text)
        if not found:
            raise ValidationError(
                f"Aucune commune ne s’appelle {french.quoted(text)} : choisissez-la dans la liste, ou tapez son code"
                " INSEE.",
                code="unknown",
            )
        if len(found) > 1:
            names = ", ".join(written(commune) for commune in found[:5])
            raise ValidationError(
                f"{french.quoted(text)} désigne plusieurs communes : précisez ({names}).", code="ambiguous"
            )
        return found[0]


def communes_of(department: str) -> list[str]:
    """Return the communes of a département as the field writes them."""
    rows = Commune.objects.filter(department=department).order_by("folded_name")
    return [written(commune) for commune in rows[:SUGGESTED]]


def cpv_codes() -> list[str]:
    """Return the CPV codes with their key and label."""
    return [f"{row.code}-{row.key} {row.label}" for row in CpvCode.objects.order_by("pk")[:SUGGESTED]]


def written(commune: Commune) -> str:
    """Return a commune as it is typed: « Évry-Courcouronnes (91228) »."""
    return f"{commune.name} ({commune.pk})"


class CpvField(forms.CharField):
    """A CPV code, or words of its label; cleans to a CpvReading. An unknown code passes, with a warning."""

    is_checked_as_typed = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 120, "widget": SuggestingInput(cpv_codes), **kwargs})
        self.widget.attrs |= checked_as_typed("cpv")

    def clean(self, value: Any) -> Any:
        """Return what the text means; an empty text is an empty code."""
        text = super().clean(value)
        if not text:
            return CpvReading("")
        if reading := cpv_written(text):
            return reading
        found = cpv_labelled(text)
        if len(found) == 1:
            return CpvReading(found[0].code)
        names = ", ".join(f"{row.code} {row.label}" for row in found[:5])
        raise ValidationError(
            f"{french.quoted(text)} correspond à plusieurs codes : choisissez ({names})."
            if found
            else f"{french.quoted(text)} n’est ni un code CPV (8 chiffres) ni un libellé connu.",
            code="ambiguous" if found else "unknown",
        )
