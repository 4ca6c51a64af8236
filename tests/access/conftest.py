"""What the walks share: every page that each role reads, read once for a module."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import override_settings

from inclusiv.core.actors import Role
from tests.access.pages import Page, pages
from tests.access.seen import People, people_of
from tests.world import NOW, World, make_world


@pytest.fixture
def world(db: None, storage: Path) -> Iterator[World]:
    """The three places, in the test's own transaction."""
    with time_machine.travel(NOW, tick=False):
        yield make_world()


@pytest.fixture(scope="session")
def read(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> tuple[list[Page], dict[Role, People]]:
    """Every page of every role and the people of its world, as plain values: nothing stays in the database.

    Those who use it bear the mark of the group « pages »: one process reads them all, once.
    """
    location = {"location": str(tmp_path_factory.mktemp("files"))}
    default = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": location}
    static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with (
        override_settings(STORAGES={"default": default, "staticfiles": static}),
        django_db_blocker.unblock(),
        transaction.atomic(),
        time_machine.travel(NOW, tick=False),
    ):
        world = make_world()
        found = [page for role in Role for page in pages(world, role)]
        people = {role: people_of(world, role) for role in Role}
        transaction.set_rollback(True)
    return found, people
