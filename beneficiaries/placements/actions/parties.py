"""For whom somebody speaks: a company for itself, a facilitator « pour le compte de » a company (PRACTICE.md 1.1)."""

from dataclasses import replace

from beneficiaries.people.actions.people import require
from clauses.procurement.models import Award, is_on_lot
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor, Role
from inclusiv.core.permissions import Code
from inclusiv.core.refusals import Refused


def speaking_for(company: Organisation, *, award: Award, by: Actor, permission: Code) -> Actor:
    """Return the actor as the story keeps it.

    Refused to who does not hold the permission or sees the award, to a company that speaks for another one, and
    about a company that does not work on the lot.
    """
    require(by, permission)
    if not Award.objects.visible_to(by).filter(pk=award.pk).exists():
        raise Refused("not_visible", "Vous n’avez pas accès à ce lot.")
    if by.role is not Role.FACILITATOR and by.organisation_id != company.pk:
        raise Refused("not_permitted", "Une entreprise n’agit que pour elle-même.")
    if not is_on_lot(company.pk, award.lot_id):
        raise Refused("not_on_lot", f"{company.name} n’intervient pas sur ce lot.", field="company")
    return replace(by, on_behalf_of=company.name) if by.role is Role.FACILITATOR else by
