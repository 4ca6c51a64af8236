"""Files of essential data, read through the real action."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from clauses.decp.actions import readings
from clauses.decp.models import FileReading
from inclusiv.core.actors import Actor
from tests.clauses.decp.samples import file_of
from tests.conftest import Cast

FOLDER: Path = settings.BASE_DIR.parent / "shared" / "data" / "decp"

Read = Callable[..., FileReading]


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
