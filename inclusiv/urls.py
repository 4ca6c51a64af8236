"""Every address of the platform; each app keeps its own."""

from django.urls import include, path

handler400 = "inclusiv.core.errors.bad_request"
handler403 = "inclusiv.core.errors.permission_denied"
handler404 = "inclusiv.core.errors.page_not_found"
handler429 = "inclusiv.core.errors.too_many_requests"
handler500 = "inclusiv.core.errors.server_error"

urlpatterns = [
    path("", include("inclusiv.home.urls")),
    path("", include("inclusiv.accounts.urls")),
    path("", include("inclusiv.records.urls")),
    path("marches/", include("clauses.procurement.urls")),
    path("marches/", include("clauses.obligations.urls")),
    path("", include("clauses.texts.urls")),
    path("personnes/", include("beneficiaries.people.urls")),
    path("", include("beneficiaries.placements.urls")),
    path("", include("beneficiaries.matching.urls")),
    path("verifier/", include("inclusiv.reference.urls")),
    path("recherche/", include("inclusiv.search.urls")),
    path("marches-reperes/", include("clauses.decp.urls")),
    path("bilans/", include("reporting.publication.urls")),
    path("", include("inclusiv.demo.urls")),
    path("", include("beneficiaries.hours.urls")),
    path("", include("reporting.followup.urls")),
    path("tableau-de-bord/", include("reporting.figures.urls")),
    path("compte/", include("inclusiv.accounts.signing.urls")),
]
