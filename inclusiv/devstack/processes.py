"""Child processes that end with us: started in their own group, stopped by signal, never left behind."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO, NoReturn

from inclusiv.devstack.trouble import Trouble

PR_SET_PDEATHSIG = 1
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
Handler = Callable[[int, FrameType | None], object] | signal.Handlers


class Stopped(BaseException):
    """Somebody asked us to stop; like KeyboardInterrupt, for the three signals that mean it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def _raise_stopped(number: int, _frame: FrameType | None) -> NoReturn:
    raise Stopped(number)


@contextmanager
def stop_signals_raise() -> Iterator[None]:
    """Turn SIGINT, SIGTERM and SIGHUP into `Stopped`, so that every `finally` runs; nohup is respected."""
    wanted = [number for number in STOP_SIGNALS if number != signal.SIGHUP or _is_heard(number)]
    with _handled_by(_raise_stopped, wanted):
        yield


@contextmanager
def stop_signals_wait() -> Iterator[None]:
    """Ignore the stop signals, and the alarm that looks for one, while what was started is being stopped."""
    with _handled_by(signal.SIG_IGN, (*STOP_SIGNALS, signal.SIGALRM)):
        yield


def _is_heard(number: int) -> bool:
    return signal.getsignal(number) is not signal.SIG_IGN


@contextmanager
def _handled_by(handler: Handler, numbers: Iterable[int]) -> Iterator[None]:
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)


def hear_parent_die(number: int, *, parent: int) -> None:
    """Ask the kernel (Linux only) for the signal `number` when the process `parent`, ours, is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:
            os.kill(os.getpid(), number)


@dataclass(frozen=True)
class Account:
    """A user of the machine, other than root, that a child runs as."""

    uid: int
    gid: int


@dataclass
class Child:
    """A started process, the leader of its own group."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_signal: int
    patience: float
    """Seconds between the polite signal and the kill."""

    def is_running(self) -> bool:
        return self.process.poll() is None

    def ask_to_stop(self) -> None:
        """Send the polite signal to the process; it stops its own children."""
        if self.is_running():
            self.process.send_signal(self.stop_signal)

    def end(self, *, by: float) -> None:
        """Wait until `by`, on the monotonic clock, then kill what is left of the group."""
        try:
            self.process.wait(max(0, by - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._signal_group(signal.SIGKILL)
            self.process.wait()
        self._signal_group(signal.SIGKILL)

    def last_lines(self, count: int = 12) -> str:
        """Return the end of the log."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])

    def _signal_group(self, number: int) -> None:
        try:
            os.killpg(self.process.pid, number)
        except (ProcessLookupError, PermissionError):
            return


def start(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    environment: Mapping[str, str],
    folder: Path,
    account: Account | None = None,
    stop_signal: int = signal.SIGTERM,
    orphan_signal: int | None = None,
    patience: float = 4,
) -> Child:
    """Start a process whose output goes to the end of `log`; call it from the main thread.

    `orphan_signal` is what the kernel sends it if we are killed, `stop_signal` by default.
    """
    with _log(log) as output:
        process = subprocess.Popen(  # noqa: S603 - the commands are ours
            [str(word) for word in command],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            preexec_fn=_ends_with_us(orphan_signal or stop_signal),  # noqa: PLW1509 - no thread is running
        )
    return Child(name, process, log, stop_signal, patience)


def stop_together(children: Sequence[Child]) -> None:
    """Ask all the children at once, then wait for each."""
    with stop_signals_wait():
        for child in children:
            child.ask_to_stop()
        end = time.monotonic() + max((child.patience for child in children), default=0)
        for child in children:
            child.end(by=end)


def run_in_foreground(command: Sequence[str], *, environment: Mapping[str, str], folder: Path) -> int:
    """Run a command on our terminal and return its exit code; if we are stopped, so is it."""
    process = subprocess.Popen(  # noqa: S603 - the developer's own command
        command,
        cwd=folder,
        env=dict(environment),
        preexec_fn=_ends_with_us(signal.SIGTERM),  # noqa: PLW1509 - no thread is running
    )
    try:
        return process.wait()
    except Stopped:
        with stop_signals_wait():
            process.terminate()
            return process.wait()


def _ends_with_us(number: int) -> Callable[[], None]:
    """Return what a child runs before its program; not earlier: a change of user id makes the kernel forget."""
    us = os.getpid()
    return lambda: hear_parent_die(number, parent=us)


def stop_leftover(pid: int, folder: Path, number: int, *, patience: float = 10) -> None:
    """Stop the process `pid` if it works in `folder`, which is ours: it survived the end of another start.

    Raises Trouble when it does not end.
    """
    if not _works_in(pid, folder):
        return
    os.kill(pid, number)
    end = time.monotonic() + patience
    while _works_in(pid, folder):
        if time.monotonic() > end:
            raise Trouble(
                f"Un processus d’un démarrage précédent ne s’arrête pas : tuez-le avec « kill -9 {pid} »."
            )
        time.sleep(0.05)


def _works_in(pid: int, folder: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == folder.resolve()
    except OSError:
        return False


def _log(path: Path) -> IO[bytes]:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("ab")
