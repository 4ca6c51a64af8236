"""Addresses of hours."""

from datetime import date

from django.urls import path, register_converter

from beneficiaries.hours.views import declaring, links, reviewing, statements


class MonthConverter:
    """A month in an address: « 2025-03 »."""

    regex = r"20\d\d-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> date:
        """Return the first day of the month."""
        return date.fromisoformat(f"{value}-01")

    def to_url(self, value: date | str) -> str:
        """Write a month given by any of its days, or already written."""
        return value if isinstance(value, str) else f"{value:%Y-%m}"


register_converter(MonthConverter, "month")

app_name = "hours"
urlpatterns = [
    path("releves/", statements.listing, name="list"),
    path("releves/attendus/", statements.expected, name="expected"),
    path("releves/saisir/", declaring.enter, name="enter"),
    path("releves/sans-anomalie/", reviewing.validate_clean, name="validate-clean"),
    path("releves/lien/<int:award>/<month:month>/<int:declarant>/", links.send, name="send-link"),
    path("releves/<int:pk>/", statements.statement, name="statement"),
    path("releves/<int:pk>/document/", statements.document, name="document"),
    path("releves/<int:pk>/valider/", reviewing.validate, name="validate"),
    path("releves/<int:pk>/renvoyer/", reviewing.send_back, name="return"),
    path("releves/<int:pk>/corriger/", reviewing.correct, name="correct"),
    path("releves/declarer/<int:award>/<month:month>/", declaring.declare, name="declare"),
    path(
        "releves/declarer/<int:award>/<month:month>/<int:declarant>/",
        declaring.declare_for,
        name="declare-for",
    ),
]
