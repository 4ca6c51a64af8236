"""Read the pages about people."""

import re
from typing import Any


def text(response: Any) -> str:
    """Return a page with every blank, no-break ones included, as one space."""
    return re.sub(r"\s+", " ", response.content.decode())
