"""Load what the platform ships: communes, short lists, parameters."""

from typing import Any

from inclusiv.core.doors import TracedCommand
from inclusiv.parameters.actions import load_annex_a
from inclusiv.reference.actions import load_shipped_lists


class Command(TracedCommand):
    """`manage.py load_reference`: twice changes nothing."""

    help = "Charge les communes, les listes courtes et les paramètres livrés avec la plateforme."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Load and say how many rows."""
        lists = load_shipped_lists()
        added = load_annex_a()
        self.stdout.write(
            f"{lists['communes']} communes, {lists['cpv']} codes CPV, {lists['rome']} métiers ; "
            f"{added} paramètres ajoutés."
        )
