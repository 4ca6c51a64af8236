"""The first lock: what a role may open, declared on the view and readable by the guard that walks every URL."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django_htmx.middleware import HtmxDetails

from inclusiv.core.actors import Actor
from inclusiv.core.permissions import Code

P = ParamSpec("P")
AnyView = TypeVar("AnyView", bound=Callable[..., HttpResponseBase])


class ActorRequest(HttpRequest):
    """A request whose author and role are known."""

    actor: Actor
    htmx: HtmxDetails


View = Callable[Concatenate[ActorRequest, P], HttpResponseBase]


def requires(
    *permissions: Code,
) -> Callable[[View[P]], Callable[Concatenate[HttpRequest, P], HttpResponseBase]]:
    """Open the view to the roles that hold one of the permissions; a 403 for the others.

    Without any permission: open to every signed-in membership.
    """

    def decorate(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            actor: Actor | None = getattr(request, "actor", None)
            if actor is None or (
                permissions and not any(actor.may(permission) for permission in permissions)
            ):
                raise PermissionDenied
            return view(cast("ActorRequest", request), *args, **kwargs)

        guarded.permissions = permissions  # type: ignore[attr-defined]  # read by the access walk
        return guarded

    return decorate


def public(view: AnyView) -> AnyView:
    """Open the view to everybody, signed in or not; the access walk lists it as public."""
    view.is_public = True  # type: ignore[attr-defined]  # read by the access walk
    login_not_required(view)
    return view
