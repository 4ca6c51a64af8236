"""Keep what inclusive structures can do."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from clauses.procurement.actions import rows
from clauses.procurement.choices import Permission, Sector
from clauses.procurement.models import SupplierProfile
from inclusiv.accounts.choices import INCLUSIVE_KINDS
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import audit


@transaction.atomic
def describe(
    *,
    organisation: Organisation,
    sectors: Iterable[Sector],
    turnover: Decimal | None = None,
    by: Actor,
    at: datetime,
) -> SupplierProfile:
    """Write the trades of an inclusive structure, and its yearly turnover in € when it is known."""
    rows.require(by, Permission.DESCRIBE_SUPPLIER)
    held = Organisation.objects.visible_to(by).select_for_update().filter(pk=organisation.pk).first()
    if held is None or held.company_kind not in INCLUSIVE_KINDS:
        raise Refused("not_inclusive", "Les métiers se notent pour une structure inclusive.")
    profile = SupplierProfile.objects.filter(organisation=held).first() or SupplierProfile(organisation=held)
    profile.sectors = list(sectors)
    profile.turnover = turnover
    profile.updated_at = at
    rows.save(profile, blame={"supplierprofile_turnover_is_positive": "turnover"})
    audit.record(code="supplier.described", subjects=[held], by=by, at=at, count=len(profile.sectors))
    return profile
