"""manage.py forget_second_factor EMAIL: for somebody who lost both telephone and recovery codes."""

from argparse import ArgumentParser

from django.core.management.base import CommandError
from django.utils import timezone

from inclusiv.accounts.actions import rescue
from inclusiv.accounts.models import User
from inclusiv.core.doors import TracedCommand


class Command(TracedCommand):
    """Run by support, once it knows who is asking; the password stays needed, and another factor is set up with it."""

    help = "Forget the second factor of an account, end its sessions and tell its owner by mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the address of the account."""
        parser.add_argument("email", help="address with which the person signs in")

    def handle(self, *_args: str, email: str, **_options: object) -> None:
        """Forget it; an unknown address or an account without a factor is an error."""
        user = User.objects.filter(email=email.lower()).first()
        if user is None:
            raise CommandError(f"{email}: no account has this address.")
        forgotten = rescue.forget_second_factor(user=user, at=timezone.now())
        if not forgotten:
            raise CommandError(f"{email}: this account has no second factor.")
        self.stdout.write(f"{email}: second factor forgotten, sessions ended, owner told by mail.")
