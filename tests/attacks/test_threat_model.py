"""The threat model names tests that exist, and every file of attacks."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)


def named() -> set[str]:
    """Return the tests that the document names: « attacks/test_forms.py », or a folder « faults/ »."""
    rows = [
        line for line in (ROOT / "docs/threat-model.md").read_text().splitlines() if line.startswith("| ")
    ]
    last = [re.findall(r"`([\w/.]+)`", row.rsplit("|", 2)[1]) for row in rows]
    found = [word for words in last for word in words]
    return {f"architecture/{word}" if word.startswith("test_") else word for word in found}


def test_every_test_that_it_names_exists() -> None:
    assert len(named()) > 20
    assert [path for path in named() if not (ROOT / "tests" / path).exists()] == []


def test_every_family_of_attacks_is_named() -> None:
    here = {f"attacks/{path.name}" for path in Path(__file__).parent.glob("test_*.py")}
    assert here - named() == {"attacks/test_threat_model.py"}
