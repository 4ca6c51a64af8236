"""What allauth must know of us: nobody signs up alone, signing in is recent for five minutes, secrets are encrypted."""

import re
import time
from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context, ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from inclusiv.accounts.models import User
from inclusiv.accounts.signing.demonstration import entered_by_button
from inclusiv.accounts.signing.waiting import note_beginning
from inclusiv.core.fields import cipher
from inclusiv.core.messages import Message
from inclusiv.core.texts import EMAIL_LENGTH
from inclusiv.records.actions import mails

CONFIRMING = {
    "reauthenticate": "Avec mon mot de passe",
    "mfa_reauthenticate": "Avec un code",
    "mfa_reauthenticate:webauthn": "Avec une clé d’accès",
}
"""Ways of confirming who one is, by allauth's name."""
FORGOTTEN = frozenset({"account/email/password_reset_key", "account/email/unknown_account"})
"""The letters of a forgotten password, which any visitor may have sent to anybody."""


class InvitationOnly(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts are opened by invitation."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "L’adresse e-mail ou le mot de passe ne sont pas les bons.",
        "incorrect_password": "Ce n’est pas votre mot de passe.",
        "incorrect_code": "Ce code n’est pas le bon.",
        "too_many_login_attempts": "Trop d’essais. Attendez cinq minutes, puis recommencez.",
        "rate_limited": "Trop d’essais. Attendez cinq minutes, puis recommencez.",
    }

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Refuse every sign-up form."""
        return False

    def pre_login(self, request: HttpRequest, user: User, **hooks: Any) -> HttpResponse | None:
        """Have every sign-in first note under which password it began."""
        note_beginning(request, user)
        answer: HttpResponse | None = super().pre_login(request, user, **hooks)
        return answer

    def get_password_change_redirect_url(self, _request: HttpRequest) -> str:
        """Come back to one's account."""
        return reverse("accounts:account")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the address of the new password under our own name, whatever name the request came by."""
        return settings.PUBLIC_URL + str(reverse("account_reset_password_from_key", args=key.split("-", 1)))

    def clean_email(self, email: str) -> str:
        """Refuse an address longer than those of accounts and letters."""
        if len(email) > EMAIL_LENGTH:
            raise ValidationError(f"Cette adresse est trop longue : {EMAIL_LENGTH} caractères au plus.")
        return str(super().clean_email(email))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the mail like every other: one row, sent after, tried again (ARCHITECTURE.md 6).

        What a visitor asks for is counted by the address that receives it; beyond, the page says the same and nothing leaves.
        """
        if template_prefix in FORGOTTEN and not ratelimit.consume(
            self.request, action="forgotten", key=email.lower()
        ):
            return
        mails.queue(
            to=email,
            message=drawn(template_prefix, {"email": email, **context}),
            subjects=[],
            at=timezone.now(),
        )

    def get_reauthentication_methods(self, user: AbstractBaseUser) -> list[dict[str, Any]]:
        """Name in plain words the ways of confirming who one is."""
        methods = super().get_reauthentication_methods(user)
        return [method | {"description": CONFIRMING[method["id"]]} for method in methods]

    def is_reauthentication_required(self, *, app: str, **options: Any) -> bool:
        """Ask nothing of somebody who has just signed in, nor of a persona of the demonstration.

        allauth itself only counts a confirmation: it would ask for the password again to protect a new account.
        """
        request = context.request
        if entered_by_button(request) or has_just_signed_in(request):
            return False
        return bool(super().is_reauthentication_required(app=app, **options))


def drawn(template_prefix: str, context: dict[str, Any]) -> Message:
    """Return one of allauth's mails as ours: its text in paragraphs, and the button when it holds an address."""
    text = render_to_string(f"{template_prefix}_message.txt", context).strip()
    return Message(
        subject=render_to_string(f"{template_prefix}_subject.txt", context).strip(),
        paragraphs=tuple(re.split(r"\n{2,}", text)),
        action="Choisir un nouveau mot de passe",
        url=context.get("password_reset_url", ""),
    )


def has_just_signed_in(request: HttpRequest) -> bool:
    """Say whether this session's last proof, password or second factor, is younger than the time allowed."""
    proofs = [
        record["at"]
        for record in get_authentication_records(request, request.user)
        if record["method"] in {"password", "mfa"}
    ]
    return bool(proofs) and time.time() - max(proofs) < account_settings.REAUTHENTICATION_TIMEOUT


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """The second factor under our name, its secrets encrypted like our own columns."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "Ce code n’est pas le bon. Il change toutes les 30 secondes : prenez le suivant.",
        "cannot_generate_recovery_codes": "Les codes de secours viennent avec un second facteur : activez-en un d’abord.",
    }

    def encrypt(self, text: str) -> str:
        """Return the secret as it lies in the database."""
        return cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret."""
        return cipher().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: AbstractBaseUser, type: str) -> str:  # noqa: A002 - allauth's name
        """Name a new key by its number."""
        held = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return f"Clé {held + 1}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Say our name in the window of the browser."""
        return {**super().get_public_key_credential_rp_entity(), "name": "Inclusiv"}
