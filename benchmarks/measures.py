"""What a measure is, how it is taken, and its verdict.

Only ratios leave here: our code against what is known to be lean, on the same rows, in the same run. Seconds belong to a
machine, a ratio much less so.
"""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from benchmarks.clocks import Clock, elapsed
from benchmarks.ground import Ground

Result = TypeVar("Result")
DEPTHS = 12
"""Frames over which the runs are spread."""
ROUNDS = 5
"""Times at least that each side runs; the best one counts, since whatever disturbs a run only makes it longer."""

SECONDS = 3.0
"""Short measures run more rounds, until so many seconds are spent."""


@dataclass(frozen=True, kw_only=True)
class Sides(Generic[Result]):
    """The two runs of a measure; `told` returns of a result what must be the same on both sides."""

    subject: Callable[[], Result]
    reference: Callable[[], Result]
    told: Callable[[Result], object] = lambda result: result


@dataclass(frozen=True, kw_only=True)
class Measure:
    """Something of ours against a reference, in words for the line that is printed.

    `sides` prepares both runs on a ground that is filled; the ratio is over its limit from the first hundredth on.
    """

    name: str
    limit: float
    subject: str
    reference: str
    sides: Callable[[Ground], Sides[Any]]
    clock: Clock = elapsed


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a measure found: how many times the reference our code takes."""

    measure: Measure
    ratio: float

    @property
    def is_over(self) -> bool:
        """Whether the ratio, as printed, is above the limit."""
        return round(self.ratio, 2) > self.measure.limit

    @property
    def line(self) -> str:
        """« ledger-verify 0.31 0.50 ok (… by …) »."""
        one = self.measure
        word = "over" if self.is_over else "ok"
        return f"{one.name} {self.ratio:.2f} {one.limit:.2f} {word} ({one.subject} by {one.reference})"


class DifferentThings(Exception):
    """The two sides do not give the same: their ratio would mean nothing. The message shows where they part."""


def take(measure: Measure, ground: Ground, *, rounds: int = ROUNDS, seconds: float = SECONDS) -> Verdict:
    """Run both sides in turn, at least `rounds` times, and compare the best of each.

    Raises DifferentThings. The first run of each side warms the caches and is compared, not timed.
    """
    sides = measure.sides(ground)
    check_same(sides.told(sides.subject()), sides.told(sides.reference()))
    subject, reference = best_of(
        sides.subject, sides.reference, clock=measure.clock, rounds=rounds, seconds=seconds
    )
    return Verdict(measure=measure, ratio=subject / reference)


def best_of(*runs: Callable[[], object], clock: Clock, rounds: int, seconds: float) -> list[float]:
    """Return the best time of each run, in seconds.

    The runs are interleaved, so that a slow moment of the machine touches all of them.
    """
    best = [float("inf")] * len(runs)
    ends = time.monotonic() + seconds
    done = 0
    with collector_aside():
        while done < rounds or time.monotonic() < ends:
            gc.collect()
            depth = done % DEPTHS
            best = [
                min(known, clock(partial(deeper, run, depth))) for known, run in zip(best, runs, strict=True)
            ]
            done += 1
    return best


def deeper(run: Callable[[], object], depth: int) -> object:
    """Run something so many frames below: where the interpreter's stack passes from one chunk to the next is chance.

    A loop that crosses that border pays for a chunk at each call, a third more for a page (seen with Python 3.11).
    """
    return run() if depth == 0 else deeper(run, depth - 1)


@contextmanager
def collector_aside() -> Iterator[None]:
    """Keep the collector of garbage out: it would stop whichever run happens to fill its threshold.

    What exists already is frozen, so that collecting between two rounds looks only at what the rounds left.
    """
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def check_same(ours: object, theirs: object) -> None:
    """Raise DifferentThings unless both sides told the same."""
    if ours != theirs:
        raise DifferentThings(difference(repr(ours), repr(theirs)))


def difference(ours: str, theirs: str, *, around: int = 40) -> str:
    """Return the place where two texts part, with some letters around it."""
    pairs = enumerate(zip(ours, theirs, strict=False))
    at = next((place for place, (one, other) in pairs if one != other), min(len(ours), len(theirs)))
    shown = slice(max(0, at - around), at + around)
    return f"« {ours[shown]} », « {theirs[shown]} »"
