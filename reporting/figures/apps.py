"""Configuration of the sub-app reporting.figures."""

from django.apps import AppConfig


class FiguresConfig(AppConfig):
    """Indicateurs."""

    name = "reporting.figures"
    label = "figures"
    verbose_name = "indicateurs"
