"""What is typed is checked as it is typed, by the very fields that read it when it is sent."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from inclusiv.core.access import requires
from inclusiv.core.forms import SiretField
from inclusiv.reference.forms import CommuneField, CpvField, written
from inclusiv.reference.selectors import CpvReading, cpv_label


def spaced(number: str) -> str:
    """Return a SIRET as it is read aloud: « 356 000 000 00048 »."""
    return f"{number[:3]} {number[3:6]} {number[6:9]} {number[9:]}"


def cpv_told(reading: CpvReading) -> str:
    """Return what a code means."""
    return f"{reading.code}, {cpv_label(reading.code)}."


CHECKS: Mapping[str, tuple[forms.Field, Callable[[Any], str]]] = {
    "siret": (SiretField(required=False), lambda number: f"SIRET {spaced(number)} : la clé est juste."),
    "commune": (CommuneField(required=False), lambda commune: f"{written(commune)}."),
    "cpv": (CpvField(required=False), cpv_told),
}
"""The fields that can be checked by their word in the address, and what is said of a value that is right."""


@require_safe
@requires()
def check(request: HttpRequest, kind: str) -> HttpResponse:
    """Say what a field makes of a value, the only one of the address; nothing of an empty one."""
    if kind not in CHECKS:
        raise Http404
    field, told = CHECKS[kind]
    value = str(next(iter(request.GET.values()), ""))
    wrong = doubt = said = ""
    try:
        found = field.clean(value)
        doubt = getattr(found, "warning", "")
        said = told(found) if value.strip() and not doubt else ""
    except ValidationError as error:
        wrong = " ".join(error.messages)
    return render(
        request, "inclusiv/reference/typed_check.html", {"wrong": wrong, "doubt": doubt, "said": said}
    )
