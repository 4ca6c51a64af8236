"""Load reference lists from CSV files: set-based, and twice changes nothing."""

import csv
import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.db import models, transaction

from inclusiv.reference.models import Commune, CpvCode, Epci, NafCode, RomeCode

DATA = Path(__file__).parent / "data"


@transaction.atomic
def load_shipped_lists() -> dict[str, int]:
    """Load the communes and the short CPV and ROME lists that the platform ships. Returns rows per list."""
    communes = list(read(DATA / "communes_91.csv"))
    upsert(
        Epci,
        {
            row["epci_siren"]: Epci(siren=row["epci_siren"], name=row["epci_name"], kind=row["epci_kind"])
            for row in communes
        }.values(),
    )
    upsert(
        Commune,
        (
            Commune(
                insee=row["insee"],
                name=row["name"],
                siren=row["siren"] or None,
                department=row["department"],
                postal_codes=row["postal_codes"].split(),
                epci_id=row["epci_siren"],
                population=int(row["population"]),
                latitude=row["latitude"],
                longitude=row["longitude"],
            )
            for row in communes
        ),
    )
    cpv = [CpvCode(**row) for row in read(DATA / "cpv.csv")]
    CpvCode.objects.bulk_create(
        cpv, ignore_conflicts=True
    )  # an official label, once loaded, is not overwritten
    rome = [RomeCode(**row) for row in read(DATA / "rome.csv")]
    RomeCode.objects.bulk_create(rome, ignore_conflicts=True)
    return {"communes": len(communes), "cpv": len(cpv), "rome": len(rome)}


@transaction.atomic
def load_nomenclature(kind: str, path: Path) -> int:
    """Load an official CSV file (`cpv`, `rome` or `naf`), plain or gzipped. Returns the number of codes.

    Raises KeyError, naming the column, when the file is not the one expected.
    """
    rows = read(path)
    match kind:
        case "cpv":
            return upsert(
                CpvCode,
                (CpvCode(code=r["code8"], key=r["code"][-1:], label=r["libelle_fr"][:255]) for r in rows),
            )
        case "rome":
            return upsert(RomeCode, (RomeCode(code=r["code"], label=r["libelle"]) for r in rows))
        case "naf":
            leaves = (r for r in rows if len(r["id"]) == 6)
            return upsert(NafCode, (NafCode(code=r["id"].replace(".", ""), label=r["label"]) for r in leaves))
    raise KeyError(kind)


def read(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a UTF-8 CSV file, gzipped or not."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as text:
        yield from csv.DictReader(text)


def upsert(model: type[models.Model], rows: Iterable[models.Model]) -> int:
    """Insert the rows or, where the key exists, bring them up to date. Returns how many there were."""
    key = model._meta.pk
    written = [
        field.name for field in model._meta.concrete_fields if field is not key and not field.generated
    ]
    created = model._default_manager.bulk_create(
        list(rows), batch_size=2000, update_conflicts=True, unique_fields=[key.name], update_fields=written
    )
    return len(created)
