"""A form sent after its session has ended: what was typed waits a few minutes for the same person in the same browser.

It lies encrypted in the shared cache, which forgets it by itself, under a key that only the visitor's session holds.
Only a browser that still names a session ended by its age keeps anything: a session that was closed, by its owner or
with the account, is gone, and a stranger names none. Nothing is sent again by itself: `accounts:resume` brings the
page back as it was filled in, its author reads it again and sends it.
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY as USER_KEY
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from inclusiv.core.fields import cipher

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
        """Answer instead of the page; a form that htmx reads as it is typed stays where it is, still to be sent."""
        answer = super().process_view(request, view_func, *args, **kwargs)
        if answer is None:
            return None
        author = remembered_author(request, at=timezone.now())
        if request.method != "POST":
            return answer
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(status=401)
        if author is None or not keep(request, author=author, at=timezone.now()):
            return answer
        messages.warning(
            request,
            "Votre session s’est fermée, et rien n’a été enregistré. Ce que vous avez saisi est gardé un quart"
            " d’heure : connectez-vous pour le retrouver.",
        )
        return redirect_to_login(reverse("accounts:resume"))


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
        if USER_KEY in ended:
            author = [int(ended[USER_KEY]), ended.get(MEMBERSHIP_KEY, 0)]
            request.session[AUTHOR_KEY] = author
    return author


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
        membership=membership,
        until=(at + LIFE).timestamp(),
    )
    told = json.dumps(asdict(kept))
    if len(told) > LONGEST:
        return False
    token = secrets.token_urlsafe(32)
    cache.set(place(token), cipher().encrypt(told.encode()), LIFE.total_seconds())
    request.session[PLACE_KEY] = token
    return True


def kept_form(request: HttpRequest) -> KeptForm | None:
    """Return what waits for whoever is now signed in; what another person typed is forgotten at once."""
    token = request.session.get(PLACE_KEY, "")
    told = cache.get(place(token)) if token else None
    if told is None:
        return None
    kept = KeptForm(**json.loads(cipher().decrypt(told)))
    if kept.user != request.user.pk:
        forget(request)
        return None
    return kept


def forget(request: HttpRequest) -> None:
    """Forget what waits."""
    cache.delete(place(request.session.pop(PLACE_KEY, "")))


def place(token: str) -> str:
    """Return where it lies in the cache."""
    return f"kept-form:{token}"
