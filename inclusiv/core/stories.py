"""What the story says: each app declares the sentence of its events, this module puts the data in."""

from collections.abc import Mapping

_SENTENCES: dict[str, str] = {}


def declare(sentences: Mapping[str, str]) -> None:
    """Add an app's sentences, event code → French sentence with `{fields}` of the event's data."""
    _SENTENCES.update(sentences)


def tell(code: str, data: Mapping[str, str]) -> str:
    """Return the sentence of an event. Raises KeyError for a code or a field that nobody declared."""
    return _SENTENCES[code].format(**data)
