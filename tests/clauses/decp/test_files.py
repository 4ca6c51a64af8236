"""A file is read whatever its wrapping and encoding, or refused in words that say what to do."""

import gzip
import io
import json
import tracemalloc
import zipfile
from collections.abc import Iterator

import pytest

from clauses.decp.choices import FileFault, Remark
from clauses.decp.rules import reader
from clauses.decp.rules.decoding import Unreadable
from clauses.decp.rules.stream import MAX_RECORD, Elements
from tests.clauses.decp.samples import CONTRACT, TODAY, contract, file_of, read

ACCENTED = json.dumps(
    {"marches": [contract(objet="Rénovation énergétique – cœur d’îlot")]}, ensure_ascii=False
)


def refused(content: bytes, **limits: int) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        reader.read(io.BytesIO(content), today=TODAY, **limits)
    return caught.value


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"marches": [CONTRACT]}, "marches[0]"),
        ({"marches": {"marche": [CONTRACT]}}, "marches.marche[0]"),
        ({"marches": {"marche": CONTRACT}}, "marches.marche"),
        ({"marches": {"marche": None, "contrat-concession": [CONTRACT]}}, "marches.contrat-concession[0]"),
        ([CONTRACT], "[0]"),
        ({"$schema": "…", "marches": [CONTRACT], "licence": {"nom": "LO"}}, "marches[0]"),
    ],
)
def test_every_known_wrapping_is_opened(document: object, path: str) -> None:
    reading = read(json.dumps(document, indent=1).encode())
    positions = [record.position for record in reading.records] + [one.position for one in reading.refusals]
    assert [(position.rank, position.path) for position in positions] == [(1, path)]


def test_every_list_of_a_file_is_read() -> None:
    other = contract(id="2025M0043")
    text = json.dumps({"marches": {"marche": [CONTRACT], "marches": [other]}})
    assert [record.id for record in read(text.encode()).records] == ["2025M0042", "2025M0043"]


@pytest.mark.parametrize(
    "content",
    [
        ACCENTED.encode(),
        b"\xef\xbb\xbf" + ACCENTED.encode(),
        ACCENTED.encode("utf-16"),
        ACCENTED.encode("utf-32"),
        ACCENTED.encode("cp1252"),
        gzip.compress(ACCENTED.encode(), mtime=0),
        gzip.compress(ACCENTED.encode("cp1252"), mtime=0) + b"\0\0",
        gzip.compress(ACCENTED[:40].encode(), mtime=0) + gzip.compress(ACCENTED[40:].encode()),
        json.dumps({"marches": [contract(objet="Rénovation énergétique – cœur d’îlot")]}).encode(),
    ],
    ids=["utf-8", "mark", "utf-16", "utf-32", "cp1252", "gzip", "padded gzip", "two gzips", "escapes"],
)
def test_accents_survive_every_encoding(content: bytes) -> None:
    [record] = read(content).records
    assert record.object == "Rénovation énergétique – cœur d’îlot"


def test_a_file_that_is_not_in_utf8_says_so() -> None:
    reading = read(ACCENTED.encode("cp1252"))
    assert [remark.code for remark in reading.remarks] == [Remark.ENCODING]
    assert reader.summarise(reading).warnings[Remark.ENCODING, ""] == 1
    assert read(ACCENTED.encode()).remarks == ()


def test_a_file_of_two_encodings_is_read_right_to_the_end() -> None:
    old, new = contract(id="1", objet="Hôpital"), contract(id="2", objet="École")
    parts = [json.dumps(one, ensure_ascii=False) for one in (old, new)]
    content = b"[" + parts[0].encode("latin-1") + b"," + parts[1].encode() + b"]"
    assert [record.object for record in read(content).records] == ["Hôpital", "École"]


def test_bytes_that_no_encoding_explains_do_not_stop_the_reading() -> None:
    content = json.dumps([contract(objet="Lot X")]).encode().replace(b"X", b"\x81\xff")
    [record] = read(content).records
    assert record.object == "Lot ÿ"


def test_the_fallback_of_reading_does_not_serve_to_write() -> None:
    with pytest.raises(UnicodeEncodeError):
        "Évry".encode("ascii", "decp-windows-1252")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", FileFault.EMPTY),
        (b" \n\t ", FileFault.EMPTY),
        (b"\xef\xbb\xbf", FileFault.EMPTY),
        (gzip.compress(b"", mtime=0), FileFault.EMPTY),
        (b"bonjour", FileFault.NOT_JSON),
        (b"id;acheteur;montant\n1;2;3", FileFault.NOT_JSON),
        (b'"id","acheteur"\n', FileFault.NOT_JSON),
        (b"%PDF-1.7 \x00\xff", FileFault.NOT_JSON),
        (b'{"marches": [{id: 1}]}', FileFault.NOT_JSON),
        (b'{"marches": [{"id": 1} {"id": 2}]}', FileFault.NOT_JSON),
        (b'{"marches": [], }', FileFault.NOT_JSON),
        (b'{"marches": []} {"marches": []}', FileFault.NOT_JSON),
        (b"<!DOCTYPE html><html><body>Erreur 502", FileFault.NOT_JSON),
        (b'<?xml version="1.0" encoding="UTF-8"?><marches/>', FileFault.XML),
        (b"{}", FileFault.NO_CONTRACTS),
        (b'{"type": "FeatureCollection", "features": []}', FileFault.NO_CONTRACTS),
        (b'{"marches": null}', FileFault.NO_CONTRACTS),
        (b'{"marches": "aucun"}', FileFault.NO_CONTRACTS),
        (b"12.5", FileFault.NO_CONTRACTS),
        (b"NaN", FileFault.NO_CONTRACTS),
        (b'"marches"', FileFault.NO_CONTRACTS),
        (b"[" * 100_000, FileFault.TOO_DEEP),
        (b'{"marches": [' + b'{"a":' * 100_000, FileFault.TOO_DEEP),
        (b'{"autre": ' + b"[" * 100_000, FileFault.TOO_DEEP),
        (gzip.compress(b"[]", mtime=0)[:5], FileFault.DAMAGED),
        (b"\x1f\x8bzzzzzzzzzzzz", FileFault.DAMAGED),
        (gzip.compress(b"[]" * 50, mtime=0)[:-8] + b"\0" * 8, FileFault.DAMAGED),
    ],
)
def test_a_file_that_is_no_list_of_contracts_is_refused_for_what_it_is(
    content: bytes, fault: FileFault
) -> None:
    assert refused(content).code == fault


def test_a_workbook_or_an_archive_is_refused_as_such() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("decp.json", file_of(CONTRACT))
    assert refused(content.getvalue()).code == FileFault.ARCHIVE


def test_a_file_cut_anywhere_is_truncated_at_its_last_character() -> None:
    whole = json.dumps(
        {"marches": [contract(marcheInnovant=True, tauxAvance=-1.5e-3, objet='"é\u2028')]}, indent=1
    )
    for length in range(1, len(whole) - 1):
        fault = refused(whole[:length].encode())
        assert fault.code == FileFault.TRUNCATED, whole[:length][-20:]
        assert fault.line == whole[:length].rstrip().count("\n") + 1 or not whole[length - 1].strip()
    assert read(whole.encode()).records


def test_a_truncated_file_says_where_it_stops() -> None:
    fault = refused(b'{"marches": [\n  {"id": "1",\n   "objet": "Constru')
    assert (fault.line, fault.column) == (3, 21)
    assert fault.message == (
        "Ce fichier est tronqué\u202f: il s’arrête à la ligne 3, caractère 21, avant la fin (un enregistrement est "
        "incomplet). Téléchargez-le de nouveau."
    )


def test_a_compressed_file_cut_in_the_middle_is_truncated() -> None:
    contracts = [contract(id=f"M{number}", objet=f"Objet {number * 7919 % 1009}") for number in range(500)]
    assert refused(gzip.compress(file_of(*contracts), mtime=0)[:-2000]).code == FileFault.TRUNCATED


def test_a_wrong_character_is_named_by_its_place_even_far_in_the_file() -> None:
    contracts = ",\n".join(json.dumps(contract(id=f"M{number}")) for number in range(2000))
    fault = refused(f'{{"marches": [\n{contracts},\n{{"id" "x"}}]}}'.encode())
    assert (fault.code, fault.line, fault.column) == (FileFault.NOT_JSON, 2002, 7)


def test_a_compressed_bomb_stops_at_the_limit() -> None:
    bomb = gzip.compress(b'{"a": "' + b" " * (64 << 20), compresslevel=1, mtime=0)
    tracemalloc.start()
    fault = refused(bomb, max_bytes=2 << 20)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert fault.code == FileFault.TOO_LARGE
    assert "2\u00a0Mo" in fault.message or "2 Mo" in fault.message
    assert peak < 16 << 20


def test_a_record_of_many_millions_of_characters_is_no_contract() -> None:
    assert refused(file_of(contract(objet="x" * 3 * MAX_RECORD))).code == FileFault.RECORD_TOO_LARGE


class Endless(io.RawIOBase):
    """A file of `count` contracts that never lies whole in memory."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self._pieces = self._contracts(count)
        self._rest = b""

    def _contracts(self, count: int) -> Iterator[bytes]:
        yield b'{"marches": ['
        for number in range(count):
            yield (b"," if number else b"") + json.dumps(
                contract(id=f"M{number}", note="x" * 30_000)
            ).encode()
        yield b"]}"

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # the stubs' buffer has no length
        while len(self._rest) < len(buffer) and (piece := next(self._pieces, b"")):
            self._rest += piece
        taken, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)


def test_a_large_file_is_read_in_a_small_memory() -> None:
    tracemalloc.start()
    count = sum(1 for _ in Elements(io.BufferedReader(Endless(800))))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 800
    assert peak < 3 << 20, "24 MB of text must not be held"


def test_numbers_beyond_any_machine_are_told_and_not_kept() -> None:
    text = json.dumps(contract(montant="@")).replace('"@"', "9" * 6000)
    [record] = read(f"[{text}]".encode()).records
    assert record.amount is None
    text = json.dumps(contract(montant="@")).replace('"@"', "1e99999999999999999999")
    [record] = read(f"[{text}]".encode()).records
    assert record.amount is None
    assert Remark.UNREADABLE in {notice.code for notice in record.notices}


def test_what_json_forbids_and_files_contain_is_read() -> None:
    text = (
        json.dumps(contract(montant="@", objet="Ligne#ligne", x="@")).replace("#", "\n").replace('"@"', "NaN")
    )
    [record] = read(f"[{text}]".encode()).records
    assert (record.object, record.amount) == ("Ligne ligne", None)


def test_the_line_and_the_path_of_a_record_are_kept() -> None:
    text = json.dumps({"marches": {"marche": [contract(id=name) for name in "ABC"]}}, indent=2)
    lines = [record.position.line for record in read(text.encode()).records]
    assert lines == [number for number, line in enumerate(text.splitlines(), 1) if line == "      {"]
