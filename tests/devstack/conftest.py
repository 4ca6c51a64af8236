"""How the tests of the two commands start them: as a person would, in their own process."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from inclusiv.devstack.place import PROJECT

SECONDS = 60
"""More than any stop takes on a slow machine."""

PATIENCE = 240
"""More than any start takes on a slow machine."""


def environment(**changes: str) -> dict[str, str]:
    """Return our environment without the servers and the settings of this very run."""
    ours = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return kept | {"PYTHONPATH": str(PROJECT), "DEMO": "0"} | changes


def descendants(pid: int) -> set[int]:
    """Return the processes that `pid` started, and those that they started (Linux)."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            after_name = (entry / "stat").read_text().rpartition(")")[2].split()
            parents[int(entry.name)] = int(after_name[1])
    found, reached = set(), {pid}
    while reached:
        found |= reached
        reached = {child for child, parent in parents.items() if parent in reached} - found
    return found - {pid}


def alive(pids: set[int]) -> set[int]:
    """Return those that still run."""
    return {pid for pid in pids if _state(pid) not in {"", "Z"}}


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def wait_until_gone(pids: set[int], seconds: float = 10) -> set[int]:
    """Return those that still run after that time."""
    end = time.monotonic() + seconds
    while alive(pids) and time.monotonic() < end:
        time.sleep(0.05)
    return alive(pids)


@dataclass
class Started:
    """A `python -m inclusiv.devstack …` that runs in the background."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    def read_until(self, text: str) -> str:
        """Read its output until a line holds the text, and return that line; a command that says nothing is killed."""
        assert self.process.stdout is not None
        patience = threading.Timer(PATIENCE, self.process.kill)
        patience.start()
        try:
            for line in self.process.stdout:
                self.lines.append(line)
                if text in line:
                    return line
        finally:
            patience.cancel()
        raise AssertionError(f"{text!r} was not said in: {''.join(self.lines)}")

    def end(self, number: int) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(number)
        try:
            return self.process.wait(SECONDS)
        finally:
            self.process.kill()
            if self.process.stdout:
                self.process.stdout.close()


def start(*words: str, env: Mapping[str, str], folder: Path = PROJECT) -> Started:
    """Start a command of the project in the background."""
    return start_words(sys.executable, "-m", "inclusiv.devstack", *words, env=env, folder=folder)


def start_words(*words: str, env: Mapping[str, str], folder: Path = PROJECT) -> Started:
    """Start any command in the background."""
    process = subprocess.Popen(
        words, cwd=folder, env=dict(env), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, preexec_fn=hear_interruptions,
    )  # fmt: skip
    return Started(process)


def hear_interruptions() -> None:
    """Give a command the usual signals: a shell in the background ignores Ctrl-C, `nohup` the end of the terminal."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def finish(*words: str, env: Mapping[str, str]) -> tuple[int, str]:
    """Run a command of the project to its end and return its exit code and what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "inclusiv.devstack", *words],
        cwd=PROJECT, env=dict(env), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, check=False, timeout=SECONDS,
    )  # fmt: skip
    return done.returncode, done.stdout


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """Yield a folder that every user of the machine can go through, unlike those of pytest."""
    folder = Path(tempfile.mkdtemp(prefix="inclusiv-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Yield such a folder for one test."""
    with temporary_folder() as folder:
        yield folder


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Fail, after cleaning, when a test leaves a process of its own."""
    before = descendants(os.getpid())
    yield
    left = wait_until_gone(descendants(os.getpid()) - before, seconds=1)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert left == set()
