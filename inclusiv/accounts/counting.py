"""Count what somebody reads, when reading it costs: allauth's own count (ACCOUNT_RATE_LIMITS) leaves pages read aside."""

from allauth.core.internal import ratelimit
from django.http import HttpRequest


def may_draw(request: HttpRequest) -> bool:
    """Count a document drawn while its reader waits; False beyond `document` of ACCOUNT_RATE_LIMITS."""
    return bool(ratelimit.consume(request, app="allauth.account", action="document", limit_get=True))
