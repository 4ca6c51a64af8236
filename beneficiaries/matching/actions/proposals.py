"""Propose a candidate with the reasons of the choice, as they are at that instant."""

from datetime import datetime

from django.db import transaction

from beneficiaries.matching import selectors
from beneficiaries.people.models import Dossier
from beneficiaries.placements.actions import referrals
from beneficiaries.placements.models import JobRequest, Referral
from inclusiv.core.actors import Actor
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused


@transaction.atomic
def propose(*, request: JobRequest, dossier: Dossier, by: Actor, at: datetime) -> Referral:
    """Propose somebody of one's own structure who is still among the candidates of the request."""
    found = selectors.candidates(request, actor=by, on=paris_day(at))
    chosen = next((one for one in found if one.dossier.pk == dossier.pk), None)
    if chosen is None:
        raise Refused(
            "no_candidate", "Cette personne ne peut plus être proposée pour ce besoin : rechargez la page."
        )
    return referrals.propose(request=request, dossier=dossier, reasons=chosen.ranked.reasons, by=by, at=at)
