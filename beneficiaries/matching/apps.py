"""Configuration of the sub-app beneficiaries.matching."""

from django.apps import AppConfig


class MatchingConfig(AppConfig):
    """Rapprochement."""

    name = "beneficiaries.matching"
    label = "matching"
    verbose_name = "rapprochement"
