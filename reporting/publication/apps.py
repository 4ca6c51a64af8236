"""Configuration of the sub-app reporting.publication."""

from django.apps import AppConfig


class PublicationConfig(AppConfig):
    """Bilans."""

    name = "reporting.publication"
    label = "publication"
    verbose_name = "bilans"
