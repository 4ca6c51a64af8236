"""Model fields that several apps share."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models

from inclusiv.core.codes import LENGTH, new_code

TODAY = models.Func(template="((now() AT TIME ZONE 'Europe/Paris')::date)", output_field=models.DateField())
"""The day in Paris, by the database's clock: a mandate, or an access, ends by itself."""


class Fold(models.Func):
    """The database's `fold()`: lower case without accents, immutable, for search and French order."""

    function = "fold"
    output_field = models.TextField()
    arity = 1


def folded(column: str) -> models.GeneratedField:
    """Return the stored, indexable, accent-free shadow of a text column."""
    return models.GeneratedField(expression=Fold(column), output_field=models.TextField(), db_persist=True)


def code_field() -> models.CharField[str, str]:
    """Return the column of a random public code."""
    return models.CharField("code", max_length=LENGTH, unique=True, default=new_code, editable=False)


def hours_field(label: str, **options: Any) -> models.DecimalField[Decimal, Decimal]:
    """Return a column of hours, to the hundredth."""
    return models.DecimalField(label, max_digits=9, decimal_places=2, **options)


def amount_field(label: str, **options: Any) -> models.DecimalField[Decimal | None, Decimal | None]:
    """Return a column of euros before tax, to the cent, never negative."""
    return models.DecimalField(
        label, max_digits=14, decimal_places=2, validators=[MinValueValidator(0)], **options
    )


if TYPE_CHECKING:
    TextField = models.TextField[str, str]
else:
    TextField = models.TextField


class EncryptedTextField(TextField):
    """Text that lies encrypted in the database (contact details, free text); it cannot be searched.

    Keys are `settings.FIELD_KEYS`, newest first: the first one writes, all of them read.
    """

    def from_db_value(self, value: str | None, *_: object) -> str | None:
        """Decrypt what the database gives."""
        return cipher().decrypt(value.encode()).decode() if value else value

    def get_prep_value(self, value: str | None) -> str | None:
        """Encrypt what goes to the database; an empty text stays empty."""
        return cipher().encrypt(str(value).encode()).decode() if value else value


def cipher() -> MultiFernet:
    """Return the cipher of the encrypted columns."""
    return MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])
