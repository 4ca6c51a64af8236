"""Choose the general administrative clauses that a tender refers to."""

from datetime import datetime

from django.db import transaction

from clauses.procurement.actions import rows
from clauses.procurement.choices import Ccag, Permission
from clauses.procurement.models import Tender
from clauses.procurement.rules.tenders import OPEN
from inclusiv.core.actors import Actor
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import audit


@transaction.atomic
def choose(*, tender: Tender, ccag: Ccag, by: Actor, at: datetime) -> Tender:
    """Write the CCAG of a tender: the articles that its texts cite follow. Refused once it is notified, or given up."""
    current = rows.open_tender(tender, by=by, permission=Permission.REGISTER_TENDER)
    if current.status not in OPEN:
        raise Refused("tender_bound", "Le marché est notifié, ou sans suite : son CCAG ne change plus.")
    current.ccag = ccag
    current.updated_at = at
    rows.save(current, fields=["ccag", "updated_at"])
    audit.record(
        code="tender.ccag_chosen",
        subjects=[current],
        by=rows.for_buyer(by, current.buyer),
        at=at,
        ccag=ccag.label,
    )
    return current
