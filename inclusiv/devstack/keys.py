"""The secrets of `make run`: made once, kept in a file that only its owner reads."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from inclusiv.devstack.trouble import Trouble

MADE_BY: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(50),
    "FIELD_KEYS": lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    "DATABASE_PASSWORD": lambda: secrets.token_urlsafe(24),
    "REDIS_PASSWORD": lambda: secrets.token_urlsafe(24),
}


def keep(file: Path, *, data_exists: bool) -> dict[str, str]:
    """Return the secrets of `file`, one NAME=value a line; the missing ones are made and added.

    Raises Trouble when the file is gone but data written with its keys is still there: nothing could read it.
    """
    if data_exists and not file.exists():
        raise Trouble(
            f"{file} manque alors que des données existent : remettez ce fichier, "
            f"ou repartez de zéro en supprimant le dossier {file.parent}."
        )
    found = _read(file)
    missing = {name: make() for name, make in MADE_BY.items() if name not in found}
    if missing:
        _write(file, found | missing)
    return found | missing


def _read(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    lines = (line.partition("=") for line in file.read_text(encoding="utf-8").splitlines())
    return {name: value for name, separator, value in lines if separator}


def _write(file: Path, values: dict[str, str]) -> None:
    """Write beside, then move: a full disk cannot leave half a file."""
    draft = file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    with draft.open("w", encoding="utf-8") as output:
        output.writelines(f"{name}={value}\n" for name, value in values.items())
        output.flush()
        os.fsync(output.fileno())
    draft.replace(file)
