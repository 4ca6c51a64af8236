"""A form sent after its session has ended: what was typed waits a few minutes for the same person in the same browser.

It lies encrypted in the shared cache, which forgets it by itself, one form for each person: the visitor's session holds
whose it is and its token.
Only a browser that still names a session ended by its age keeps anything: a session that was closed, by its owner or
with the account, is gone, and a stranger names none. Nothing is sent again by itself: `accounts:resume` brings the
page back as it was filled in, its author reads it again and sends it. Somebody else on the same computer may have left
there what is no form at all, a button of another page: whatever does not come back to be read writes nothing.
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from allauth.core.exceptions import ReauthenticationRequired
from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY as USER_KEY
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from inclusiv.accounts.signing.recent import ask_first
from inclusiv.core.fields import cipher
from inclusiv.core.forms import RESUMED

LIFE = timedelta(minutes=15)
"""Long enough to sign in with a second factor."""
LONGEST = 200_000
"""Characters beyond which a form is not kept: the longest month of a large company has a tenth of that."""
AUTHOR_KEY = "kept_form_author"
PLACE_KEY = "kept_form"
MEMBERSHIP_KEY = "membership"
OF_ONE_SENDING = frozenset({"csrfmiddlewaretoken", "submission"})
"""Fields that the form gets anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptForm:
    """What was typed: where it was sent, its fields in order, whether files went with them, by whom, until when."""

    path: str
    fields: list[tuple[str, str]]
    with_files: bool
    user: int
    token: str
    membership: int
    until: float

    @property
    def kept_until(self) -> datetime:
        """When it is forgotten."""
        return datetime.fromtimestamp(self.until, tz=timezone.get_current_timezone())


class KeepingLoginMiddleware(LoginRequiredMiddleware):
    """Send visitors to the sign-in page; a form sent too late is kept for who typed it."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], *args: Any, **kwargs: Any
    ) -> HttpResponseBase | None:
        """Answer instead of the page; a form that htmx reads as it is typed stays where it is, still to be sent.

        A page that reads itself again, as a list does, gives way to the sign-in page whole; whatever else is read beside
        what one types is left out, on the screen of a link too, whose reader never signs in.
        """
        answer = super().process_view(request, view_func, *args, **kwargs)
        if answer is None:
            return None
        author = remembered_author(request, at=timezone.now())
        by_htmx = request.headers.get("HX-Request") == "true"
        if request.method != "POST":
            return leaving(request) if by_htmx else answer
        if by_htmx:
            return HttpResponse(status=401)
        if author is None or not keep(request, author=author, at=timezone.now()):
            return answer
        messages.warning(
            request,
            "Votre session s’est fermée, et rien n’a été enregistré. Ce que vous avez saisi est gardé un quart"
            " d’heure : connectez-vous pour le retrouver.",
        )
        return redirect_to_login(reverse("accounts:resume"))


def leaving(request: HttpRequest) -> HttpResponse:
    """Have htmx open the sign-in page, which then comes back to the page that asked; nothing for a part of another page."""
    try:
        page = HtmxDetails(request).current_url_abs_path or request.get_full_path()
    except ValueError:  # what says to be the page is no address
        page = request.get_full_path()
    if page.partition("?")[0] != request.path:
        return HttpResponse(status=204)
    return HttpResponseClientRedirect(redirect_to_login(page).url)


class ResumedMiddleware:
    """Undo what a form that comes back has done, unless it was refused and drawn again; stands last, on the view itself.

    The session is read anew, and what the page said of its act is dropped: a change of role is undone too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Answer in the place of the view that receives the form."""
        if request.method != "POST" or request.POST.get("submission") != RESUMED:
            return None
        key = request.session.session_key
        try:
            with transaction.atomic():
                answer = view_func(request, *args, **kwargs)
                is_drawn_again = answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
                transaction.set_rollback(not is_drawn_again)
        except ReauthenticationRequired:
            return ask_first(request, then=reverse("accounts:resume"))
        if is_drawn_again:
            return answer
        request.session = SessionStore(key)
        list(messages.get_messages(request))  # to read them is to drop them
        return redirect("home")


def remembered_author(request: HttpRequest, *, at: datetime) -> list[int] | None:
    """Return the keys of the person and of the membership whose session has ended by its age in this browser.

    They are noted in the visitor's session, since the answer makes the browser forget the one that ended. None for
    a stranger, and after a session that was closed or is swept.
    """
    author: list[int] | None = request.session.get(AUTHOR_KEY)
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    if author is None and key:
        row = Session.objects.filter(session_key=key, expire_date__lte=at).first()
        ended = row.get_decoded() if row else {}
        if USER_KEY in ended and may_be_remembered(request, key):
            author = [int(ended[USER_KEY]), ended.get(MEMBERSHIP_KEY, 0)]
            request.session[AUTHOR_KEY] = author
    return author


def may_be_remembered(request: HttpRequest, key: str) -> bool:
    """Count the sessions that one which has ended opens: its browser names it in a few windows, then never again."""
    return bool(ratelimit.consume(request, app="allauth.account", action="ended", key=key, limit_get=True))


def keep(request: HttpRequest, *, author: list[int], at: datetime) -> bool:
    """Keep what was typed in a form; say whether it was: not a button alone, nor what is too long."""
    if "submission" not in request.POST:
        return False
    user, membership = author
    kept = KeptForm(
        path=request.get_full_path(),
        fields=[
            (name, str(value))
            for name, values in request.POST.lists()
            for value in values
            if name not in OF_ONE_SENDING
        ],
        with_files=bool(request.FILES),
        user=user,
        token=secrets.token_urlsafe(32),
        membership=membership,
        until=(at + LIFE).timestamp(),
    )
    told = json.dumps(asdict(kept))
    if len(told) > LONGEST:
        return False
    request.session[PLACE_KEY] = [user, kept.token]
    cache.set(place([user, kept.token]), cipher().encrypt(told.encode()), LIFE.total_seconds())
    return True


def kept_form(request: HttpRequest) -> KeptForm | None:
    """Return what waits for whoever is now signed in; what another person typed is forgotten at once."""
    held = request.session.get(PLACE_KEY)
    told = cache.get(place(held)) if held else None
    if told is None:
        return None
    kept = KeptForm(**json.loads(cipher().decrypt(told)))
    if kept.user != request.user.pk:
        forget(request)
        return None
    return kept if [kept.user, kept.token] == held else None


def forget(request: HttpRequest) -> None:
    """Forget what waits."""
    if held := request.session.pop(PLACE_KEY, None):
        cache.delete(place(held))


def place(held: list[Any]) -> str:
    """Return where the form of a person lies in the cache, by what the visitor's session holds: the next takes its place."""
    return f"kept-form:{held[0]}"
