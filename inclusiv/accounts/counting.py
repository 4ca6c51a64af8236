"""Count what somebody reads, when reading it costs: allauth's own count (ACCOUNT_RATE_LIMITS) leaves pages read aside."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from allauth.core.internal import ratelimit
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from inclusiv.core.errors import too_many_requests

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def may_draw(request: HttpRequest) -> bool:
    """Count a document drawn while its reader waits; False beyond `document` of ACCOUNT_RATE_LIMITS."""
    return bool(ratelimit.consume(request, app="allauth.account", action="document", limit_get=True))


def counted_when_read(*, app: str, action: str) -> Callable[[View[P]], View[P]]:
    """Answer 429 to whoever reads a page of allauth beyond its limit for this act: reading it opens a session.

    allauth counts what is sent there, a HEAD too, by itself.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def counted(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.method == "GET" and not ratelimit.consume(
                request, app=app, action=action, limit_get=True
            ):
                return too_many_requests(request)
            return view(request, *args, **kwargs)

        return counted

    return decorate
