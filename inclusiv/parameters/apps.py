"""Configuration of the sub-app inclusiv.parameters."""

from django.apps import AppConfig


class ParametersConfig(AppConfig):
    """Paramètres."""

    name = "inclusiv.parameters"
    label = "parameters"
    verbose_name = "paramètres"

    def ready(self) -> None:
        """Declare whose changes can be read."""
        from inclusiv.core import changes
        from inclusiv.parameters.selectors import CHANGES

        changes.trails["parametres"] = CHANGES
