"""The doors through which every write comes, each saying who comes: a page, a task, a command (ARCHITECTURE.md 4.7)."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from celery import Task
from django.core.management.base import BaseCommand
from django.http import HttpRequest, HttpResponse

from inclusiv.core import history
from inclusiv.core.actors import Actor


class TraceMiddleware:
    """Say on whose behalf a request writes: the membership, a number of its own, the method and the page.

    The page is told by its name and the keys of its address: never its words, one of which may be the token of a link.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        actor: Actor | None = getattr(request, "actor", None)
        with history.context(
            action=str(request.method),
            membership=actor.membership_id if actor else None,
            request=uuid4().hex,
        ):
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, kwargs: dict[str, Any]
    ) -> None:
        """Tell the page, which is known by now."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        keys = (f"{word}={value}" for word, value in kwargs.items() if isinstance(value, int))
        history.name(" ".join([str(request.method), name, *keys]))


class TracedTask(Task):  # type: ignore[type-arg]  # generic in its stubs only
    """A task of the clock, or one that a page started: what it writes bears its name until a job says for whom."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Do the task."""
        with history.context(action=f"task {self.name}", request=self.request.id or ""):
            return super().__call__(*args, **kwargs)


class TracedCommand(BaseCommand):
    """A management command: what it writes bears its name."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Do the command."""
        name = type(self).__module__.rpartition(".")[2]
        with history.context(action=f"manage.py {name}"):
            return super().execute(*args, **options)
