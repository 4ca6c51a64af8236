"""« Ne plus demander sur cet appareil » : what allauth's cookie says, and how to take it back.

The cookie holds a fingerprint of the account's secrets: it dies with a new password, a factor added or removed. The
only module that reaches into allauth for it; tests prove each sentence.
"""

import secrets
from datetime import UTC, datetime

from allauth.mfa import app_settings
from allauth.mfa.internal.flows import trust
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from inclusiv.accounts.models import User


def trusted_until(request: HttpRequest, user: User) -> datetime | None:
    """Return until when this browser is not asked for the second factor; None when it is."""
    fingerprint = trust.create_config_fingerprint(user)
    given = [issued.at for issued in trust.decode_trust_cookie(request) if issued.fingerprint == fingerprint]
    return datetime.fromtimestamp(max(given), UTC) + app_settings.TRUST_COOKIE_AGE if given else None


def forget_devices(user: User) -> None:
    """Take back the trust given to every browser, by a new `seed`, which allauth's fingerprint reads."""
    for factor in Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES):
        factor.data["seed"] = secrets.token_hex(16)
        factor.save(update_fields=["data"])
