"""Scripts: every text that the platform keeps is turned into markup, then every page of every role is read.

Elsewhere: names of files and of people (test_files.py), cells of a list (tests/core/test_listing.py), the policy that would
stop what got through (tests/core/test_security_headers.py).
"""

from contextlib import suppress

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import DataError, IntegrityError, models, transaction
from django.db.models import Field

from inclusiv.core.actors import Role
from inclusiv.core.fields import EncryptedTextField
from tests.access.pages import pages
from tests.world import World

HOSTILE = """"'><img src=x onerror=alert(1)>"""
OURS = ("inclusiv.", "clauses.", "beneficiaries.", "reporting.")
MEANT = frozenset(
    {"code", "subject", "kind", "purpose", "action", "password", "content_type", "sha256", "told_siret"}
)
"""Texts that the platform writes and reads itself: nobody types them."""


def is_free(column: "Field[object, object]") -> bool:
    """Say whether a column holds words that somebody typed or that came in a file."""
    return (
        isinstance(column, models.CharField | models.TextField | EncryptedTextField)
        and not isinstance(column, models.EmailField | ArrayField)
        and not (column.choices or column.unique or column.primary_key or column.generated)
        and column.name not in MEANT
        and (column.max_length or 1000) >= len(HOSTILE)
    )


def soil() -> int:
    """Write the markup in every such column that may hold it, of every row; return in how many there was a row."""
    soiled = 0
    for model in apps.get_models():
        if not model.__module__.startswith(OURS) or model._meta.app_label == "reference":
            continue
        for column in filter(is_free, model._meta.concrete_fields):
            with suppress(IntegrityError, DataError), transaction.atomic():
                soiled += bool(model._base_manager.update(**{column.name: HOSTILE}))
    return soiled


PRINTED = {"obligations:kick-off-minutes"}
"""Documents, where what was typed is printed as it is, and nothing runs."""


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.BUYER, Role.CONTRACTOR, Role.COORDINATION])
def test_to_have_a_page_run_what_was_typed_anywhere(world: World, as_owner: None, role: Role) -> None:
    assert soil() > 50
    seen, run = 0, []
    for page in pages(world, role):
        if "export=" in page.label or page.label in PRINTED:
            continue
        seen += page.text.count("&lt;img src=x onerror=alert(1)&gt;")
        run += [page.label] if "<img src=x" in page.text else []
    assert run == []
    assert seen > 5
