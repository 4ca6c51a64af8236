"""What a log keeps of an address: neither the token of a link, which opens a screen, nor the words of a search."""

import logging
import re

VEIL = "…"
_SECRETS = re.compile(r"(/lien/|/mot-de-passe/nouveau/(?!enregistre/)|[?&]q=)[^/?&#\s\"']+")
"""Tokens of links by e-mail, keys of forgotten passwords, names that are searched."""


def veiled(text: str) -> str:
    """Return a line without what would let its reader in, or tell whom somebody looked for."""
    return _SECRETS.sub(rf"\1{VEIL}", text)


class Veil(logging.Filter):
    """Veils each line of a handler, whoever wrote it: Django, gunicorn with its access log, our own code."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Write the line at once, veiled; every line passes."""
        record.msg, record.args = veiled(record.getMessage()), None
        return True
