"""One search over everything that one may open."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.providers import Hit, search_providers
from inclusiv.records.actions import readings

SHORTEST = 2
LONGEST = 100


@require_safe
@requires()
def search(request: ActorRequest) -> HttpResponse:
    """Find people, companies and tenders; with `?pour=echange` each hit leads to « Noter un échange »."""
    typed = request.GET.get("q", "")[:LONGEST]
    text = "".join(character for character in typed if character.isprintable()).strip()
    enough = len(text) >= SHORTEST
    hits = [hit for provide in search_providers for hit in provide(request.actor, text)] if enough else []
    note_names(request, hits)
    context = {
        "text": text,
        "hits": hits,
        "enough": enough,
        "shortest": SHORTEST,
        "for_exchange": request.GET.get("pour") == "echange",
    }
    return render(request, "inclusiv/search/results.html", context)


def note_names(request: ActorRequest, hits: Sequence[Hit]) -> None:
    """Note that the people found were named, by what each app calls it."""
    for action in dict.fromkeys(hit.reading for hit in hits if hit.reading):
        found = (hit.subject for hit in hits if hit.reading == action)
        readings.note(action=action, subjects=found, by=request.actor, at=timezone.now())
