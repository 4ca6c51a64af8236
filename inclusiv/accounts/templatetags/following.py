"""Who follows a tender, as a card: the person who replaces them while they are away (PRACTICE.md 1.13)."""

from datetime import date

from django import template
from django.utils.safestring import SafeString

from inclusiv.accounts.models import Organisation, User
from inclusiv.accounts.selectors import presence
from inclusiv.core.components.layout import contact_card
from inclusiv.core.french import date_long

register = template.Library()

ROLE = "Votre facilitatrice ou facilitateur des clauses sociales"
NOBODY = "Votre facilitation des clauses sociales"


@register.simple_tag
def following_card(*, person: User | None, structure: Organisation, on: date) -> SafeString:
    """Draw whom to call: the person, who replaces them on the day, or the structure when nobody is there for it."""
    here, cover = presence(on=on).of(person, structure)
    if here is None:
        return contact_card(role=NOBODY, name=structure.name, phone=structure.phone)
    away = f", en remplacement de {person} jusqu’au {date_long(cover.ends_on)}" if cover else ""
    return contact_card(
        role=f"{ROLE}{away}", name=str(here), phone=here.phone or structure.phone, email=here.email
    )
