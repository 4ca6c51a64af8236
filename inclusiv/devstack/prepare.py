"""What a start does between the database and the pages, in one process: migrate, load, collect.

Run with the environment of the application; says each step on its output, the commands speak on the error output.
"""

import hashlib
import io
import sys
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands

from inclusiv.core import health

STEPS: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    ("Mise à jour de la base", "migrate", {"interactive": False}),
    ("Référentiels", "load_reference", {}),
    ("Démonstration", "demo", {"if_empty": True}),
)


def main(personas_file: Path) -> None:
    """Take each step in order and write the personas of the demo in a file; any failure ends the process."""
    django.setup()
    known = get_commands()
    for title, command, options in STEPS:
        if command in known and (settings.DEMO or command != "demo"):
            _step(title, command, options)
    _collect_static_files(personas_file.with_name("static.sha256"))
    health.forget_heartbeat()
    personas_file.write_text(_personas() if settings.DEMO else "", encoding="utf-8")


def _personas() -> str:
    """Return how to sign in to the demo."""
    said = io.StringIO()
    if "personas" in get_commands():
        call_command("personas", stdout=said)
    return f"{said.getvalue()}La page de connexion propose un bouton par personnage de la démonstration.\n"


def _step(title: str, command: str, options: Mapping[str, Any]) -> None:
    print(f"{title}…", flush=True)  # noqa: T201 - read by the supervisor
    with redirect_stdout(sys.stderr):
        call_command(command, **options)


def _collect_static_files(stamp: Path) -> None:
    """Collect and compress them only when one has changed: it takes seconds."""
    found = _static_fingerprint()
    if not stamp.exists() or stamp.read_text() != found or not Path(settings.STATIC_ROOT).is_dir():
        _step("Fichiers des pages", "collectstatic", {"interactive": False})
        stamp.write_text(found)


def _static_fingerprint() -> str:
    digest = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            digest.update(f"{name} {storage.size(name)} {storage.get_modified_time(name)}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
