"""« Pièces de la clause »: read the texts of a tender, and take them away as DOCX or PDF."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from clauses.obligations.selectors.articles import consultation_day
from clauses.procurement.actions import ccag
from clauses.procurement.choices import Ccag, RegisteringStep, TenderStatus
from clauses.procurement.choices import Permission as ProcurementPermission
from clauses.procurement.models import Tender
from clauses.procurement.rules.tenders import OPEN
from clauses.procurement.selectors.parties import reads_as_member
from clauses.procurement.selectors.registering import registering_path
from clauses.procurement.views.tenders import trail_of
from clauses.texts.choices import ALL_PIECES, SHORT, SLUGS, Permission
from clauses.texts.documents.docx import write_docx
from clauses.texts.documents.pieces import Piece, bundle, pieces_of
from clauses.texts.documents.printed import print_pieces
from clauses.texts.forms import CcagForm
from clauses.texts.rules.facts import TenderFacts
from clauses.texts.selectors.facts import doubts, tender_facts
from clauses.texts.selectors.models import models_used
from inclusiv.accounts.counting import may_draw
from inclusiv.core import drawing
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.components.screens import Tab
from inclusiv.core.errors import too_many_documents
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.core.uploads import plain_name

PACK_MAX_LOTS = 40
"""Lots of which all the pieces are drawn as one PDF in two seconds."""
PACK_TOO_LONG = (
    f"Au-delà de {PACK_MAX_LOTS} lots, les pièces ne se téléchargent pas toutes en un seul PDF : prenez-les une à une en PDF,"
    " ou toutes ensemble en Word."
)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_safe
@requires(Permission.SEE_PIECES)
def pieces(request: ActorRequest, pk: int) -> HttpResponse:
    """Show one piece at a time, as it will be printed."""
    now = timezone.now()
    tender = visible_tender(request, pk, as_member=True)
    is_member = reads_as_member(tender, actor=request.actor)
    facts, made = texts_of(tender, now)
    asked = request.GET.get("piece", "")
    shown = next((piece for piece in made if piece.slug == asked), made[0] if made else None)
    context = {
        "tender": tender,
        "facts": facts,
        "piece": shown,
        "tabs": [
            Tab(
                label=SHORT[piece.kind],
                url=f"{reverse('texts:pieces', args=[pk])}?piece={piece.slug}",
                current=piece is shown,
            )
            for piece in made
        ],
        "is_member": is_member,
        "path": None
        if is_member
        else registering_path(tender, actor=request.actor, here=RegisteringStep.TEXTS),
        "written_url": reverse("procurement:step", args=[pk, "clause-redigee"])
        if tender.status == TenderStatus.SIZING
        and request.actor.may(ProcurementPermission.RUN_TENDER)
        and not is_member
        else "",
        "doubts": doubts(tender, on=consultation_day(tender, today=paris_day(now))),
        "all_pieces": ALL_PIECES,
        "pack_too_long": PACK_TOO_LONG if len(facts.lots) > PACK_MAX_LOTS else "",
        "ccag_form": CcagForm(initial={"ccag": tender.general_clauses}),
        "may_choose": request.actor.may(ProcurementPermission.REGISTER_TENDER)
        and tender.status in OPEN
        and not is_member,
        "trail": trail_of(tender, "Pièces de la clause", actor=request.actor),
    }
    return render(request, "clauses/texts/pieces_page.html", context)


@require_safe
@requires(Permission.SEE_PIECES)
def download(request: ActorRequest, pk: int, slug: str, form: str) -> HttpResponse:
    """Give a piece, or all of them, as « docx » or « pdf », dated now; no PDF of all the pieces of many lots."""
    now = timezone.now()
    if slug not in {*SLUGS, ALL_PIECES} or form not in {"docx", "pdf"}:
        raise Http404
    tender = visible_tender(request, pk, as_member=True)
    facts, made = texts_of(tender, now)
    wanted = [piece for piece in made if slug in {piece.slug, ALL_PIECES}]
    if not wanted:
        raise Http404
    if slug == ALL_PIECES and form == "pdf" and len(facts.lots) > PACK_MAX_LOTS:
        messages.error(request, PACK_TOO_LONG)
        return redirect("texts:pieces", pk)
    if not may_draw(request):
        return too_many_documents(request)
    whole = bundle(facts, wanted, made_on=paris_day(now))
    if form == "docx":
        with drawing.turn():
            written = write_docx(whole, at=now)
        return attached(written, content_type=DOCX, name=f"{tender.reference}-{slug}.docx")
    printed = print_pieces(whole, at=now)
    return attached(printed.content, content_type="application/pdf", name=f"{tender.reference}-{slug}.pdf")


@require_POST
@requires(ProcurementPermission.REGISTER_TENDER)
def choose_ccag(request: ActorRequest, pk: int) -> HttpResponse:
    """Write which general clauses a tender refers to."""
    tender = visible_tender(request, pk)
    form = CcagForm(request.POST)
    if form.is_valid():
        try:
            chosen = Ccag(form.cleaned_data["ccag"])
            ccag.choose(tender=tender, ccag=chosen, by=request.actor, at=timezone.now())
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, f"CCAG du marché : {chosen.label}. Les articles cités suivent.")
    else:
        messages.error(request, "Choisissez l’un des CCAG proposés.")
    return redirect("texts:pieces", pk)


def visible_tender(request: ActorRequest, pk: int, *, as_member: bool = False) -> Tender:
    """Return a tender that the actor sees, or with `as_member` reads, with what its texts name."""
    found = Tender.objects.visible_to(request.actor, as_member=as_member).select_related(
        "buyer", "structure", "facilitator", "place"
    )
    return get_object_or_404(found, pk=pk)


def texts_of(tender: Tender, now: datetime) -> tuple[TenderFacts, tuple[Piece, ...]]:
    """Return what the texts are written from, and the texts; none while no lot carries a clause."""
    today = paris_day(now)
    on = consultation_day(tender, today=today)
    facts = tender_facts(tender, on=on, today=today)
    if not facts.lots:
        return facts, ()
    return facts, pieces_of(facts, models_used(department=tender.department, on=on))


def attached(content: bytes, *, content_type: str, name: str) -> HttpResponse:
    """Answer a file under its name, made plain: a reference may hold anything."""
    response = HttpResponse(content, content_type=content_type)
    disposition = content_disposition_header(as_attachment=True, filename=plain_name(name.replace("/", "-")))
    response.headers["Content-Disposition"] = disposition or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
