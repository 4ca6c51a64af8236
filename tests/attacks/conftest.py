"""What an attacker starts from: an account of their own, and every address of the platform filled with chosen keys."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from inclusiv.core.actors import Actor
from inclusiv.records.models import reference
from tests.architecture.test_readings import namespace_of
from tests.architecture.test_views import OURS, patterns
from tests.conftest import ActingClient
from tests.world import NOW, SEPTEMBER, Side, World, make_world

WRITES = ("INSERT", "UPDATE", "DELETE")
OF_EVERY_PAGE = ("django_session", "usersessions_usersession", "records_accesslog", "records_reading")
"""Tables that a page read may write to: the sign of life of a session, the trace of a reading."""


@pytest.fixture
def world(storage: Path, db: None) -> Iterator[World]:
    """Three places, looked at on their day."""
    with time_machine.travel(NOW, tick=False):
        yield make_world()


def names() -> list[str]:
    """Return the name of every address of ours."""
    entries = patterns(get_resolver().url_patterns)
    ours = [entry for entry in entries if entry.callback.__module__.startswith(OURS)]
    return sorted({":".join(filter(None, [namespace_of(entry), str(entry.name)])) for entry in ours})


def keys_of(side: Side) -> dict[str, list[Any]]:
    """Return what each address takes, to lead to the records of a side."""
    tender, lot, award, month = side.tender.pk, side.lot.pk, side.award.pk, f"{SEPTEMBER:%Y-%m}"
    company = side.contractor.pk
    table: list[tuple[list[Any], str, str]] = [
        ([tender], "procurement", "tender change lots"),
        ([tender], "obligations", "notify"),
        ([tender], "placements", "tender"),
        ([tender], "followup", "tender pace"),
        ([tender, "achever"], "procurement", "step"),
        ([lot], "procurement", "lot-change lot-remove award award-withdraw"),
        ([lot], "obligations", "sizing remove-clause"),
        ([award], "placements", "ask name"),
        ([award], "followup", "my-lot"),
        ([side.dossier.pk], "people", "person change readings ask"),
        ([side.check.pk], "people", "check refuse withdraw"),
        ([side.need.pk], "placements", "request cancel-request"),
        ([side.need.pk], "matching", "candidates"),
        ([side.need.pk, side.dossier.pk], "matching", "propose"),
        ([side.referral.pk], "placements", "accept decline renounce"),
        ([side.placement.pk], "placements", "end"),
        ([side.planned.pk], "placements", "cancel"),
        ([side.statement.pk], "hours", "statement document validate return correct abandon"),
        ([award, month], "hours", "declare"),
        ([award, month, company], "hours", "declare-for send-link"),
        ([side.contract.pk], "decp", "contract follow attach dismiss restore"),
        ([side.reading.pk], "decp", "reading"),
        ([side.job.pk], "records", "job retry-job"),
        (["marche", tender], "records", "changes"),
        ([company], "accounts", "organisation contacts ask-contacts"),
        ([side.membership], "accounts", "switch close manager"),
        (
            [1],
            "accounts",
            "remove-cover invitation-again invitation-revoke join-accept join-refuse end-session",
        ),
        ([side.draft_report.code], "publication", "publish discard"),
        ([side.report.code, "bilan"], "publication", "download"),
        (["not-a-token"], "records", "link renew-link"),
    ]
    return {f"{space}:{name}": keys for keys, space, told in table for name in told.split()}


def addresses(side: Side) -> dict[str, str]:
    """Return every address of ours, leading to the records of a side."""
    keys = keys_of(side)
    found = {name: reverse(name, args=keys.get(name, [])) for name in names()}
    found["records:note-exchange"] += f"?sujet={reference(side.tender)}"
    found["search:results"] += "?q=Suivie"
    return found


def sendable(side: Side) -> dict[str, str]:
    """Return the addresses to which forms are sent, all but the one that ends the sender's own access."""
    return {name: address for name, address in addresses(side).items() if name != "accounts:close"}


class Watched(CaptureQueriesContext):
    """What a request writes in the database, the trace of its reading aside."""

    def __init__(self) -> None:
        super().__init__(connection)

    @property
    def writes(self) -> list[str]:
        """Return the statements that changed something."""
        told = [str(query["sql"]) for query in self.captured_queries]
        return [
            sql
            for sql in told
            if sql.startswith(WRITES) and not any(f'"{table}' in sql for table in OF_EVERY_PAGE)
        ]


class Attacker(ActingClient):
    """A client that reads what it receives to the end, files too: the bytes are kept as `received`, the text as `said`."""

    def acting(self, actor: Actor) -> "Attacker":
        """Sign in as this actor."""
        super().acting(actor)
        return self

    def get(self, *args: Any, **options: Any) -> Any:
        """Read a page."""
        return super().get(*args, **options)

    def post(self, *args: Any, **options: Any) -> Any:
        """Send a form."""
        return super().post(*args, **options)

    def request(self, **request: Any) -> Any:
        """Send a request and read its whole answer."""
        answer: Any = super().request(**request)
        answer.received = b"".join(answer.streaming_content) if answer.streaming else answer.content
        answer.said = answer.received.decode(errors="replace")
        return answer


@pytest.fixture
def browser() -> Attacker:
    """Return a client with nobody signed in."""
    return Attacker()
