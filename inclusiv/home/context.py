"""What every page knows: who acts, where they may go, and in the demonstration as whom one may sign in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from clauses.texts.choices import Permission
from inclusiv.accounts.models import Membership
from inclusiv.core.actors import ROLE_LABELS, Actor, Role
from inclusiv.core.periods import paris_day
from inclusiv.core.providers import Persona, nav_items, persona_providers


@dataclass(frozen=True, slots=True)
class NavLink:
    """An entry of the main navigation as drawn."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Hat:
    """For whom one acts, or may act: the person, the role, the organisation, and the address that puts the hat on."""

    person: str
    role: str
    organisation: str
    url: str = ""
    current: bool = False


class Page:
    """The frame of a page; what a page does not show is not asked to the database."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.current: Actor | None = getattr(request, "actor", None)

    @cached_property
    def today(self) -> date:
        """The day in Paris."""
        return paris_day(timezone.now())

    @cached_property
    def actor(self) -> Hat | None:
        """Who acts."""
        if self.current is None:
            return None
        return Hat(self.current.name, self.current.role_label, self.current.organisation)

    @cached_property
    def nav(self) -> list[NavLink]:
        """The navigation of the role, in its order; the entry that the address begins with is current.

        A role with a single page, the signatory's, has no menu (PRACTICE.md 3): the mark leads to it.
        """
        if self.current is None:
            return []
        role = self.current.role
        items = sorted((item for item in nav_items if role in item.roles), key=lambda item: item.rank)
        if len(items) == 1:
            return []
        urls = [reverse(item.url_name) for item in items]
        best = max((url for url in urls if self.request.path.startswith(url)), key=len, default="")
        return [NavLink(item.label, url, url == best) for item, url in zip(items, urls, strict=True)]

    @property
    def owns_tenders(self) -> bool:
        """Whether one works on tenders from the inside: their texts are not shown to companies."""
        return self.current is not None and self.current.may(Permission.SEE_PIECES)

    @cached_property
    def memberships(self) -> list[Hat]:
        """Every running membership of the person, to switch in one click."""
        if self.current is None or self.current.user_id is None:
            return []
        live = Membership.objects.live(on=self.today).filter(user_id=self.current.user_id)
        return [
            Hat(
                person=str(membership.user),
                role=ROLE_LABELS[Role(membership.capacity.role)],
                organisation=membership.capacity.organisation.name,
                url=reverse("accounts:switch", args=[membership.pk]),
                current=membership.pk == self.current.membership_id,
            )
            for membership in live.with_actor().order_by("pk")
        ]

    @property
    def support(self) -> str:
        """How to reach whoever runs the platform."""
        return str(settings.SUPPORT)

    @cached_property
    def personas(self) -> Sequence[Persona]:
        """Who one may sign in as; nobody outside the demonstration."""
        return [persona for provide in persona_providers for persona in provide()] if settings.DEMO else []


def page(request: HttpRequest) -> dict[str, Page]:
    """Context processor: `page` in every template."""
    return {"page": Page(request)}
