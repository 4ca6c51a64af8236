"""Configuration of the sub-app beneficiaries.people."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Personnes."""

    name = "beneficiaries.people"
    label = "people"
    verbose_name = "personnes"
