"""Configuration of the sub-app inclusiv.core."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Socle."""

    name = "inclusiv.core"
    label = "core"
    verbose_name = "socle"
