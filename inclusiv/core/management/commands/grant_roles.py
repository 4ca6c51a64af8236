"""Give the application's role what it needs in the database, and no more."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection, transaction

from inclusiv.core import roles
from inclusiv.core.doors import TracedCommand
from inclusiv.core.french import plural


class Command(TracedCommand):
    """`manage.py grant_roles --role NAME`, as the owner, after each migration: twice changes nothing."""

    help = "Donne au rôle de l’application ses droits sur chaque table : à lancer en propriétaire, après chaque migration."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the role; `--verbosity 2` tells every table."""
        parser.add_argument(
            "--role", default=settings.APPLICATION_ROLE, help="rôle avec lequel l’application se connecte"
        )

    @transaction.atomic
    def handle(self, *_args: Any, role: str, verbosity: int, **_options: Any) -> None:
        """Grant, then say what the role may do."""
        if not role:
            raise CommandError("Aucun rôle : indiquez --role NOM, ou APPLICATION_ROLE dans l’environnement.")
        if role == connection.settings_dict["USER"]:
            raise CommandError(
                f"{role} est le propriétaire qui migre : l’application a besoin d’un autre rôle."
            )
        if not roles.exists(role):
            self.create(role)
        granted = list(roles.grants())
        roles.apply(role, granted)
        self.tell(role, granted, every=verbosity > 1)

    def create(self, role: str) -> None:
        """Make the role when its password is told."""
        if not settings.APPLICATION_PASSWORD:
            raise CommandError(
                f"Le rôle {role} n’existe pas : donnez son mot de passe dans APPLICATION_PASSWORD, ou créez-le par"
                f" CREATE ROLE {role} LOGIN PASSWORD '…'."
            )
        roles.create(role, settings.APPLICATION_PASSWORD)
        self.stdout.write(f"Rôle {role} créé.")

    def tell(self, role: str, granted: list[roles.Grant], *, every: bool) -> None:
        """Print the tables that are restricted, and how many are not."""
        free = sum(one.privileges == roles.EVERYTHING for one in granted)
        self.stdout.write(f"{role} lit et écrit {plural(free, 'table')} ; les autres :")
        for one in granted:
            if every or one.privileges != roles.EVERYTHING:
                self.stdout.write(
                    f"  {one.table} : {', '.join(one.privileges) or 'rien, passe par sa table mère'}"
                )
