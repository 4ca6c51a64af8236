"""Configuration of the sub-app inclusiv.demo."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Démonstration."""

    name = "inclusiv.demo"
    label = "demo"
    verbose_name = "démonstration"
