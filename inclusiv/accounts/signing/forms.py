"""The forms of the second factor, as allauth reads them and as we say them."""

import struct
from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms

from inclusiv.core.forms import LineField

NAME_LENGTH = 60
NAME_HINT = "Pour la reconnaître : « Téléphone », « Ordinateur du bureau »."


def code_field(*, label: str, hint: str) -> forms.CharField:
    """Return the field of a code of digits, which a telephone shows with its numeric keys."""
    attrs = {"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false"}
    return forms.CharField(label=label, help_text=hint, max_length=20, widget=forms.TextInput(attrs=attrs))


class CodeForm(AuthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """The code that ends a sign-in."""

    code = code_field(label="Code", hint="Les 6 chiffres de votre application, ou un code de secours.")


class ConfirmingCodeForm(ReauthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """The code by which somebody confirms who they are."""

    code = code_field(label="Code", hint="Les 6 chiffres de votre application, ou un code de secours.")


class FirstCodeForm(ActivateTOTPForm):  # type: ignore[misc]  # allauth ships no types
    """The first code, which proves that the application holds the secret."""

    code = code_field(label="Code affiché par l’application", hint="6 chiffres.")


BROKEN = (LookupError, TypeError, ValueError, AttributeError, AssertionError, struct.error)
"""What reading an answer that no browser wrote may raise, besides the refusals that allauth foresees."""

NOT_READ = "Cette clé d’accès n’a pas pu être lue. Recommencez."


class AnswerField(forms.JSONField):
    """A browser's answer: what nests without end, or counts without end, is refused in words, as is what is no JSON."""

    def __init__(self) -> None:
        super().__init__(required=True, widget=forms.HiddenInput)

    def to_python(self, value: Any) -> Any:
        """Read the answer."""
        try:
            return super().to_python(value)
        except (RecursionError, ValueError) as error:
            raise forms.ValidationError(NOT_READ, code="not_read") from error

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Show nothing of it again: each answer serves once."""
        return initial


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """A new passkey: always one that signs in by itself, after a fingerprint, a face or a PIN."""

    credential = AnswerField()
    name = LineField(label="Nom de la clé", max_length=NAME_LENGTH, required=False, help_text=NAME_HINT)
    passwordless = forms.BooleanField(initial=True, widget=forms.HiddenInput)

    def clean_credential(self) -> Any:
        """Refuse what is no answer: allauth registers « 0 » or « false » unread, and it would count as a factor."""
        given = self.cleaned_data["credential"]
        if not isinstance(given, dict):
            raise forms.ValidationError(NOT_READ, code="not_read")
        return given

    def clean(self) -> Any:
        """Read the browser's answer; one that nobody can read is refused in words."""
        try:
            return super().clean()
        except BROKEN as error:
            raise forms.ValidationError(NOT_READ, code="not_read") from error


class ReadsPasskey:
    """A form that is given a passkey: an answer that nobody can read is refused in words."""

    def clean_credential(self) -> Any:
        """Read the browser's answer."""
        try:
            return super().clean_credential()  # type: ignore[misc]  # the method is allauth's form's
        except BROKEN as error:
            raise forms.ValidationError(NOT_READ, code="not_read") from error


class PasskeySignInForm(ReadsPasskey, LoginWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """A passkey instead of the password."""

    credential = AnswerField()


class PasskeyFactorForm(ReadsPasskey, AuthenticateWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """A passkey after the password."""

    credential = AnswerField()


class ConfirmingPasskeyForm(ReadsPasskey, ReauthenticateWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """A passkey by which somebody confirms who they are."""

    credential = AnswerField()


class PasskeyNameForm(EditWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """Another name for a passkey."""

    name = LineField(label="Nom de la clé", max_length=NAME_LENGTH, help_text=NAME_HINT)
