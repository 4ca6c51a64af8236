"""manage.py close_accesses EMAIL: for who left an organisation that nobody else manages, or should never have come in."""

from argparse import ArgumentParser

from django.core.management.base import CommandError
from django.utils import timezone

from inclusiv.accounts.actions import rescue
from inclusiv.accounts.models import User
from inclusiv.core.doors import TracedCommand


class Command(TracedCommand):
    """Run by support, once it knows who is asking; the organisation's story says it."""

    help = "Close every access of an account and end its sessions; the network may then invite somebody else."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the address of the account."""
        parser.add_argument("email", help="address with which the person signs in")

    def handle(self, *_args: str, email: str, **_options: object) -> None:
        """Close them; an address that acts for nobody is an error."""
        user = User.objects.filter(email=email.lower()).first()
        closed = rescue.close_accesses(user=user, at=timezone.now()) if user else 0
        if not closed:
            raise CommandError(f"{email}: nobody acts with this address.")
        self.stdout.write(f"{email}: accesses closed ({closed}), sessions ended.")
