"""Published data: files that anybody may have written, read by the platform and shown by it.

Elsewhere: files that bomb, are cut, badly encoded (tests/clauses/decp/test_files.py), social security numbers
(tests/access/test_nir.py), cells of an export (test_exports.py, here).
"""

import copy
from contextlib import suppress
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from clauses.decp.actions import readings
from clauses.decp.choices import SpottedStatus
from clauses.decp.models import FileReading, SpottedContract
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import jobs
from inclusiv.records.models import Job
from tests.access.test_nir import PUBLISHED, texts_of
from tests.attacks.conftest import Attacker
from tests.clauses.decp.samples import contract, file_of
from tests.world import NOW, World

HOSTILE: dict[str, Any] = {
    "markup": "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
    "nul": "a\x00b",
    "half a character": "\ud83d",
    "right to left": "\u202efdp.exe\u2066\u200b",
    "endless": "x" * 100_000,
    "lines": "a\r\nBcc: eve@evil.example\u2028b",
    "formula": '=HYPERLINK("https://evil.example";"ici")',
    "huge": 10**30,
    "tiny": -1.5e-300,
    "true": True,
    "list": [[["x"]]],
    "object": {"a": {"b": None}},
}


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE.keys())
def test_to_break_the_reading_or_the_pages_by_a_value_of_a_file(
    world: World, browser: Attacker, value: Any
) -> None:
    """Each text of a contract in its turn, all in one file: refused in words or kept as it is seen."""
    elements = []
    for rank, path in enumerate(texts_of(PUBLISHED)):
        told = copy.deepcopy(PUBLISHED) | {"id": f"2025H{rank:03}"}
        place = told
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value
        elements.append(told)
    browser.acting(world.cast.facilitator)
    file = SimpleUploadedFile("decp.json", file_of(*elements))
    asked = browser.post(reverse("decp:read"), {"submission": str(uuid4()), "file": file})
    assert asked.status_code == 302
    jobs.run(job_id=Job.objects.latest("pk").pk, clock=lambda: NOW)
    reading = FileReading.objects.latest("pk")
    pages = [reverse("decp:list"), reverse("decp:reading", args=[reading.pk])]
    pages += [f"{page}?export={kind}" for page in pages for kind in ("csv", "xlsx")]
    kept = SpottedContract.objects.filter(reading=reading).values_list("pk", flat=True)
    pages += [reverse("decp:contract", args=[pk]) for pk in kept]
    for page in pages:
        answer = browser.get(page)
        assert answer.status_code == 200, page
        if "export" not in page:
            assert not set(answer.said) & set("\x00\u202e\u2066")
            assert "<img src=x" not in answer.said
    assert reading.lines.count() == len(elements)


@pytest.mark.parametrize("depth", [1_000, 200_000])
def test_to_exhaust_the_reader_by_depth(world: World, depth: int) -> None:
    """A value folded upon itself: the file is refused in words, or that contract alone."""
    whole = file_of(contract(objet="ICI"))
    content = whole.replace(b'"ICI"', b"[" * depth + b"]" * depth)
    known = SpottedContract.objects.count()
    with suppress(Refused):
        readings.read(file=BytesIO(content), name="profond.json", by=world.cast.facilitator, at=NOW)
    assert SpottedContract.objects.count() <= known + 1


def test_to_write_over_the_contracts_of_another_buyer_by_a_file_of_one_s_own(
    world: World, browser: Attacker
) -> None:
    """A buyer's file tells of its own contracts: what it says of others is not retained."""
    other = world.other.contract
    told = contract(
        id=other.reference,
        acheteur={"id": other.buyer_number},
        objet="Volé",
        datePublicationDonnees="2026-01-02",
    )
    readings.read(file=BytesIO(file_of(told)), name="decp.json", by=world.cast.buyer, at=NOW)
    title = other.title
    other.refresh_from_db()
    assert other.title == title != "Volé"


def test_to_rewrite_unseen_what_was_published_of_the_contract_of_another_territory(
    world: World, browser: Attacker
) -> None:
    theirs = SpottedContract.objects.get(buyer=world.other.tender.buyer)
    true = {"acheteur": {"id": theirs.buyer_number}, "id": theirs.reference, "objet": theirs.title}
    forged = true | {
        "objet": "Rien d’intéressant",
        "considerationsSociales": {"considerationSociale": ["Pas de considération sociale"]},
    }
    for by, told, day in (
        (world.cast.facilitator, forged, "2025-10-14"),
        (world.cast.other_facilitator, true, "2025-10-13"),
    ):
        content = file_of(contract(**told, datePublicationDonnees=day))
        readings.read(file=BytesIO(content), name="decp.json", by=by, at=NOW)
    page = browser.acting(world.cast.other_facilitator).get(reverse("decp:contract", args=[theirs.pk])).said
    assert str(world.cast.facilitator.organisation) in page


def test_to_have_the_lot_that_another_structure_follows_given_to_a_siret_of_one_s_choice(
    world: World, browser: Attacker
) -> None:
    """The tender is followed already: its award form is filled with the name of who was retained and the SIRET of somebody else."""
    theirs = SpottedContract.objects.get(buyer=world.other.tender.buyer)
    SpottedContract.objects.filter(pk=theirs.pk).update(
        tender=world.other.draft, status=SpottedStatus.FOLLOWED
    )
    siret = str(world.own.contractor.siret)
    holder = {
        "titulaire": {"typeIdentifiant": "SIRET", "id": siret, "denominationSociale": "Grand Bâtisseur"}
    }
    told = {"acheteur": {"id": theirs.buyer_number}, "id": theirs.reference, "titulaires": [holder]}
    content = file_of(contract(**told, datePublicationDonnees="2025-10-14"))
    readings.read(file=BytesIO(content), name="decp.json", by=world.cast.facilitator, at=NOW)
    lot = world.other.draft.lots.get()
    page = browser.acting(world.cast.other_facilitator).get(reverse("procurement:award", args=[lot.pk]))
    assert page.context["form"]["siret_1"].value() != siret
