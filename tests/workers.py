"""Real Celery workers on the real broker, over the test database, that a test may start and kill."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from inclusiv.celery import app

PATIENCE = 40.0
"""Seconds that a test waits for what must come."""


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Wait for a condition; fails in words."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"Waited {PATIENCE:.0f} s in vain: {what}")
        time.sleep(0.05)


def database_url() -> str:
    """Return the address of the database that the tests use."""
    at = connection.settings_dict
    return f"postgresql://{quote(at['USER'])}:{quote(at['PASSWORD'])}@{at['HOST']}:{at['PORT']}/{at['NAME']}"


class Worker:
    """A worker process and its children, in a process group of their own."""

    def __init__(self, folder: Path, **environment: str) -> None:
        command = [sys.executable, "-m", "celery", "--app", "inclusiv.celery", "worker"]
        self.name = f"test{os.getpid()}-{time.monotonic_ns()}@localhost"
        options = ["--concurrency", "1", "--loglevel", "WARNING", "--hostname", self.name, "--without-mingle"]
        self.process = subprocess.Popen(
            [*command, *options],
            cwd=settings.BASE_DIR,
            env=os.environ
            | {
                "DJANGO_SETTINGS_MODULE": "inclusiv.settings.test",
                "DATABASE_URL": database_url(),
                "REDIS_URL": settings.REDIS_URL,
                "INCLUSIV_VAR": str(folder),
            }
            | environment,
            start_new_session=True,
        )
        wait_until(self.answers, "the worker answers")

    def answers(self) -> bool:
        """Say whether the worker is ready."""
        if self.process.poll() is not None:
            raise AssertionError(f"The worker stopped: {self.process.returncode}")
        return bool(app.control.ping(destination=[self.name], timeout=0.5))

    def kill(self) -> None:
        """Kill the worker and its children without a warning, as a machine that dies."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Ask the worker to stop."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(timeout=PATIENCE)


@contextmanager
def worker(folder: Path, **environment: str) -> Iterator[Worker]:
    """Run a worker for the time of a test, its files under `folder`; variables such as JOB_STALE_SECONDS may be set."""
    running = Worker(folder, **environment)
    try:
        yield running
    finally:
        running.stop()
