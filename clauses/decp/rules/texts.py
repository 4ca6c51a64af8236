"""Texts as a database can hold them and a screen can show them."""

import html
import re

from inclusiv.core.texts import clean, without_nir

LOST = "\ufffd"
"""What stands for a character that was lost before the publication."""
MARKUP = re.compile(r"&#?\w{1,32};|<br\s*/?>", re.ASCII | re.IGNORECASE)
"""HTML codes and line breaks, the only markup met in real files."""

_SURROGATES = re.compile(r"[\ud800-\udfff]")


def line(raw: str) -> str:
    """Return one line without markup, its blanks reduced, that can be stored."""
    return shown(MARKUP.sub(_read, raw))


def shown(raw: str) -> str:
    """Return one line, its blanks reduced, of what is seen; a sure social security number is taken out of it."""
    seen = clean(_SURROGATES.sub(LOST, raw))
    return without_nir(" ".join(seen.split()))


def _read(markup: re.Match[str]) -> str:
    return html.unescape(markup[0]) if markup[0].startswith("&") else " "
