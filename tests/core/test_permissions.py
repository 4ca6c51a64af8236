"""The grants of every app make one table, which is printed in the documentation."""

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import get_resolver

from inclusiv.core import permissions
from tests.architecture.test_views import patterns, unwrapped

FILE = Path(settings.BASE_DIR) / "docs" / "permissions.md"


def printed() -> str:
    out = StringIO()
    call_command("print_permissions", stdout=out)
    return out.getvalue()


def test_the_printed_table_is_that_of_the_documentation() -> None:
    assert printed() == FILE.read_text(), (
        "python manage.py print_permissions > docs/permissions.md, then read the difference"
    )


def test_a_new_grant_changes_the_printed_table(monkeypatch: pytest.MonkeyPatch) -> None:
    before = printed()
    monkeypatch.setitem(permissions._TABLE, "people.sell", frozenset({"SIGNATORY"}))
    assert "| `people.sell` |  |  |  |  |  | yes |  |" in printed().splitlines()
    assert printed() != before


def test_every_permission_that_a_page_asks_for_is_granted() -> None:
    asked = {
        permission.value
        for entry in patterns(get_resolver().url_patterns)
        for layer in unwrapped(entry.callback)
        for permission in getattr(layer, "permissions", ())
    }
    assert asked
    assert asked - permissions.table().keys() == set()
