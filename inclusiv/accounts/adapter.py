"""What allauth must know of us: nobody signs up alone."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InvitationOnly(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts are opened by invitation."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Refuse every sign-up form."""
        return False
