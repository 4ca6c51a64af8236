"""Read every page, export and document that each role can open for its own work: what it says, and its forms."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models, transaction
from django.template import Context
from django.urls import reverse
from pypdf import PdfReader

from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor, Role
from inclusiv.core.listing import FilterForm
from inclusiv.core.upload_fields import UploadField
from inclusiv.reference.models import Commune, CpvCode, RomeCode
from tests.access.addresses import EXPORTS, address, labels
from tests.access.walk import visitor
from tests.uploads import pdf
from tests.world import NOW, World

REFERENCE: tuple[type[models.Model], ...] = (Commune, CpvCode, RomeCode)
"""Lists that everybody reads."""
CHOICES = re.compile(r"<(select|datalist|details)\b.*?</\1>", re.DOTALL)
NIR = "255081416802538"
WRITTEN = (
    NIR, "2 55 08 14 168 025 38", "2.55.08.14.168.025.38", "2-55-08-14-168-025-38", "n° 2 55 08 14 168 025 38, merci",
    "2\u00a055\u00a008\u00a014\u00a0168\u00a0025\u00a038", "２５５０８１４１６８０２５３８", "2 55\u200b08 14 168 025 38",
    f"{NIR}@example.org",
)  # fmt: skip
"""The social security number of DOMAIN.md 10.19, as people write it."""
NOT_KEPT = {"password", "password1", "password2", "oldpassword", "code", "login"}
"""What proves who one is: it is compared, never kept as it is typed."""


@dataclass(frozen=True)
class Page:
    """One page or file as one role reads it, blanks made equal."""

    role: Role
    label: str
    text: str
    forms: tuple["SeenForm", ...]

    @property
    def told(self) -> str:
        """What it tells, without the choices of its lists and what it explains to everybody."""
        return CHOICES.sub(" ", self.text)


@dataclass(frozen=True)
class SeenForm:
    """A form of a page: what its lists offer that this reader may not see, and the fields that take a NIR."""

    name: str
    lists: tuple[str, ...]
    hidden_rows: tuple[str, ...]
    takes_nir: tuple[str, ...]


def pages(world: World, role: Role) -> Iterator[Page]:
    """Yield every page that answers 200 to a role, and its exports as CSV and as XLSX."""
    browser = visitor(world, role.value)
    actor = world.actors()[role]
    own = world.own_of(role)
    addresses = {label: address(label, own) for label in labels()}
    for name in EXPORTS:
        addresses[f"{name} ?export=xlsx"] = address(f"{name} ?export=csv", own).replace("csv", "xlsx")
    addresses["search:results noms"] = f"{address('search:results', own)}?q=Suivie"
    for one in (own.free, own.planned.dossier):
        addresses[f"people:person {one}"] = reverse("people:person", args=[one.pk])
    addresses["people:check prévue"] = reverse("people:check", args=[own.planned.check_of_id])
    for label, url in addresses.items():
        cache.clear()
        with transaction.atomic():
            response: Any = browser.get(url)
            if response.status_code == 200:
                content = b"".join(response.streaming_content) if response.streaming else response.content
                yield Page(role, label, readable(content), tuple(seen_forms(response, actor)))
            transaction.set_rollback(True)
        browser.acting(actor).confirmed()


def readable(content: bytes) -> str:
    """Return the words of a page or of a file, blanks made equal."""
    if content.startswith(b"%PDF"):
        text = " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    elif content.startswith(b"PK"):
        with ZipFile(BytesIO(content)) as archive:
            text = " ".join(archive.read(name).decode(errors="ignore") for name in archive.namelist())
    else:
        text = content.decode(errors="ignore")
    return " ".join(text.split())


def seen_forms(response: Any, actor: Actor) -> Iterator[SeenForm]:
    """Yield what each form of a page offers and takes, the rows of a table of forms included."""
    for form in forms_of(response):
        yield SeenForm(
            name=type(form).__qualname__,
            lists=tuple(name for name, one in form.fields.items() if isinstance(one, forms.ModelChoiceField)),
            hidden_rows=tuple(
                f"{name}: {row}"
                for name, one in form.fields.items()
                if isinstance(one, forms.ModelChoiceField)
                for row in hidden(one, actor)
            ),
            takes_nir=()
            if isinstance(form, FilterForm)
            else tuple(
                name for name, one in form.fields.items() if name not in NOT_KEPT and takes_a_nir(one)
            ),
        )


def forms_of(response: Any) -> list[forms.BaseForm]:
    """Return the forms that the templates of a page were given."""
    found: dict[int, forms.BaseForm] = {}
    drawn = response.context or ()
    for context in (
        [drawn] if isinstance(drawn, Context) else drawn
    ):  # Django gives a single context by itself
        for value in context.flatten().values():
            match value:
                case forms.BaseForm():
                    found[id(value)] = value
                case dict():
                    found |= {id(one): one for one in value.values() if isinstance(one, forms.BaseForm)}
                case forms.BaseFormSet():
                    found |= {id(one): one for one in [*value.forms, value.empty_form]}
    return list(found.values())


def hidden(offered: "forms.ModelChoiceField[Any]", actor: Actor) -> list[str]:
    """Return the rows of a list that this reader has no business to know."""
    rows = offered.queryset
    assert rows is not None
    if issubclass(rows.model, REFERENCE):
        return []
    seen = set(rows.model._default_manager.visible_to(actor).values_list("pk", flat=True))
    if rows.model is Organisation:
        seen |= set(known_organisations(actor))
    return [str(row) for row in rows if row.pk not in seen]


def known_organisations(actor: Actor) -> Iterator[int]:
    """Yield those of the network of one's département, and the inclusive employers: they work beyond their own."""
    for organisation in Organisation.objects.prefetch_related("capacities"):
        capacities = list(organisation.capacities_on(NOW.date()))
        if any(one.department == actor.department or one.role == Role.EMPLOYER for one in capacities):
            yield organisation.pk


def takes_a_nir(one: forms.Field) -> bool:
    """Say whether a field keeps a social security number, however it is written, or a file that is named by one."""
    if isinstance(one, UploadField):
        kept = cleaned(one, SimpleUploadedFile(f"{NIR}.pdf", pdf("Relevé"))) if "pdf" in one.kinds else None
        return kept is not None and NIR in str(kept)
    return any(isinstance(cleaned(one, text), str) for text in WRITTEN)


def cleaned(one: forms.Field, value: object) -> object:
    """Return what a field makes of what was typed, None when it refuses it."""
    try:
        return one.clean(value)
    except ValidationError:
        return None
