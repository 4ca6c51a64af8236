"""Configuration of the sub-app inclusiv.core."""

from django.apps import AppConfig

from inclusiv.celery import app as celery_app

__all__ = [
    "CoreConfig",
    "celery_app",
]  # the Celery application exists as soon as Django does: shared tasks need it


class CoreConfig(AppConfig):
    """Socle."""

    name = "inclusiv.core"
    label = "core"
    verbose_name = "socle"
