"""What every answer goes through: the headers that protect the reader, signs of life, no body too large, no copy kept."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import BadRequest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from inclusiv.core import errors, health
from inclusiv.core.drawing import TooManyDrawnError
from inclusiv.core.refusals import is_busy

GetResponse = Callable[[HttpRequest], HttpResponse]

STANDS = timedelta(seconds=2)
"""How long what /readyz found ready is told again."""

CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "manifest-src": "'self'",
}
DENIED_FEATURES = (
    "accelerometer", "autoplay", "bluetooth", "browsing-topics", "camera", "display-capture", "geolocation",
    "gyroscope", "hid", "magnetometer", "microphone", "midi", "payment", "screen-wake-lock", "serial", "usb",
)  # fmt: skip
SECURITY_HEADERS = {
    "Content-Security-Policy": "; ".join(
        f"{name} {value}" for name, value in CONTENT_SECURITY_POLICY.items()
    ),
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in DENIED_FEATURES),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class HealthMiddleware:
    """Answer /healthz and /readyz before hosts are checked and before anything reads the database.

    Anybody may ask: what was found ready stands for two seconds, so that asking without end does not keep the parts busy.
    What was not is looked at again: another process of the server may have found it ready since.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self._found: dict[bool, tuple[datetime, dict[str, str]]] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == "/healthz":
            answer = HttpResponse("ok", content_type="text/plain")
        elif request.path_info == "/readyz":
            answer = self._readyz(web_only=request.GET.get("only") == "web", at=timezone.now())
        else:
            return self.get_response(request)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def _readyz(self, *, web_only: bool, at: datetime) -> HttpResponse:
        """Answer 200 when every check passes, else 503; `?only=web` leaves out the worker and beat."""
        found = self._found.get(web_only)
        if found and at - found[0] < STANDS:
            return JsonResponse({"ready": True, "checks": found[1]})
        checks = health.readiness(at, web_only=web_only)
        is_ready = set(checks.values()) == {health.OK}
        if is_ready:
            self._found[web_only] = (at, checks)
        return JsonResponse({"ready": is_ready, "checks": checks}, status=200 if is_ready else 503)


class CharsetMiddleware:
    """Refuse a form that says to be written in anything but UTF-8: Django stops on it wherever it is first read.

    So does the database on the NUL that a cookie may hold between quotes: no browser was given such a one.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (request.encoding or "utf-8").lower().replace("-", "") != "utf8":
            return errors.bad_request(request, BadRequest("Not UTF-8."))
        if any("\0" in value for value in request.COOKIES.values()):
            return errors.bad_request(request, BadRequest("A cookie that nobody gave."))
        return self.get_response(request)


class SecurityHeadersMiddleware:
    """Let a page load only what is ours. It comes first: errors, files of the pages and signs of life carry them too."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class NoCopyMiddleware:
    """Keep whatever a signed-in reader receives, page, export or document, out of every cache.

    It comes after the files of the pages, which are everybody's and are kept for long.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["HX-Request"])
        if _has_session(request, response):
            add_never_cache_headers(response)
        return response


class BodyLimitMiddleware:
    """Refuse a body too large before a byte of it is read: Django would write its files to the disk, whoever sends them.

    Visitors send no file. A body whose length is not told is not read at all (WSGI).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = request.META.get("CONTENT_LENGTH") or "0"
        length = int(told) if told.isdecimal() else 0
        if length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE and (
            length > settings.REQUEST_MAX_BYTES or not request.user.is_authenticated
        ):
            return errors.too_large(request)
        return self.get_response(request)


class BusyMiddleware:
    """Say that others act or draw at the same instant, rather than that something broke; forms say it themselves."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer 503, or 429 for a document, in the place of the page."""
        if isinstance(error, OperationalError) and is_busy(error):
            return errors.busy(request)
        if isinstance(error, TooManyDrawnError):
            return errors.too_many_documents(request)
        return None


def _has_session(request: HttpRequest, response: HttpResponse) -> bool:
    """Tell a signed-in reader by the cookie: asking for the user here would cost a query to every page."""
    cookie = settings.SESSION_COOKIE_NAME
    return cookie in request.COOKIES or cookie in response.cookies
