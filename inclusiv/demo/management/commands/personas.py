"""Print the personas of the demonstration."""

from typing import Any

from inclusiv.core.doors import TracedCommand
from inclusiv.demo.personas import personas


class Command(TracedCommand):
    """`manage.py personas`."""

    help = "Donne les personnages de la démonstration."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print one line per persona."""
        for persona in personas():
            self.stdout.write(f"  {persona.name}, {persona.role} ({persona.organisation}) : {persona.story}")
