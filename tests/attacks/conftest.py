"""What an attacker starts from: an account of their own, and every address of the platform filled with chosen keys."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from inclusiv.core.actors import Actor
from tests.access import table
from tests.access.addresses import address, labels, name_of, patterns
from tests.architecture.test_views import OURS
from tests.conftest import ActingClient
from tests.world import NOW, Side, World, make_world

WRITES = ("INSERT", "UPDATE", "DELETE")
OF_EVERY_PAGE = ("django_session", "usersessions_usersession", "records_accesslog", "records_reading")
"""Tables that a page read may write to: the sign of life of a session, the trace of a reading."""


@pytest.fixture
def world(storage: Path, db: None) -> Iterator[World]:
    """Three places, looked at on their day."""
    with time_machine.travel(NOW, tick=False):
        yield make_world()


def lines() -> list[str]:
    """Return the lines of the access table that are ours, allauth's left out."""
    ours = {
        name
        for name, entry in patterns(get_resolver().url_patterns)
        if entry.callback.__module__.startswith(OURS)
    }
    return [label for label in labels() if name_of(label) in ours]


def public() -> set[str]:
    """Return the lines that the access table opens to who is not signed in."""
    return {line for (_, line), cell in table.read()["public"].items() if cell != "login"}


def addresses(side: Side) -> dict[str, str]:
    """Return every address of ours by its line, leading to the records of a side."""
    found = {label: address(label, side) for label in lines()}
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
