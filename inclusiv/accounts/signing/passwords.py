"""The validator of passwords that Django calls: the CNIL's rule in words."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError

from inclusiv.accounts.rules.passwords import ADVICE, weakness


class ResistsEnough:
    """Refuses a password worth less than 80 bits (CNIL, délibération 2022-100)."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raise ValidationError with the reason and the way to mend it."""
        if reason := weakness(password):
            raise ValidationError(reason, code="password_too_weak")

    def get_help_text(self) -> str:
        """Return what to choose."""
        return ADVICE
