"""Configuration of the sub-app inclusiv.demo."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Démonstration."""

    name = "inclusiv.demo"
    label = "demo"
    verbose_name = "démonstration"

    def ready(self) -> None:
        """Offer the personas to the sign-in page."""
        from inclusiv.core.providers import persona_providers
        from inclusiv.demo.personas import personas

        persona_providers.register(personas)
