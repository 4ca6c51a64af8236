"""The first page of each role."""

from django.http import HttpResponse
from django.shortcuts import render

from inclusiv.core.access import ActorRequest, requires


@requires()
def home(request: ActorRequest) -> HttpResponse:
    """Show « À faire »."""
    return render(request, "inclusiv/home/todo.html", {})
