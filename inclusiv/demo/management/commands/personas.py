"""Print the personas of the demonstration."""

from typing import Any

from django.core.management.base import BaseCommand

from inclusiv.demo.personas import personas


class Command(BaseCommand):
    """`manage.py personas`."""

    help = "Donne les personnages de la démonstration."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print one line per persona."""
        for persona in personas():
            self.stdout.write(f"  {persona.name}, {persona.role} ({persona.organisation}) : {persona.story}")
