"""The one anticipated error of the domain, and the one of the database that whoever acts can do something about."""

from django.db import OperationalError
from psycopg.errors import DeadlockDetected, LockNotAvailable

BUSY = "Quelqu’un d’autre enregistrait au même instant ce que vous changez : rien n’est enregistré, envoyez de nouveau."

PASSES = "busy"
"""Code of what is refused because of others, and may be accepted in a minute."""


def is_busy(error: OperationalError) -> bool:
    """Say whether the database gave up because two acts waited for one another, or one of them for too long."""
    return isinstance(error.__cause__, (DeadlockDetected, LockNotAvailable))


class Refused(Exception):
    """An action that the rules do not allow, said in plain French.

    `code` is stable and tested; `message` names the field, the value and the rule; `field` is the form field
    to which a page attaches the message, when there is one.
    """

    def __init__(self, code: str, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
