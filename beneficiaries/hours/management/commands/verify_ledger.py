"""Verify the ledger: every entry, every succession, every head, every seal."""

import sys
from typing import Any

from beneficiaries.hours.selectors import ledger
from inclusiv.core.doors import TracedCommand
from inclusiv.core.french import plural


class Command(TracedCommand):
    """`manage.py verify_ledger`: one line per finding and exit code 1, or one line that says that all is whole."""

    help = "Vérifie l’historique des heures : écritures, succession, têtes et sceaux."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print the findings as they come."""
        found = 0
        for finding in ledger.verify():
            found += 1
            self.stdout.write(finding.message)
        if found:
            self.stdout.write(f"{plural(found, 'anomalie trouvée', 'anomalies trouvées')}.")
            sys.exit(1)
        entries, _ = ledger.extent(after=0)
        self.stdout.write(f"{plural(entries, 'écriture vérifiée')} : l’historique est intact.")
