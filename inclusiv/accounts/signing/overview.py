"""What « Mon compte » shows: what protects the account, on one page."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from inclusiv.accounts.models import User
from inclusiv.accounts.signing import second_factor, sessions, trust
from inclusiv.core.periods import paris_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A passkey as its owner reads it."""

    pk: int
    name: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """What protects an account."""

    is_compulsory: bool
    application_since: datetime | None
    passkeys: list[Passkey]
    codes_left: int | None
    """Recovery codes not used yet; None when there were never any."""
    trusted_until: datetime | None
    sessions: int

    @property
    def has_factor(self) -> bool:
        """Say whether signing in asks for more than the password."""
        return self.application_since is not None or bool(self.passkeys)


def protection(request: HttpRequest, user: User, *, at: datetime) -> Protection:
    """Return what protects the account of the reader, seen from this browser."""
    held = list(Authenticator.objects.filter(user=user).order_by("pk"))
    application = next((row for row in held if row.type == Authenticator.Type.TOTP), None)
    codes = next((row for row in held if row.type == Authenticator.Type.RECOVERY_CODES), None)
    return Protection(
        is_compulsory=second_factor.is_compulsory_for(user, on=paris_day(at)),
        application_since=application.created_at if application else None,
        passkeys=[
            Passkey(pk=row.pk, name=row.wrap().name, added_at=row.created_at, used_at=row.last_used_at)
            for row in held
            if row.type == Authenticator.Type.WEBAUTHN
        ],
        codes_left=len(codes.wrap().get_unused_codes()) if codes else None,
        trusted_until=trust.trusted_until(request, user),
        sessions=len(sessions.open_sessions(user, current_key=request.session.session_key)),
    )
