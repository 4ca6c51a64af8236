"""Configuration of the sub-app inclusiv.accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Comptes."""

    name = "inclusiv.accounts"
    label = "accounts"
    verbose_name = "comptes"
