"""The trades of an inclusive structure, kept by those who know it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clauses.procurement.actions import suppliers
from clauses.procurement.choices import Permission
from clauses.procurement.forms.suppliers import SupplierForm
from clauses.procurement.models import SupplierProfile
from inclusiv.accounts.choices import INCLUSIVE_KINDS
from inclusiv.accounts.models import Organisation
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.components.screens import Crumb
from inclusiv.records.forms import sent


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.DESCRIBE_SUPPLIER)
def supplier(request: ActorRequest, pk: int) -> HttpResponse:
    """Show what an inclusive structure can do, and keep it."""
    now = timezone.now()
    inclusive = (
        Organisation.objects.visible_to(request.actor)
        .filter(company_kind__in=INCLUSIVE_KINDS)
        .select_related("supplier_profile")
    )
    organisation = get_object_or_404(inclusive, pk=pk)
    profile: SupplierProfile | None = getattr(organisation, "supplier_profile", None)
    form = SupplierForm(request.POST or None, profile=profile)
    organisation_url = reverse("accounts:organisation", args=[pk])
    if request.method == "POST" and form.is_valid():
        done = sent(
            form, suppliers.describe, organisation=organisation, **form.told(), by=request.actor, at=now
        )
        if done is not None:
            messages.success(request, f"Les métiers de {organisation} sont enregistrés.")
            return redirect(organisation_url)
    context = {
        "form": form,
        "organisation": organisation,
        "profile": profile,
        "organisation_url": organisation_url,
        "trail": [Crumb(label=str(organisation), url=organisation_url), Crumb(label="Ses métiers")],
    }
    return render(
        request, "clauses/procurement/supplier_form.html", context, status=422 if form.errors else 200
    )
