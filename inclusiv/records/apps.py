"""Configuration of the sub-app inclusiv.records."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Traces."""

    name = "inclusiv.records"
    label = "records"
    verbose_name = "traces"
