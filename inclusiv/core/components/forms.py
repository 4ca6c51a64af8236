"""What a form shows besides its fields: the summary of its errors."""

import re
from collections.abc import Iterator

from django.forms import BaseForm, BoundField
from django.utils.safestring import SafeString

from inclusiv.core.components.checks import component, render

_ORDINARY = re.compile(r"(Ce|Cet|Cette|Ces|Il|Elle|Le|La|Les|Un|Une|Des)\b|L’|\w+ez [a-zà-ÿ]")
"""How a sentence begins when its first word is nobody's name: « Ce champ », « L’année », « Choisissez une »."""


@component
def error_summary(*, form: BaseForm) -> SafeString:
    """List a form's errors at the top of the page, each a link to its field; takes the focus. Empty if none.

    Django's rendering of a whole form (`{{ form }}`) already begins with it; use it when fields are laid out one
    by one (`{{ form.siret.as_field_group }}`).
    `{% error_summary form=form %}`
    """
    return render("error_summary", problems=list(problems(form))) if form.errors else SafeString("")


def problems(form: BaseForm) -> Iterator[dict[str, str]]:
    """Yield each error of a form with the label and the id of its field, in the order of the page."""
    for message in form.non_field_errors():
        yield {"label": "", "id": "", "message": str(message)}
    for field in form:
        shown = not field.is_hidden
        for message in map(str, field.errors):
            yield {
                "label": str(field.label) if shown else "",
                "id": _first_input(field) if shown else "",
                "message": after_colon(message) if shown else message,
            }


def after_colon(message: str) -> str:
    """Return a sentence as it goes on after « : »; a name keeps its capital letter: « Bâti-Sud ne peut pas… »."""
    return message[:1].lower() + message[1:] if _ORDINARY.match(message) else message


def _first_input(field: BoundField) -> str:
    """Return the id to jump to: the input, or the first choice of a group, which may offer none."""
    if not field.use_fieldset:
        return field.id_for_label
    return next((choice.id_for_label for choice in field.subwidgets), "") or field.auto_id
