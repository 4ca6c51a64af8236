"""Configuration of the sub-app inclusiv.home."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """Accueil."""

    name = "inclusiv.home"
    label = "home"
    verbose_name = "accueil"
