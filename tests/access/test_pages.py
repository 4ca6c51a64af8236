"""Choice lists, exports and files obey the doors of the pages; no field takes a social security number."""

import gc
from collections.abc import Iterable

import pytest
from django import forms

from clauses.procurement.models import Tender
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Role
from inclusiv.core.forms import LineField, ParagraphField
from inclusiv.core.listing import FilterForm
from inclusiv.core.upload_fields import UploadField
from tests.access.addresses import EXPORTS
from tests.access.pages import Page, hidden, takes_a_nir
from tests.access.seen import People
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("pages")]
Read = tuple[list[Page], dict[Role, People]]
OURS = ("inclusiv.", "clauses.", "beneficiaries.", "reporting.")

NOT_KEPT = {"ResetPasswordForm.email", "SampleForm.title", "SampleForm.note"}
"""An address to which a link goes if it is known, and the gallery, which keeps nothing."""

ABSTRACT = {
    "ContractForm",
    "EditForm",
    "FactsForm",
    "IdentificationFields",
    "NewTenderForm",
    "PersonFields",
    "PurchaseFields",
    "ScheduleFields",
    "StampedForm",
    "WorkFields",
    "InputsForm",
    "TermsFields",
}
"""Fields that forms share; the filters of a list are not kept."""
NOT_MET = {
    "CodeForm": "ends a sign-in; a code is compared, never kept",
    "ConfirmingCodeForm": "confirms who one is; a code is compared, never kept",
    "PasskeySignInForm": "a browser’s answer, read and checked",
    "PasskeyFactorForm": "a browser’s answer, read and checked",
}
"""Forms of pages that a signed-in reader does not meet, and what they take."""


def test_no_list_offers_a_row_that_its_reader_may_not_see(read: Read) -> None:
    offered = {
        f"{page.role} {page.label} {form.name} {row}"
        for page in read[0]
        for form in page.forms
        for row in form.hidden_rows
    }
    assert offered == set()


def test_the_lists_are_met(read: Read) -> None:
    met = {f"{form.name}.{name}" for page in read[0] for form in page.forms for name in form.lists}
    assert {"RegisterForm.buyer", "RegisterForm.structure", "AttachForm.tender", "HandOverForm.to"} <= met
    assert len(met) > 12


def test_a_list_that_offers_too_much_is_seen(world: World) -> None:
    actor = world.actors()[Role.BUYER]
    tenders = forms.ModelChoiceField(queryset=Tender.objects.all())
    assert set(hidden(tenders, actor)) >= {str(world.other.tender), str(world.elsewhere.tender)}
    assert str(world.own.tender) not in hidden(tenders, actor)
    organisations = forms.ModelChoiceField(queryset=Organisation.objects.all())
    assert str(world.elsewhere.structure) in hidden(organisations, actor)
    assert str(world.other.structure) not in hidden(organisations, actor)


OUTBOX = "demo-mails"
"""The demonstration shows every mail that would have left, to whoever tries it."""


def test_no_page_nor_export_tells_of_another_s_work(read: Read) -> None:
    told = {
        f"{page.role} {page.label}: {word}"
        for page in read[0]
        if page.label != OUTBOX
        for word in foreign(page)
        if word in page.text
    }
    assert told == set()


def foreign(page: Page) -> Iterable[str]:
    """Return words of the other sides' tenders and people: the coordination follows every tender of its département."""
    others = ("2025-103", "2025-203", "École 3", "Crèche 3", "Suivie3")
    beside = ("2025-102", "2025-202", "École 2", "Crèche 2")
    return (*others, "Suivie2", *(() if page.role is Role.COORDINATION else beside))


def test_every_export_is_read_in_both_forms(read: Read) -> None:
    found = {page.label for page in read[0]}
    assert {f"{name} ?export={kind}" for name in EXPORTS for kind in ("csv", "xlsx")} <= found


def test_no_field_takes_a_social_security_number(read: Read) -> None:
    taken = {f"{form.name}.{name}" for page in read[0] for form in page.forms for name in form.takes_nir}
    assert taken - NOT_KEPT == set()


def test_every_form_is_met(read: Read) -> None:
    met = {form.name for page in read[0] for form in page.forms}
    gc.collect()
    ours = {
        kind.__qualname__
        for kind in descendants(forms.BaseForm)
        if kind.__module__.startswith(OURS) and not issubclass(kind, FilterForm)
    }
    assert {name for name in ours if not name.endswith("FormSet")} - met - ABSTRACT == set(NOT_MET)


def descendants(kind: type) -> set[type]:
    found = set(kind.__subclasses__())
    return found | {one for child in found for one in descendants(child)}


def test_a_field_that_takes_one_is_seen() -> None:
    assert takes_a_nir(forms.CharField())
    assert takes_a_nir(forms.EmailField())
    assert not takes_a_nir(LineField())
    assert not takes_a_nir(ParagraphField())
    assert not takes_a_nir(UploadField(kinds=("pdf",)))
