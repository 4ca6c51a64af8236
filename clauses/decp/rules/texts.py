"""Texts as a database can hold them and a screen can show them."""

import html
import re
import unicodedata

LOST = "\ufffd"
"""What stands for a character that was lost before the publication."""
MARKUP = re.compile(r"&#?\w{1,32};|<br\s*/?>", re.ASCII | re.IGNORECASE)
"""HTML codes and line breaks, the only markup met in real files."""

_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")


def line(raw: str) -> str:
    """Return one line without markup, its blanks reduced, that can be stored."""
    return shown(MARKUP.sub(_read, raw))


def shown(raw: str) -> str:
    """Return one line, its blanks reduced, without what PostgreSQL or UTF-8 cannot hold."""
    storable = _UNSTORABLE.sub("", _SURROGATES.sub(LOST, raw))
    return " ".join(unicodedata.normalize("NFC", storable).split())


def _read(markup: re.Match[str]) -> str:
    return html.unescape(markup[0]) if markup[0].startswith("&") else " "
