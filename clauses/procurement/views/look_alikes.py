"""Ask, before a purchase is written, whether it is not a tender already there."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from clauses.procurement.selectors.look_alikes import LookAlike, look_alikes
from inclusiv.accounts.models import Organisation
from inclusiv.core.access import ActorRequest
from inclusiv.records.actions import submissions


def doubtful(
    request: ActorRequest, facts: Mapping[str, Any], *, buyer: Organisation, submission: UUID
) -> list[LookAlike]:
    """Return the tenders that look like these facts, none once somebody said that it is another one.

    Sent twice, a form would look like what it wrote: it is then refused as already sent.
    """
    if "autre" in request.POST or submissions.is_received(submission):
        return []
    return look_alikes(facts, buyer=buyer, actor=request.actor)
