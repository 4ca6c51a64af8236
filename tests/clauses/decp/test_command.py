"""`manage.py import_decp` tells what it did, and fails when a file cannot be read."""

import gzip
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from clauses.decp.models import SpottedContract
from tests.clauses.decp.conftest import FOLDER
from tests.clauses.decp.samples import contract, file_of
from tests.clauses.decp.test_real_files import COUNTS

pytestmark = pytest.mark.django_db


def run(*paths: Path, verbosity: int = 1) -> tuple[str, str]:
    """Run the command; return what it prints and what it complains of."""
    out, complaints = StringIO(), StringIO()
    call_command("import_decp", *map(str, paths), verbosity=verbosity, stdout=out, stderr=complaints)
    return out.getvalue(), complaints.getvalue()


def put(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_the_counts_and_the_refusals_are_told(tmp_path: Path) -> None:
    path = put(tmp_path / "decp.json", file_of(contract(), contract(id="2"), contract(id=None)))
    out, complaints = run(path)
    head, refused = out.splitlines()
    assert head.startswith("decp.json, 3\u00a0enregistrements ; créé : 2 ; mis à jour : 0 ; inchangé : 0")
    assert refused.startswith("  n° 3 (ligne 1) : refusé. Identifiant du marché")
    assert complaints == ""
    assert "créé : 0 ; mis à jour : 0 ; inchangé : 2" in run(path)[0]


def test_every_line_is_told_when_asked(tmp_path: Path) -> None:
    path = put(
        tmp_path / "decp.json.gz", gzip.compress(file_of(contract(), contract(), contract(id="2", montant=1)))
    )
    out, _ = run(path, verbosity=2)
    lines = out.splitlines()
    assert lines[1].startswith(
        "  n° 1 (ligne 1), 2025M0042 : réuni à un autre. Réuni à l’enregistrement n° 2"
    )
    assert lines[2].startswith("  n° 2 (ligne 1), 2025M0042 : créé.")
    assert "montant fictif" in lines[3]
    assert lines[-1] == "  Montant : montant fictif, 1\u00a0enregistrement"


def test_an_unreadable_file_fails_and_the_others_are_read(tmp_path: Path) -> None:
    good = put(tmp_path / "good.json", file_of(contract()))
    bad = put(tmp_path / "bad.json", b"<html></html>")
    out, complaints = StringIO(), StringIO()
    paths = [str(tmp_path / "absent.json"), str(bad), str(good)]
    with pytest.raises(CommandError, match="2\u00a0fichiers sur 3") as caught:
        call_command("import_decp", *paths, stdout=out, stderr=complaints)
    assert caught.value.returncode == 1
    assert "absent.json : No such file" in complaints.getvalue()
    assert "bad.json : Ce n’est pas un fichier JSON" in complaints.getvalue()
    assert "good.json, 1\u00a0enregistrement ; créé : 1" in out.getvalue()
    assert SpottedContract.objects.count() == 1


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the real files (../shared/data/decp) are not here")
def test_every_real_file_goes_through_the_command() -> None:
    out, complaints = run(*(FOLDER / name for name in COUNTS))
    assert complaints == ""
    heads = [line for line in out.splitlines() if not line.startswith("  ")]
    assert len(heads) == len(COUNTS)
    assert SpottedContract.objects.filter(department="91").count() == 79
