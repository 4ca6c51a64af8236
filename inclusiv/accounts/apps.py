"""Configuration of the sub-app inclusiv.accounts."""

from django.apps import AppConfig

from inclusiv.core import permissions, stories


class AccountsConfig(AppConfig):
    """Comptes."""

    name = "inclusiv.accounts"
    label = "accounts"
    verbose_name = "comptes"

    def ready(self) -> None:
        """Declare what each role may do here."""
        from inclusiv.accounts.actions import contacts, invitations
        from inclusiv.accounts.choices import EVENTS, GRANTS
        from inclusiv.accounts.selectors import (
            CHANGES_OF_ORGANISATION,
            find_organisations,
            load_organisations,
            names_of,
        )
        from inclusiv.accounts.views import contacts as contact_views
        from inclusiv.accounts.views import entering
        from inclusiv.core import changes
        from inclusiv.core.providers import (
            LinkPurpose,
            bounce_listeners,
            link_purposes,
            search_providers,
            subject_loaders,
        )

        permissions.declare(GRANTS)
        stories.declare(EVENTS)
        link_purposes[invitations.PURPOSE] = LinkPurpose(
            screen=entering.invitation,
            message=invitations.renewed,
        )
        link_purposes[contacts.PURPOSE] = LinkPurpose(screen=contact_views.by_link, message=contacts.renewed)
        bounce_listeners.register(contacts.note_bounce)
        search_providers.register(find_organisations)
        subject_loaders["organisation"] = load_organisations
        changes.trails["organisation"] = CHANGES_OF_ORGANISATION
        changes.author_providers.register(names_of)
