"""Forms of the traces, and the one place where a form is sent."""

from collections.abc import Callable
from datetime import datetime
from typing import ParamSpec, TypeVar, cast

from django import forms
from django.db import OperationalError, transaction

from inclusiv.core.actors import Actor
from inclusiv.core.forms import DayField, ParagraphField, SubmissionForm, attach
from inclusiv.core.refusals import BUSY, Refused, is_busy
from inclusiv.records.actions import submissions
from inclusiv.records.choices import ExchangeKind

Given = ParamSpec("Given")
Made = TypeVar("Made")


def sent(
    form: SubmissionForm, act: Callable[Given, Made], /, *args: Given.args, **given: Given.kwargs
) -> Made | None:
    """Do what a valid form asks, by an action, once, all of it or nothing: `sent(form, lots.add, …, by=…, at=…)`.

    None when it is refused, which the form then says. After an action that returns nothing, ask `form.is_valid()`:
    a form that says a refusal is valid no more.
    """
    by, at = cast("Actor", given["by"]), cast("datetime", given["at"])
    try:
        with transaction.atomic():
            submissions.receive(submission=form.cleaned_data["submission"], by=by, at=at)
            return act(*args, **given)
    except Refused as refusal:
        attach(form, refusal)
    except OperationalError as error:
        if not is_busy(error):
            raise
        form.add_error(None, BUSY)
    return None


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
