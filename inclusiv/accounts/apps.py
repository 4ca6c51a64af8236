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
        from inclusiv.accounts.selectors import (
            CHANGES_OF_ORGANISATION,
            find_organisations,
            load_organisation,
            names_of,
        )
        from inclusiv.core import changes
        from inclusiv.core.providers import search_providers, subject_loaders

        permissions.declare(GRANTS)
        search_providers.register(find_organisations)
        subject_loaders["organisation"] = load_organisation
        changes.trails["organisation"] = CHANGES_OF_ORGANISATION
        changes.author_providers.register(names_of)
