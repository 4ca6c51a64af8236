"""Documents drawn while somebody waits for a page: one after the other, so that those who want a page go on.

Drawing takes the interpreter for itself, a second or more; jobs draw elsewhere, in a worker of their own, and wait for nobody here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from inclusiv.core.refusals import Refused

ASKED_AT_ONCE = BoundedSemaphore(2)
"""Documents that one process of the server, which answers four pages at once, takes in: the one drawn and the next."""
DRAWN_AT_ONCE = BoundedSemaphore(1)
PATIENCE = 3
"""Seconds for which the next one waits for its turn."""


class TooManyDrawnError(Refused):
    """A document that is not drawn now: others are."""

    def __init__(self) -> None:
        super().__init__(
            "too_many_drawn",
            "Trop de documents sont demandés en même temps : rien n’est enregistré, recommencez dans une minute.",
        )


@contextmanager
def turn() -> Iterator[None]:
    """Hold the turn of one document. Raises TooManyDrawnError rather than keep waiting those who only want a page."""
    if not ASKED_AT_ONCE.acquire(blocking=False):
        raise TooManyDrawnError
    try:
        if not DRAWN_AT_ONCE.acquire(timeout=PATIENCE):
            raise TooManyDrawnError
        try:
            yield
        finally:
            DRAWN_AT_ONCE.release()
    finally:
        ASKED_AT_ONCE.release()
