"""What a start does between the database and the pages, in one process: migrate, load, collect.

Run with the environment of the application; says each step on its output, the commands speak on the error output.
"""

import io
import sys
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command, get_commands

STEPS: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    ("Mise à jour de la base", "migrate", {"interactive": False}),
    ("Référentiels", "load_reference", {}),
    ("Démonstration", "demo", {"if_empty": True}),
    ("Fichiers des pages", "collectstatic", {"interactive": False}),
)


def main(personas_file: str) -> None:
    """Take each step in order and write the personas of the demo in a file; any failure ends the process."""
    django.setup()
    known = get_commands()
    for title, command, options in STEPS:
        if command in known and (settings.DEMO or command != "demo"):
            print(f"{title}…", flush=True)  # noqa: T201 - read by the supervisor
            with redirect_stdout(sys.stderr):
                call_command(command, **options)
    personas = io.StringIO()
    if settings.DEMO and "personas" in known:
        call_command("personas", stdout=personas)
    Path(personas_file).write_text(personas.getvalue(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
