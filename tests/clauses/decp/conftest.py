"""Files of essential data, read through the real action."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from clauses.decp.actions import readings
from clauses.decp.models import FileReading
from inclusiv.core.actors import Actor
from tests.clauses.decp.samples import file_of
from tests.conftest import Cast

FOLDER: Path = settings.BASE_DIR.parent / "shared" / "data" / "decp"

Read = Callable[..., FileReading]
Concurrently = Callable[[Callable[[], object]], list[object]]


@pytest.fixture
def read_bytes(cast: Cast, at: datetime) -> Read:
    """Read the bytes of a file as a facilitator, unless another actor is given."""

    def read(content: bytes, *, by: Actor = cast.facilitator, name: str = "decp.json") -> FileReading:
        return readings.read(file=BytesIO(content), name=name, by=by, at=at)

    return read


@pytest.fixture
def read_contracts(read_bytes: Read) -> Read:
    """Read contracts given as dictionaries."""

    def read(*contracts: dict[str, Any] | object, **how: Any) -> FileReading:
        return read_bytes(file_of(*contracts), **how)

    return read


@pytest.fixture
def concurrently() -> Concurrently:
    """Do the same thing in two threads, each on its own connection; return what was raised or returned."""

    def both(act: Callable[[], object]) -> list[object]:
        start, ends = Barrier(2), []

        def one() -> None:
            start.wait()
            try:
                ends.append(act())
            except Exception as error:  # told to the test, which expects none
                ends.append(error)
            finally:
                connection.close()

        threads = [Thread(target=one) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return ends

    return both
