"""Names compared as people write them: first and last swapped, with a hyphen or without."""

import re


def words(folded: str) -> list[str]:
    """Return the words of a whole name already folded, in an order that does not tell which of them came first."""
    return sorted(re.findall(r"\w+", folded))
