"""The form of the kick-off meeting: the meeting, then each lot."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField

from clauses.obligations.actions.kickoffs import Settled
from clauses.obligations.choices import ModalityFamily
from clauses.obligations.models import KickOff
from clauses.procurement.models import Award
from inclusiv.accounts.actions.contacts import Card
from inclusiv.accounts.choices import ContactRole
from inclusiv.accounts.forms import NameField
from inclusiv.core.actors import Actor, Role
from inclusiv.core.forms import (
    DayField,
    DialledField,
    EditForm,
    LineField,
    MailField,
    ParagraphField,
)
from inclusiv.core.stamps import StampedForm, stamp_of

CORRESPONDENT = ("name", "mobile", "email")


@dataclass(frozen=True, slots=True)
class LotFields:
    """The fields of one lot, for the template."""

    award: Award
    correspondent: list[BoundField]
    ways: BoundField
    posts: BoundField


class KickOffForm(StampedForm, EditForm):
    """« Réunion de mise au point »: what was said, lot by lot."""

    changed = "Un lot a changé de titulaire depuis que cette page est ouverte : rechargez-la avant d’envoyer."

    held_on = DayField(label="Tenue le")
    place = LineField(label="Lieu", max_length=200, help_text="Une adresse, ou « en visioconférence ».")
    attended = ParagraphField(
        label="Personnes présentes", max_length=1000, rows=3, help_text="Nom et organisation, une par ligne."
    )
    decisions = ParagraphField(label="Décisions", max_length=4000, rows=4, required=False)
    next_on = DayField(label="Prochain point", required=False)

    def __init__(
        self,
        *args: Any,
        awards: list[Award],
        kick_off: KickOff | None,
        reader: Actor,
        today: date,
        **kwargs: Any,
    ) -> None:
        names = ("held_on", "place", "attended", "decisions", "next_on", "version")
        known = (
            {name: getattr(kick_off, name) for name in names}
            if kick_off
            else {"version": 0, "held_on": today}
        )
        # A correspondent becomes a contact of the company that was read, of no other.
        holders = stamp_of(*(f"{award.pk} {award.lead.pk}" for award in awards))
        super().__init__(*args, initial=known, stamp=holders, **kwargs)
        self.awards, self.reader = awards, reader
        for award in awards:
            self.add_lot(award)

    def add_lot(self, award: Award) -> None:
        """Add the fields of a lot, filled with what is known of its lead: to a buyer, what it told itself."""
        settled = getattr(award, "kick_off_lot", None)
        is_buyer = self.reader.role is Role.BUYER
        tellers = (self.reader.organisation_id,) if is_buyer else (None, award.lot.tender.buyer_id)
        present = sorted(
            (one for one in award.lead.contacts.all() if one.left_on is None and one.told_by in tellers),
            key=lambda one: (one.rank, one.pk),
        )
        known = (settled and settled.reached) or next(iter(present), None)
        key = award.pk
        self.fields |= {
            f"name_{key}": NameField(
                label="Correspondant de l’entreprise",
                max_length=150,
                required=False,
                initial=known.name if known else "",
            ),
            f"mobile_{key}": DialledField(
                label="Mobile",
                initial=(known.mobile or known.phone) if known else "",
            ),
            f"email_{key}": MailField(
                label="Adresse e-mail", required=False, initial=known.email if known else ""
            ),
            f"ways_{key}": forms.MultipleChoiceField(
                label="Comment les heures seront faites",
                choices=ModalityFamily.choices,
                widget=forms.CheckboxSelectMultiple,
                required=False,
                initial=settled.ways if settled else [],
            ),
            f"posts_{key}": ParagraphField(
                label="Postes prévus",
                max_length=1000,
                rows=2,
                required=False,
                initial=settled.posts if settled else "",
            ),
        }

    def clean(self) -> dict[str, Any]:
        """Ask for the name of the correspondent, and for a way to reach them, together; of who still holds the lot."""
        super().clean()
        for award in self.awards:
            name, mobile, email = (self.told(one, award) for one in CORRESPONDENT)
            if (mobile or email) and not name:
                self.add_error(f"name_{award.pk}", "Indiquez le nom de cette personne.")
            wrong = {f"email_{award.pk}", f"mobile_{award.pk}"} & self.errors.keys()
            if name and not (mobile or email or wrong):
                self.add_error(f"mobile_{award.pk}", "Indiquez un mobile ou une adresse e-mail.")
        return self.cleaned_data

    def told(self, name: str, award: Award) -> Any:
        """Return what was typed for a lot."""
        return self.cleaned_data.get(f"{name}_{award.pk}") or ""

    def facts(self) -> dict[str, Any]:
        """Return what was typed, as the action takes it."""
        names = ("held_on", "place", "attended", "decisions", "next_on", "version")
        return {name: self.cleaned_data[name] for name in names} | {
            "lots": [self.settled(award) for award in self.awards]
        }

    def settled(self, award: Award) -> Settled:
        """Return what was typed of a lot."""
        name, mobile, email = (self.told(one, award) for one in CORRESPONDENT)
        return Settled(
            award=award,
            correspondent=Card(name=name, role=ContactRole.SITE, mobile=mobile, email=email)
            if name
            else None,
            ways=[ModalityFamily(way) for way in self.told("ways", award)],
            posts=self.told("posts", award),
        )

    def lots(self) -> list[LotFields]:
        """Return the fields lot by lot, for the template."""
        return [
            LotFields(
                award,
                correspondent=[self[f"{name}_{award.pk}"] for name in CORRESPONDENT],
                ways=self[f"ways_{award.pk}"],
                posts=self[f"posts_{award.pk}"],
            )
            for award in self.awards
        ]
