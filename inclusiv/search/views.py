"""One search over everything that one may open."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.providers import search_providers

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
    context = {
        "text": text,
        "hits": hits,
        "enough": enough,
        "shortest": SHORTEST,
        "for_exchange": request.GET.get("pour") == "echange",
    }
    return render(request, "inclusiv/search/results.html", context)
