"""How long something takes, in seconds: on the wall, or without what the database does."""

import time
from collections.abc import Callable
from typing import Any

from django.db import connection

Clock = Callable[[Callable[[], object]], float]
"""Runs something once and returns the seconds that it took."""


def elapsed(run: Callable[[], object]) -> float:
    """Return the seconds on the wall."""
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def outside_sql(run: Callable[[], object]) -> float:
    """Return the seconds on the wall, less those spent waiting for the database to answer.

    Writing the statement and making objects of its rows are Python's, and stay.
    """
    waited = 0.0

    def wait(execute: Callable[..., Any], *arguments: Any) -> Any:
        nonlocal waited
        began = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            waited += time.perf_counter() - began

    with connection.execute_wrapper(wait):
        spent = elapsed(run)
    return spent - waited
