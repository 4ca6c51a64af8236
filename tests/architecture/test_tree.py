"""The tree stays readable: sizes, templates in use, scheduled tasks that exist, migrations in step."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from inclusiv.celery import app

ROOT = Path(settings.BASE_DIR)
OURS = ("inclusiv", "clauses", "beneficiaries", "reporting")
MAX_LINES = 400


def sources() -> list[Path]:
    return [path for top in OURS for path in (ROOT / top).rglob("*.py") if "migrations" not in path.parts]


def too_long(lines_by_name: dict[str, int]) -> dict[str, int]:
    return {name: lines for name, lines in lines_by_name.items() if lines > MAX_LINES}


def test_modules_stay_under_four_hundred_lines() -> None:
    assert too_long({str(path): len(path.read_text().splitlines()) for path in sources()}) == {}


def test_guard_sees_a_long_module() -> None:
    assert too_long({"a.py": 401, "b.py": 400}) == {"a.py": 401}


def unused(names: set[str], texts: list[str]) -> set[str]:
    """Return the templates that no text names; a document names its own from their folder."""
    mentioned = "\n".join(texts)
    return {name for name in names if name.removeprefix("documents/") not in mentioned}


FOUND_BY_CONVENTION = (
    "account/",
    "mfa/",
    "errors/",
    "django/forms/",
    "components/",
    "400",
    "403",
    "404",
    "500",
)
"""Looked up by a library or by a component's name."""


def test_every_template_is_used() -> None:
    folder = ROOT / "templates"
    names = {str(path.relative_to(folder)) for path in folder.rglob("*.html")}
    named = {name for name in names if not name.startswith(FOUND_BY_CONVENTION)}
    texts = [path.read_text() for path in [*sources(), *folder.rglob("*.html")]]
    assert unused(named, texts) == set()


def test_guard_sees_an_unused_template() -> None:
    assert unused({"a/b.html", "a/c.html"}, ['render("a/b.html")']) == {"a/c.html"}


def test_every_scheduled_task_exists() -> None:
    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert scheduled - set(app.tasks) == set()


@pytest.mark.django_db
def test_migrations_match_the_models() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_templates_hold_no_inline_style_nor_script() -> None:
    inline = re.compile(r"""\sstyle=["']|\son[a-z]+=["']|<script(?![^>]*\ssrc=)|\shx-on""")
    assert inline.search('<p style="x">')
    assert inline.search("<script>x</script>")
    guilty = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.html")
        # A PDF has its own styles, and readers of mail know nothing but inline ones.
        if not {"documents", "emails"} & set(path.parts) and inline.search(path.read_text())
    ]
    assert guilty == []
