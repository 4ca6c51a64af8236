"""The opportunity note of a tender, as it stands now."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clauses.texts.choices import Permission
from clauses.texts.documents.note import note_bytes
from clauses.texts.views.pieces import attached, visible_tender
from inclusiv.accounts.counting import may_draw
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.errors import too_many_documents


@require_safe
@requires(Permission.SEE_PIECES)
def note(request: ActorRequest, pk: int) -> HttpResponse:
    """Give the note of a tender as a PDF dated now."""
    tender = visible_tender(request, pk)
    if not may_draw(request):
        return too_many_documents(request)
    content = note_bytes(tender.pk, timezone.now())
    name = f"{tender.reference}-note-opportunite.pdf"
    return attached(content, content_type="application/pdf", name=name)
