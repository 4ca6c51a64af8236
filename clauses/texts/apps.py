"""Configuration of the sub-app clauses.texts."""

from datetime import datetime

from django.apps import AppConfig

from inclusiv.core import permissions, providers, stories


def opportunity_note(tender: int, at: datetime) -> bytes:
    """Provide the opportunity note of a tender; what draws it is loaded when it is asked for."""
    from clauses.texts.documents.note import note_bytes

    return note_bytes(tender, at)


class TextsConfig(AppConfig):
    """Textes des clauses."""

    name = "clauses.texts"
    label = "texts"
    verbose_name = "textes des clauses"

    def ready(self) -> None:
        """Declare what each role may do here, what the story says, the navigation and what the platform ships."""
        from clauses.texts.actions.texts import load_shipped
        from clauses.texts.choices import EVENTS, GRANTS, Permission
        from clauses.texts.models import TextModel
        from inclusiv.core.providers import AppendOnly, append_only

        permissions.declare(GRANTS)
        stories.declare(EVENTS)
        append_only.register(AppendOnly(model=TextModel))
        providers.shipped.register(load_shipped)
        providers.opportunity_notes.register(opportunity_note)
        providers.nav_items.register(
            providers.NavItem(
                rank=60,
                label="Textes des clauses",
                url_name="texts:models",
                roles=GRANTS[Permission.WRITE_MODELS],
            )
        )
