"""The first two steps of « Enregistrer un marché »: what is bought, then when."""

from typing import Any

from clauses.procurement.forms.tenders import NewTenderForm, PurchaseFields, ScheduleFields, narrow_place
from clauses.procurement.models import Tender
from inclusiv.core.actors import Actor
from inclusiv.core.forms import EditForm, LineField


class StartForm(PurchaseFields, NewTenderForm):
    """Step 1 of a tender that is not registered yet; the structure is only asked when the place does not tell it."""

    reference = LineField(
        is_number=True,
        label="Numéro du marché",
        max_length=16,
        required=False,
        help_text="S’il est déjà connu ; sinon un numéro provisoire est donné.",
    )
    field_order = ("buyer", "title", "nature", "estimated_amount", "place", "structure", "cpv", "reference")


class PurchaseForm(PurchaseFields, EditForm):
    """Step 1 again: what is bought, prepared on the version that was read."""

    reference = LineField(
        is_number=True,
        label="Numéro du marché",
        max_length=16,
        help_text="Le numéro provisoire se remplace par celui de votre consultation.",
    )

    def __init__(self, *args: Any, actor: Actor, tender: Tender, **kwargs: Any) -> None:
        names = (*PurchaseFields.base_fields, "reference", "version")
        super().__init__(*args, initial={name: getattr(tender, name) for name in names}, **kwargs)
        narrow_place(self, actor)


class ScheduleForm(ScheduleFields, EditForm):
    """Step 2: the dates, as far as they are known, prepared on the version that was read."""

    def __init__(self, *args: Any, tender: Tender, **kwargs: Any) -> None:
        names = (*ScheduleFields.base_fields, "version")
        super().__init__(*args, initial={name: getattr(tender, name) for name in names}, **kwargs)
