"""Load the parameters that the platform ships."""

import csv
from datetime import date
from pathlib import Path

from django.db import transaction

from inclusiv.parameters.models import Parameter

ANNEX_A = Path(__file__).parent / "data" / "annex_a.csv"


@transaction.atomic
def load_annex_a() -> int:
    """Insert the shipped values that are missing; a value changed on the spot is never overwritten."""
    with ANNEX_A.open(encoding="utf-8", newline="") as text:
        shipped = [shipped_parameter(row) for row in csv.DictReader(text)]
    known = set(Parameter.objects.filter(territory=None, buyer=None).values_list("code", "starts_on"))
    missing = [parameter for parameter in shipped if (parameter.code, parameter.starts_on) not in known]
    return len(Parameter.objects.bulk_create(missing))


def shipped_parameter(row: dict[str, str]) -> Parameter:
    """Return the unsaved parameter of one line of the file."""
    return Parameter(
        code=row["code"],
        value=row["value"],
        kind=row["kind"],
        unit=row["unit"],
        starts_on=date.fromisoformat(row["starts_on"]),
        ends_on=date.fromisoformat(row["ends_on"]) if row["ends_on"] else None,
        source=row["source"],
    )
