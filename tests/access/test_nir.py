"""A social security number is refused where people write freely, and not kept of a file that is read."""

import copy
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from clauses.decp.actions import readings
from clauses.decp.models import FileLine, FileReading, SpottedContract
from inclusiv.core.actors import Role
from inclusiv.records.models import reference
from tests.access.walk import visitor
from tests.clauses.decp.samples import CONTRACT, contract, contractor, file_of
from tests.world import NOW, World

WRITTEN = (
    "255081416802538",
    "2 55 08 14 168 025 38",
    "2.55.08.14.168.025.38",
    "2 55\u00a008\u00a014 168-025 38",
)


@pytest.mark.parametrize("number", WRITTEN)
def test_where_people_write_freely(number: str, world: World) -> None:
    browser = visitor(world, Role.FACILITATOR.value)
    text = f"Rappelé ce matin, son numéro : {number}"
    subject = f"{reverse('records:note-exchange')}?sujet={reference(world.own.tender)}"
    forms = {
        subject: {"kind": "CALL", "happened_on": "2025-10-14", "text": text},
        reverse("hours:return", args=[world.own.statement.pk]): {"comment": text},
        reverse("procurement:change", args=[world.own.draft.pk]): {"title": text},
        reverse("procurement:register"): {"title": text},
    }
    for url, given in forms.items():
        answer = browser.post(url, given | {"submission": str(uuid4())})
        assert answer.status_code == 422, url
        assert "ressemble à un numéro de sécurité sociale" in answer.content.decode(), url


def texts_of(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of each text of a contract."""
    match value:
        case str():
            yield path
        case dict():
            for key, one in value.items():
                yield from texts_of(one, (*path, key))
        case list():
            for place, one in enumerate(value):
                yield from texts_of(one, (*path, place))


PUBLISHED = contract(
    acheteur={**CONTRACT["acheteur"], "nom": "Ville"},
    lieuExecution={**CONTRACT["lieuExecution"], "nom": "Évry"},
    titulaires=[contractor("55204599900869", denominationSociale="Bâti")],
)


@pytest.mark.parametrize("path", list(texts_of(PUBLISHED)), ids=str)
def test_no_text_of_a_published_contract_keeps_one(path: tuple[Any, ...], world: World) -> None:
    told = copy.deepcopy(PUBLISHED)
    place = told
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = f"{place[path[-1]]} 2 55 08 14 168 025 38"
    readings.read(file=BytesIO(file_of(told)), name="decp.json", by=world.cast.facilitator, at=NOW)
    kept = [list(model._default_manager.values()) for model in (SpottedContract, FileLine, FileReading)]
    assert "168 025" not in str(kept)
    assert "2550814168025" not in str(kept)


def test_the_texts_of_a_contract_are_all_tried() -> None:
    assert ("objet",) in set(texts_of(PUBLISHED))
    assert len(list(texts_of(PUBLISHED))) > 15
