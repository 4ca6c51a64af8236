"""Help by support: a second factor that is lost, an access that nobody inside can close."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from inclusiv.accounts.actions import memberships
from inclusiv.accounts.models import Membership, User
from inclusiv.accounts.signing import sessions
from inclusiv.core.actors import Actor, Role
from inclusiv.core.french import date_long
from inclusiv.core.messages import Message
from inclusiv.core.periods import paris_day
from inclusiv.records.actions import audit, mails

SUPPORT = Actor(
    user_id=None,
    membership_id=None,
    organisation_id=0,
    role=Role.COORDINATION,
    name="Assistance",
    organisation="Inclusiv",
)


@transaction.atomic
def forget_second_factor(*, user: User, at: datetime) -> bool:
    """Forget an account's second factor, recovery codes included; say whether there was one.

    Its sessions end; its owner and their organisations are told, in case somebody else asked.
    """
    forgotten, _ = Authenticator.objects.filter(user=user).delete()
    if not forgotten:
        return False
    sessions.end_sessions(user)
    live = Membership.objects.live(on=paris_day(at)).filter(user=user).with_actor()
    audit.record(
        code="access.factor_forgotten",
        subjects={row.capacity.organisation for row in live},
        by=SUPPORT,
        at=at,
        who=str(user),
    )
    mails.queue(to=user.email, message=message(at), subjects=[user], at=at)
    return True


@transaction.atomic
def close_accesses(*, user: User, at: datetime) -> int:
    """Close every access of an account, whoever manages beside it, and return how many there were.

    For who has left an organisation that they were alone to manage, and for who should never have come in: the network
    then opens its first door again.
    """
    rows = Membership.objects.live(on=paris_day(at)).filter(user=user).with_actor().order_by("pk")
    live = list(rows.select_for_update(of=("self",)))
    for membership in live:
        memberships.shut(membership, by=SUPPORT, at=at)
    return len(live)


def message(at: datetime) -> Message:
    """Return the mail to the owner of the account."""
    return Message(
        subject="Votre second facteur a été retiré",
        paragraphs=(
            "Bonjour,",
            (
                f"L’assistance d’Inclusiv a retiré le second facteur de votre compte le {date_long(paris_day(at))}."
                " Connectez-vous avec votre mot de passe, puis activez-en un autre."
            ),
            "Vous n’avez rien demandé ? Appelez l’assistance tout de suite : quelqu’un s’est fait passer pour vous.",
        ),
        action="Me connecter",
        url=settings.PUBLIC_URL + reverse("account_login"),
    )
