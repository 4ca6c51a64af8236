"""Pages of errors, in French and with a way out: the handlers named by `inclusiv.urls` and by CSRF_FAILURE_VIEW."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.views import defaults

RETRY_AFTER_SECONDS = 60
"""Most of the limits that answer 429 are by the minute; the page says what those by the day need."""


def bad_request(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400 without reading the request again, its form least of all: it may be what is wrong."""
    return HttpResponse(get_template("errors/400.html").render(), status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403."""
    return defaults.permission_denied(request, exception, template_name="errors/403.html")


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404."""
    return defaults.page_not_found(request, exception, template_name="errors/404.html")


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Answer 429 and say when to come back."""
    response = render(request, "errors/429.html", status=429)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def too_many_documents(request: HttpRequest) -> HttpResponse:
    """Answer 429 to who wants a document while others are drawn, or wants one after the other without end."""
    response = render(request, "errors/429.html", {"is_document": True}, status=429)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def busy(request: HttpRequest) -> HttpResponse:
    """Answer 503: what somebody else was writing at the same instant is done by now."""
    return render(request, "errors/503.html", status=503)


def too_large(request: HttpRequest) -> HttpResponse:
    """Answer 413 and give the limit; to a visitor, say that files are for those who are signed in."""
    context = {"limit": settings.UPLOAD_MAX_BYTES, "is_visitor": not request.user.is_authenticated}
    return render(request, "errors/413.html", context, status=413)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 without a context: what broke may be what the context reads."""
    return defaults.server_error(request, template_name="errors/500.html")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form whose token is missing or old."""
    return HttpResponse(get_template("errors/csrf.html").render({}, request), status=403)
