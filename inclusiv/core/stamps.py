"""What a page says that it showed, as a number that comes back with what is decided on it."""

from collections.abc import Mapping
from typing import Any
from zlib import crc32

from django import forms

from inclusiv.core.forms import SubmissionForm


def stamp_of(*told: object) -> int:
    """Return the number that stands for what is told; told otherwise, it has another one."""
    return crc32("|".join(map(str, told)).encode())


def seen_in(data: Mapping[str, str]) -> int | None:
    """Return the number by which a page says what it showed; None when it says none."""
    told = data.get("lu", "")
    return int(told) if told.isdecimal() and len(told) < 19 else None


class StampedForm(SubmissionForm):
    """A form that decides on what its page showed: `read` comes back with it, `stamp` stands for what there is to read now.

    When they differ it is refused, in the words `changed`; so is a form that says nothing, when it `must_say`.
    """

    changed: str
    must_say = False
    read = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, stamp: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["read"] = self.stamp = stamp

    def clean(self) -> dict[str, Any]:
        """Compare what was read with what there is now."""
        super().clean()
        read = self.cleaned_data.get("read")
        if read != self.stamp and (read is not None or self.must_say):
            self.add_error(None, self.changed)
        return self.cleaned_data
