"""Configuration of the sub-app reporting.followup."""

from django.apps import AppConfig


class FollowupConfig(AppConfig):
    """Suivi."""

    name = "reporting.followup"
    label = "followup"
    verbose_name = "suivi"
