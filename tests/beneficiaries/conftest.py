"""What the pages about people are tried with: Tuesday 14 October 2025, 10:00 in Paris."""

from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine

from inclusiv.core.periods import PARIS


@pytest.fixture
def today() -> Iterator[None]:
    """Stop the clock of the pages on the tests' day."""
    with time_machine.travel(datetime(2025, 10, 14, 10, tzinfo=PARIS), tick=False):
        yield
