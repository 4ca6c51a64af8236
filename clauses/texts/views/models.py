"""« Textes des clauses »: the coordination reads the models, writes their next version and sees it on an example."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from clauses.obligations.rules.articles import applicable
from clauses.obligations.selectors.articles import known_articles
from clauses.texts.actions import texts
from clauses.texts.choices import Permission
from clauses.texts.forms import TextForm
from clauses.texts.models import TextModel
from clauses.texts.rules.blocks import Block, Value
from clauses.texts.rules.facts import TenderFacts
from clauses.texts.rules.fields import FIELDS
from clauses.texts.rules.markup import merge
from clauses.texts.rules.sample import CLAUSE_TYPES, sample
from clauses.texts.rules.values import values_of
from clauses.texts.selectors.models import Shelf, shelves
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.components.screens import Crumb
from inclusiv.core.periods import paris_day
from inclusiv.records.forms import sent
from inclusiv.records.selectors import timeline

HOME = Crumb(label="Textes des clauses", url="/textes/")


@require_safe
@requires(Permission.WRITE_MODELS)
def models(request: ActorRequest) -> HttpResponse:
    """List the four models, with the version in use."""
    found = shelves(request.actor, on=paris_day(timezone.now()))
    return render(request, "clauses/texts/model_list.html", {"shelves": found})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WRITE_MODELS)
def edit(request: ActorRequest, slug: str) -> HttpResponse:
    """Write the next version of a model, and see it printed on an example as one goes."""
    now = timezone.now()
    today = paris_day(now)
    shelf = next((one for one in shelves(request.actor, on=today) if one.slug == slug), None)
    if shelf is None:
        raise Http404
    form = TextForm(request.POST or None, shelf=shelf, today=today)
    if form.is_previewing:
        form.forget_other_errors()
    elif request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        written = sent(
            form,
            texts.write,
            kind=shelf.kind,
            body=given["body"],
            valid_from=given["valid_from"],
            seen=given["seen"],
            by=request.actor,
            at=now,
        )
        if written is not None:
            messages.success(request, f"La version {written.version} est écrite.")
            return redirect("texts:edit", slug)
    context = {
        "shelf": shelf,
        "form": form,
        "blocks": preview(form.shown_body(), on=today),
        "fields": fields(on=today),
        "entries": timeline(*shelf.versions, actor=request.actor, page=request.GET.get("suite", "")),
        "trail": [HOME, Crumb(label=shelf.kind.label)],
    }
    fragment = "#preview" if request.htmx and not request.htmx.boosted else ""
    status = 422 if form.errors else 200
    return render(request, f"clauses/texts/model_page.html{fragment}", context, status=status)


@require_safe
@requires(Permission.WRITE_MODELS)
def version(request: ActorRequest, pk: int) -> HttpResponse:
    """Read one version as it was written, and as it prints on an example."""
    shown = get_object_or_404(TextModel.objects.visible_to(request.actor), pk=pk)
    shelf: Shelf = next(
        one for one in shelves(request.actor, on=paris_day(timezone.now())) if one.kind == shown.kind
    )
    address = reverse("texts:edit", args=[shelf.slug])
    context = {
        "version": shown,
        "shelf": shelf,
        "blocks": preview(shown.body, on=shown.valid_from),
        "trail": [HOME, Crumb(label=shelf.kind.label, url=address), Crumb(label=f"Version {shown.version}")],
    }
    return render(request, "clauses/texts/version_page.html", context)


def preview(body: str | None, *, on: date) -> tuple[Block, ...]:
    """Return a text printed on the example; nothing while it cannot be."""
    return merge(body, values_of(example(on))) if body else ()


def example(on: date) -> TenderFacts:
    """Return the example, citing the articles of a day."""
    articles = applicable(
        known_articles(), on=on, clause_types=CLAUSE_TYPES, above_threshold=True, is_private=False
    )
    return sample(articles=articles)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownField:
    """A merge field as the page lists it: how it is typed, what it prints, its value on the example."""

    typed: str
    label: str
    value: str


def fields(*, on: date) -> list[ShownField]:
    """Return the closed list of the fields, in the order of their kinds."""
    values = values_of(example(on))
    return [
        ShownField(
            typed=f"{{{{ {name} }}}}",
            label=field.label,
            value="seul sur sa ligne" if field.is_block else printed(values[name]),
        )
        for name, field in FIELDS.items()
    ]


def printed(value: Value) -> str:
    """Return what a field prints on the example, in quotes."""
    return f"« {value} »" if value else "rien sur l’exemple"
