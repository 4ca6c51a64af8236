"""Load what the platform ships: communes, short lists, parameters, models of texts."""

from typing import Any

from django.utils import timezone

from inclusiv.core.doors import TracedCommand
from inclusiv.core.providers import shipped
from inclusiv.parameters.actions import load_annex_a
from inclusiv.reference.actions import load_shipped_lists


class Command(TracedCommand):
    """`manage.py load_reference`: twice changes nothing."""

    help = "Charge les communes, les listes courtes, les paramètres et les modèles de textes livrés avec la plateforme."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Load and say how many rows."""
        lists = load_shipped_lists()
        added = load_annex_a()
        others = sum(load(timezone.now()) for load in shipped)
        self.stdout.write(
            f"{lists['communes']} communes, {lists['cpv']} codes CPV, {lists['rome']} métiers ; "
            f"{added} paramètres ajoutés, {others} textes ajoutés."
        )
