"""Who acts: the membership chosen in the session, or the first one that runs."""

from collections.abc import Callable

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.utils import timezone

from inclusiv.accounts.models import Membership
from inclusiv.accounts.signing.recent import forget_waiting_form
from inclusiv.core import uploads
from inclusiv.core.actors import Actor
from inclusiv.core.errors import too_large, too_many_requests
from inclusiv.core.periods import paris_day

SESSION_KEY = "membership"
READS = frozenset({"GET", "HEAD", "OPTIONS"})


class ActorMiddleware:
    """Give every request its `actor`: None for a visitor or a person without a running membership."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = current_actor(request)  # type: ignore[attr-defined]  # ActorRequest, typed at the view
        return self.get_response(request)


class CountingMiddleware:
    """Count what somebody sends, before a view reads it: forms, which write and may be sent by a machine, and files.

    Each file is examined by a process that takes its time; visitors send none. Who sends is told to `core.uploads`,
    which examines one file of a person at a time.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with uploads.sent_by(request.user.pk):
            return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        """Answer 429 beyond `form`, `visitor` or `file` of ACCOUNT_RATE_LIMITS; 413 to a visitor, who sends no file."""
        if request.FILES and not request.user.is_authenticated:
            return too_large(request)
        sent = ["file"] if request.FILES else []
        if request.method not in READS:
            sent.append("form" if request.user.is_authenticated else "visitor")
        if all(ratelimit.consume(request, action=action) for action in sent):
            return None
        return too_many_requests(request)


def current_actor(request: HttpRequest) -> Actor | None:
    """Return the actor of the request; a membership that ended yesterday opens nothing today.

    Whoever loses the hat they wore finds another one of theirs on the next page that they open. Nothing is written in
    the meantime: a form drawn for the lost hat acts for nobody, then its token no longer opens anything.
    """
    if not request.user.is_authenticated:
        return None
    live = (
        Membership.objects.live(on=paris_day(timezone.now()))
        .filter(user=request.user)
        .with_actor()
        .order_by("pk")
    )
    chosen = request.session.get(SESSION_KEY)
    worn = live.filter(pk=chosen).first() if chosen else None
    if chosen and worn is None and request.method not in READS:
        return None
    membership = worn or live.first()
    if membership is None:
        return None
    if membership.pk != chosen:
        wear(request, membership)
    return membership.actor()


def wear(request: HttpRequest, membership: Membership) -> None:
    """Act from now on in a membership; the forms drawn for another one, or sent and waiting, no longer open anything."""
    request.session[SESSION_KEY] = membership.pk
    rotate_token(request)
    forget_waiting_form(request)
