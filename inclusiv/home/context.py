"""What every page knows: who acts, where they may go, and in the demo which personas may sign in."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from inclusiv.core.actors import Actor
from inclusiv.core.providers import nav_items


@dataclass(frozen=True, slots=True)
class NavLink:
    """An entry of the main navigation as drawn."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Page:
    """The frame of a page."""

    actor: Actor | None
    nav: tuple[NavLink, ...]


def page(request: HttpRequest) -> dict[str, Page]:
    """Context processor: `page` in every template."""
    actor: Actor | None = getattr(request, "actor", None)
    return {"page": Page(actor=actor, nav=nav_links(actor, request.path) if actor else ())}


def nav_links(actor: Actor, path: str) -> tuple[NavLink, ...]:
    """Return the navigation of a role, in its order; the entry that the address begins with is current."""
    items = sorted((item for item in nav_items if actor.role in item.roles), key=lambda item: item.rank)
    urls = [reverse(item.url_name) for item in items]
    best = max((url for url in urls if path.startswith(url)), key=len, default="")
    return tuple(NavLink(item.label, url, url == best) for item, url in zip(items, urls, strict=True))
