"""Print who may do what: the grants that every app declares, merged into one table."""

from typing import Any

from inclusiv.core import permissions
from inclusiv.core.actors import ROLE_LABELS, Role
from inclusiv.core.doors import TracedCommand

HEADING = """\
# Permissions

What each role may do, as every app declares it in its `choices.GRANTS`: the first of the three locks
([architecture.md](architecture.md)). Which addresses it opens, and for which records, is in
[`tests/access/table.txt`](../tests/access/table.txt); what is seen of a person, in
[`tests/access/seen.txt`](../tests/access/seen.txt). Written by `python manage.py print_permissions > docs/permissions.md`.
"""


class Command(TracedCommand):
    """`manage.py print_permissions`."""

    help = "Donne le tableau des permissions, en Markdown."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print the table, one line per permission."""
        self.stdout.write(HEADING)
        self.stdout.write(f"| permission | {' | '.join(ROLE_LABELS[role] for role in Role)} |")
        self.stdout.write(f"|---|{':-:|' * len(Role)}")
        for permission, roles in permissions.table().items():
            cells = " | ".join("yes" if role in roles else "" for role in Role)
            self.stdout.write(f"| `{permission}` | {cells} |")
