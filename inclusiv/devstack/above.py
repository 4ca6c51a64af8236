"""GNU make above us: told to stop, or to hang up, it says nothing and waits for our end; so we look."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from inclusiv.devstack.processes import Stopped, hear_parent_die

LOOK_SECONDS = 0.5
SIGNALS = (signal.SIGINT, signal.SIGHUP)
"""Those that make keeps to itself; it hands SIGTERM on."""


@contextmanager
def stops_with_make() -> Iterator[None]:
    """Raise `Stopped` when the make that called us is stopped or killed; do nothing when there is none (Linux)."""
    parent = os.getppid()
    if "make" not in _read(parent, "comm"):
        yield
        return
    hear_parent_die(signal.SIGTERM, parent=parent)
    at_start = _caught(parent)

    def look(_number: int, _frame: FrameType | None) -> None:
        # make forgets its handler of a signal as soon as it has received it.
        for gone in at_start - _caught(parent):
            raise Stopped(gone)

    before = signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, LOOK_SECONDS, LOOK_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _caught(pid: int) -> set[int]:
    """Return those of our signals for which this process has a handler."""
    fields = dict(line.split(":", 1) for line in _read(pid, "status").splitlines())
    mask = int(fields.get("SigCgt", "0"), 16)
    return {number for number in SIGNALS if mask >> (number - 1) & 1}


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
