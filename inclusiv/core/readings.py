"""What a reading is called: each app declares the sentence of those that it notes, this module tells it.

A sentence has the reader as its subject and the person's file as its object: « a ouvert la fiche ».
"""

from collections.abc import Mapping

_SENTENCES: dict[str, str] = {}


def declare(sentences: Mapping[str, str]) -> None:
    """Add an app's readings, code → French sentence without its subject."""
    _SENTENCES.update(sentences)


def tell(code: str) -> str:
    """Return what the reader did. Raises KeyError for what nobody declared."""
    return _SENTENCES[code]


def table() -> Mapping[str, str]:
    """Return every reading, code → sentence, in the order of the sentences."""
    return dict(sorted(_SENTENCES.items(), key=lambda item: item[1]))
