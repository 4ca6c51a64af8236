"""Configuration of the sub-app inclusiv.accounts."""

from django.apps import AppConfig

from inclusiv.core import permissions


class AccountsConfig(AppConfig):
    """Comptes."""

    name = "inclusiv.accounts"
    label = "accounts"
    verbose_name = "comptes"

    def ready(self) -> None:
        """Declare what each role may do here."""
        from inclusiv.accounts.choices import GRANTS

        permissions.declare(GRANTS)
