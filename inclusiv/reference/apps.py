"""Configuration of the sub-app inclusiv.reference."""

from django.apps import AppConfig


class ReferenceConfig(AppConfig):
    """Référentiels."""

    name = "inclusiv.reference"
    label = "reference"
    verbose_name = "référentiels"
