"""The personas of the demonstration enter by a button: nobody knows their password, nobody holds their second factor.

The mark below lies in the session, which the visitor cannot write, and counts for nothing outside the demonstration.
"""

from django.conf import settings
from django.http import HttpRequest

BUTTON_KEY = "entered_by_button"


def note_entrance(request: HttpRequest) -> None:
    """Write in the session that a persona's button opened it."""
    request.session[BUTTON_KEY] = True


def entered_by_button(request: HttpRequest) -> bool:
    """Say whether this session is a persona's, in the demonstration."""
    return bool(settings.DEMO and request.session.get(BUTTON_KEY))
