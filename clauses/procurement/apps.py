"""Configuration of the sub-app clauses.procurement."""

from django.apps import AppConfig


class ProcurementConfig(AppConfig):
    """Marchés."""

    name = "clauses.procurement"
    label = "procurement"
    verbose_name = "marchés"
