"""What a log keeps: one line for what was refused, the trace of what broke, and no secret of an address.

The token of a link opens a screen, the words of a search tell whom somebody looked for: both are veiled.
"""

import logging
import re

VEIL = "…"
_SECRETS = re.compile(
    r"(/lien/|/mot-de-passe/nouveau/(?!enregistre/)|(?:[?&]|%(?:25)*(?:3F|26))q(?:=|%(?:25)*3D))"
    r"(?:(?!%(?:25)*26)[^/?&#\s\"'])+"
)
"""Tokens of links by e-mail, keys of forgotten passwords, names that are searched; also in a page to come back to."""


def veiled(text: str) -> str:
    """Return a line without what would let its reader in, or tell whom somebody looked for."""
    return _SECRETS.sub(rf"\1{VEIL}", text)


class Veil(logging.Filter):
    """Veils each line of a handler, whoever wrote it: Django, gunicorn with its access log, our own code."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Write the line at once, veiled; every line passes."""
        record.msg, record.args = veiled(record.getMessage()), None
        return True


class WithoutTrace(logging.Filter):
    """Drop the trace of an answer that is not an error of ours: a 403 is a rule at work."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through, those under 500 without their trace."""
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = None
        return True
