"""What the story says: each app declares the sentence of its events, this module puts the data in."""

import re
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from inclusiv.core.actors import Role
from inclusiv.core.french import date_short

_SENTENCES: dict[str, str] = {}
_READERS: dict[str, frozenset[Role]] = {}


def declare(
    sentences: Mapping[str, str], *, readers: Mapping[str, frozenset[Role]] = MappingProxyType({})
) -> None:
    """Add an app's sentences, event code → French sentence with `{fields}` of the event's data.

    `readers` are the roles to which an event is told; without any, it is told to whoever reads one of its subjects.
    """
    _SENTENCES.update(sentences)
    _READERS.update(readers)


def kept_from(role: Role) -> frozenset[str]:
    """Return the events that are not told to a role."""
    return frozenset(code for code, readers in _READERS.items() if role not in readers)


def tell(code: str, data: Mapping[str, str]) -> str:
    """Return the sentence of an event, its days in French. Raises KeyError for what nobody declared."""
    return _SENTENCES[code].format(**{name: said(value) for name, value in data.items()})


def said(value: str) -> str:
    """Return a stored day (« 2025-11-28 ») as it is read, « 28/11/2025 »; anything else as it is, a day that is none too."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return value
    try:
        return date_short(date.fromisoformat(value))
    except ValueError:
        return value


def table() -> Mapping[str, str]:
    """Return every event, code → sentence."""
    return dict(_SENTENCES)
