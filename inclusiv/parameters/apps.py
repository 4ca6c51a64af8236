"""Configuration of the sub-app inclusiv.parameters."""

from django.apps import AppConfig


class ParametersConfig(AppConfig):
    """Paramètres."""

    name = "inclusiv.parameters"
    label = "parameters"
    verbose_name = "paramètres"
