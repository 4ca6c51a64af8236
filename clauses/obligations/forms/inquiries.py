"""What a buyer answers by link, or a facilitator for it: contractors, notification, whom to call."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.forms import BoundField

from clauses.obligations.actions.inquiries import LotAnswer, Notified
from clauses.procurement.models import Lot, Tender
from clauses.procurement.rules.inquiries import check_later
from clauses.procurement.selectors.inquiries import Missing
from inclusiv.accounts.actions import organisations
from inclusiv.accounts.actions.contacts import Card
from inclusiv.accounts.actions.organisations import Told
from inclusiv.accounts.choices import CompanyKind, ContactRole
from inclusiv.accounts.forms import NameField
from inclusiv.accounts.models import Organisation
from inclusiv.accounts.selectors import company_named
from inclusiv.core.forms import (
    DayField,
    DialledField,
    EurosField,
    MailField,
    SiretField,
    SubmissionForm,
    check,
)

COMPANY = ("siret", "name", "awarded_on")
CONTACT = ("contact", "mobile", "email")
DAYS = ("notified_on", "starts_on", "ends_on")


@dataclass(frozen=True, slots=True)
class LotFields:
    """The fields of one lot, for the template."""

    lot: Lot
    company: list[BoundField]
    contact: list[BoundField]


class AnswerForm(SubmissionForm):
    """« Qui a été retenu ? »: every field may be left empty, what is told is enough for now."""

    notified_on = DayField(label="Notifié le", required=False)
    starts_on = DayField(label="Début d’exécution", required=False)
    ends_on = DayField(label="Fin d’exécution (incluse)", required=False)
    later_on = DayField(label="Me redemander le", required=False)

    def __init__(self, *args: Any, tender: Tender, missing: Missing, today: date, **kwargs: Any) -> None:
        initial = {"starts_on": tender.starts_on, "ends_on": tender.ends_on}
        super().__init__(*args, **{"initial": initial, **kwargs})
        self.missing, self.today = missing, today
        for lot in missing.lots:
            self.fields |= {
                f"siret_{lot.pk}": SiretField(label="SIRET de l’entreprise", required=False),
                f"name_{lot.pk}": NameField(label="Nom de l’entreprise", max_length=255, required=False),
                f"awarded_on_{lot.pk}": DayField(label="Attribué le", required=False),
                f"amount_{lot.pk}": EurosField(label="Montant attribué", required=False),
                f"contact_{lot.pk}": NameField(
                    label="Qui joindre sur le chantier", max_length=150, required=False
                ),
                f"mobile_{lot.pk}": DialledField(label="Mobile"),
                f"email_{lot.pk}": MailField(label="Adresse e-mail", required=False),
            }

    def clean(self) -> dict[str, Any]:
        """Compare what was told: half a lot, half a notification and nothing at all are asked for again."""
        self.companies: dict[int, Organisation | Told] = {}
        self.clean_lots()
        for lot in self.missing.lots:
            self.clean_company(lot)
            self.clean_contact(lot)
        self.clean_notification()
        later_on = self.cleaned_data.get("later_on")
        if later_on:
            check(self, lambda day: check_later(day, today=self.today), later_on)
        if not self.errors and not (self.companies or self.is_notified or later_on):
            self.add_error(
                None,
                "Indiquez au moins un titulaire ; si rien n’est décidé, le jour où vous le redemander.",
            )
        return self.cleaned_data

    def clean_lots(self) -> None:
        """Refuse what was typed of a lot that somebody else has given meanwhile: it would be left aside unread."""
        typed = {
            name for name in self.data if name.startswith(("siret_", "name_")) and self.data[name].strip()
        }
        if typed - self.fields.keys():
            self.add_error(
                None,
                "Le titulaire d’un lot a été indiqué par quelqu’un d’autre entre-temps : rechargez la page.",
            )

    def clean_company(self, lot: Lot) -> None:
        """Find the company of a lot by its SIRET, or by its name when it is known here."""
        siret, name, awarded_on = (self.told(one, lot) for one in COMPANY)
        told = any((siret, name, awarded_on, self.told("amount", lot)))
        if not told or any(f"{one}_{lot.pk}" in self.errors for one in COMPANY):
            return
        if not siret and not name:
            self.add_error(f"siret_{lot.pk}", "Indiquez l’entreprise retenue pour ce lot.")
        elif siret and not name and not Organisation.objects.filter(siret=siret).exists():
            self.add_error(
                f"name_{lot.pk}", "Cette entreprise n’est pas encore connue ici : indiquez son nom."
            )
        elif siret:
            self.companies[lot.pk] = Told(siret=siret, name=name, company_kind=CompanyKind.ORDINARY)
        elif (found := company_named(name, on=self.today)) is not None:
            self.companies[lot.pk] = found
        else:
            self.add_error(
                f"siret_{lot.pk}",
                "Aucune entreprise n’est connue ici sous ce nom exact : indiquez son SIRET.",
            )
        if not awarded_on:
            self.add_error(f"awarded_on_{lot.pk}", "Indiquez le jour de l’attribution.")

    def clean_contact(self, lot: Lot) -> None:
        """Ask for the name and for a way to reach it together, at a company that is known."""
        name, mobile, email = (self.told(one, lot) for one in CONTACT)
        if not any((name, mobile, email)):
            return
        if not name and f"contact_{lot.pk}" not in self.errors:
            self.add_error(f"contact_{lot.pk}", "Indiquez le nom de cette personne.")
        if (
            name
            and not (mobile or email)
            and not {f"email_{lot.pk}", f"mobile_{lot.pk}"} & self.errors.keys()
        ):
            self.add_error(f"mobile_{lot.pk}", "Indiquez un mobile ou une adresse e-mail.")
        if not (self.told("siret", lot) or self.told("name", lot)) and f"siret_{lot.pk}" not in self.errors:
            self.add_error(f"siret_{lot.pk}", "Indiquez l’entreprise de cette personne.")

    def clean_notification(self) -> None:
        """Ask for the three days together, once every contractor is told."""
        if not self.is_notified or "notified_on" in self.errors:
            return
        for name in DAYS:
            if not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, "Indiquez ce jour : les heures sont dues sur cette période.")
        unknown = [lot for lot in self.missing.lots if lot.pk not in self.companies]
        if unknown and not self.errors:
            self.add_error(
                "notified_on",
                f"Indiquez d’abord le titulaire du lot {unknown[0].number}, qui porte une clause.",
            )

    @property
    def is_notified(self) -> bool:
        """Whether the notification is told: the days of the execution alone are those that were planned."""
        return bool(self.cleaned_data.get("notified_on"))

    @property
    def retained(self) -> list[str]:
        """Each company told, under the name and the SIRET by which it is known: whoever answered by a name checks it."""
        told = [(lot, self.companies[lot.pk]) for lot in self.missing.lots if lot.pk in self.companies]
        return [f"Lot {lot.number} : {known_as(company)}." for lot, company in told]

    def told(self, name: str, lot: Lot) -> Any:
        """Return what was typed for a lot, empty when it was refused."""
        return self.cleaned_data.get(f"{name}_{lot.pk}") or ""

    def answers(self) -> dict[str, Any]:
        """Return what was typed, as the action takes it."""
        given = self.cleaned_data
        return {
            "lots": [self.lot_answer(lot) for lot in self.missing.lots if lot.pk in self.companies],
            "notified": Notified(**{name: given[name] for name in DAYS}) if self.is_notified else None,
            "later_on": given["later_on"],
        }

    def lot_answer(self, lot: Lot) -> LotAnswer:
        """Return what is told of a lot."""
        name, mobile, email = (self.told(one, lot) for one in CONTACT)
        return LotAnswer(
            lot=lot,
            contractor=self.companies[lot.pk],
            awarded_on=self.told("awarded_on", lot),
            amount=self.cleaned_data.get(f"amount_{lot.pk}"),
            contact=Card(name=name, role=ContactRole.SITE, mobile=mobile, email=email) if name else None,
        )

    def lots(self) -> list[LotFields]:
        """Return the fields lot by lot, for the template."""
        return [
            LotFields(
                lot,
                company=[self[f"{name}_{lot.pk}"] for name in (*COMPANY, "amount")],
                contact=[self[f"{name}_{lot.pk}"] for name in CONTACT],
            )
            for lot in self.missing.lots
        ]


def known_as(company: Organisation | Told) -> str:
    """Return a company as the platform knows it: « Val Maçonnerie, SIRET 12345678900011 »."""
    shown = (organisations.known(company) or company) if isinstance(company, Told) else company
    return f"{shown}, SIRET {shown.siret}" if shown.siret else str(shown)
