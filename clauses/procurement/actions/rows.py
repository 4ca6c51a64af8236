"""How actions open and write rows: the role, then the row, then what the database's constraints say."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models

from clauses.procurement.models import Award, Lot, Tender
from clauses.procurement.rules.tenders import RUNNING
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor, Role
from inclusiv.core.permissions import Code
from inclusiv.core.refusals import Refused


def require(by: Actor, permission: Code) -> None:
    """Refuse who does not hold the permission."""
    if not by.may(permission):
        raise Refused("not_permitted", "Votre rôle ne permet pas cette action.")


def open_tender(tender: Tender, *, by: Actor, permission: Code) -> Tender:
    """Return the tender as it is now, locked until the end of the transaction; Refused to who does not see it."""
    require(by, permission)
    found = Tender.objects.visible_to(by).select_related("buyer").select_for_update(of=("self",))
    row = found.filter(pk=tender.pk).first()
    if row is None:
        raise Refused("not_visible", "Vous n’avez pas accès à ce marché.")
    return row


def open_lot(lot: Lot, *, by: Actor, permission: Code) -> Lot:
    """Return the lot as it is now with its tender, which is locked: all that happens to a tender happens in turn."""
    tender = open_tender(Tender(pk=lot.tender_id), by=by, permission=permission)
    row = Lot.objects.filter(pk=lot.pk, tender=tender).first()
    if row is None:
        raise Refused("not_visible", "Ce lot n’existe plus : rechargez la page.")
    row.tender = tender
    return row


def open_running_award(lot: Lot, *, by: Actor, permission: Code, otherwise: str) -> Award:
    """Return the award of a lot with its members, its tender locked; Refused in the words `otherwise` unless it runs."""
    current = open_lot(lot, by=by, permission=permission)
    if current.tender.status not in RUNNING:
        raise Refused("not_running", otherwise)
    award = Award.objects.prefetch_related("members__organisation").get(lot=current)
    award.lot = current
    return award


def check_version(tender: Tender, version: int | None) -> None:
    """Refuse a change prepared on an older state of the tender; None when the caller read nothing beforehand."""
    if version is not None and version != tender.version:
        raise Refused(
            "stale_version",
            "Ce marché a été modifié par quelqu’un d’autre entre-temps : rechargez la page, puis refaites votre"
            " changement.",
        )


def for_buyer(by: Actor, buyer: Organisation) -> Actor:
    """Return the actor as it signs on a buyer's record: a facilitator, or a delegate, acts « pour le compte de »."""
    acts_for_another = by.role is Role.FACILITATOR or is_delegate(by, buyer.pk)
    return replace(by, on_behalf_of=buyer.name) if acts_for_another else by


def is_delegate(by: Actor, buyer_id: int) -> bool:
    """Say whether an actor who opened a buyer's record acts in that buyer's place, by a mandate."""
    return by.role is Role.BUYER and by.organisation_id != buyer_id


def save(
    row: models.Model, *, fields: Iterable[str] | None = None, blame: Mapping[str, str] | None = None
) -> None:
    """Write a row whose values are checked; raises Refused with the constraint's own French sentence.

    `fields` limits the update; `blame` names the form's field of a constraint. A refusal by the database spoils the
    transaction: it must leave the action, whose whole work is then undone.
    """
    try:
        row.clean_fields(exclude={field.name for field in row._meta.fields if field.is_relation})
    except ValidationError as error:
        field, problems = next(iter(error.message_dict.items()))
        label = next(one.verbose_name for one in row._meta.fields if one.name == field)
        raise Refused("invalid_value", f"« {label} » : {' '.join(problems)}", field=field) from error
    try:
        row.save(update_fields=fields)
    except IntegrityError as error:
        raise broken(row, error, blame or {}) from error


def broken(row: models.Model, error: IntegrityError, blame: Mapping[str, str]) -> Refused:
    """Return the refusal of the constraint that the database named; any other error is raised as it came."""
    name = cast("Any", error.__cause__).diag.constraint_name
    for constraint in row._meta.constraints:
        if constraint.name == name:
            return Refused(name, str(constraint.violation_error_message), field=blame.get(name))
    raise error
