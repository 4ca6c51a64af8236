"""Pages: what Python does beside the database, against the same template filled with plain values."""

import re
from typing import Any
from unittest.mock import patch

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import get_template

from benchmarks.clocks import outside_sql
from benchmarks.ground import Ground
from benchmarks.measures import Measure, Sides
from inclusiv.core.actors import Role
from inclusiv.home.context import Page
from reporting.followup.views.tenders import Home

TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=")\w+')
"""What differs from one drawing of a page to the next."""


def sides(ground: Ground) -> Sides[str]:
    """Both give the page of the coordination's hundred most worrying lots."""
    browser = ground.signed_in(Role.COORDINATION)

    def ours() -> str:
        return browser.get("/marches/?par=100").content.decode()

    with patch("inclusiv.core.listing.render", wraps=render) as drawn:
        ours()
    request, name, context = drawn.call_args.args
    template, values = get_template(name), plain(request, context)
    return Sides(
        subject=ours, reference=lambda: template.render(values), told=lambda page: TOKEN.sub(r"\1", page)
    )


def plain(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Return the values that the page shows, already read; its list is plain values by construction."""
    home: Home = context["home"]
    page = Page(request)
    return {
        "listing": context["listing"],
        "home": read(
            home,
            "title",
            "subtitle",
            "may_register",
            "awaited",
            "awaited_title",
            "without_lots",
            "first_without_lots",
        )
        | {
            "totals": read(
                home.totals,
                "tenders",
                "ending",
                "done_text",
                "owed_text",
                "share",
                "people",
                "tells_rsa",
                "rsa",
            )
        },
        "page": {
            "actor": read(page.actor, "person", "role", "organisation"),
            "nav": [read(link, "url", "label", "current") for link in page.nav],
            "memberships": [read(hat, "url", "organisation", "role", "current") for hat in page.memberships],
        },
        "csrf_token": get_token(request),
    }


def read(shown: object, *names: str) -> dict[str, Any]:
    """Return these attributes as a plain dict."""
    return {name: getattr(shown, name) for name in names}


TENDERS = Measure(
    name="list-page",
    limit=9.0,
    subject="« Marchés », a hundred lots, SQL left out",
    reference="its template with plain values",
    sides=sides,
    clock=outside_sql,
)
