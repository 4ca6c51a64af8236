"""Forms of the accounts: invite, accept, ask for an access, arrange a replacement."""

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory

from inclusiv.accounts.actions.contacts import Card
from inclusiv.accounts.actions.invitations import Guest, Profile
from inclusiv.accounts.actions.organisations import Told
from inclusiv.accounts.choices import CONTACTS, JOINABLE_ROLES, BuyerKind, CompanyKind, ContactRole
from inclusiv.accounts.models import Contact, Organisation, User
from inclusiv.core.actors import ROLE_LABELS, Role
from inclusiv.core.forms import (
    DayField,
    DialledField,
    LineField,
    MailField,
    SiretField,
    SubmissionForm,
    offer,
    offer_words,
)
from inclusiv.core.french import quoted

COMPANY_ROLES = frozenset({Role.CONTRACTOR, Role.EMPLOYER})


def role_choices(roles: frozenset[Role] | tuple[Role, ...]) -> list[tuple[str, str]]:
    """Return roles as choices, in the order of the network."""
    return [(role.value, label) for role, label in ROLE_LABELS.items() if role in roles]


class NameField(LineField):
    """The name of somebody or of an organisation, which letters quote to strangers: it holds no address of a site."""

    def validate(self, value: str) -> None:
        """Refuse a name that a mail program would make a link of."""
        super().validate(value)
        if _SITE.search(value):
            raise ValidationError(
                f"{quoted(value)} contient l’adresse d’un site : écrivez le nom seul.", code="site"
            )


_SITE = re.compile(r"://|\bwww\.", re.IGNORECASE)


class InviteForm(SubmissionForm):
    """« Inviter »: whom, in which role, in which organisation.

    `organisation` is the one already chosen; without it, an empty SIRET means one's own.
    """

    email = MailField(label="Adresse e-mail")
    role = forms.ChoiceField(label="Rôle")
    siret = SiretField(
        label="SIRET de l’organisation",
        required=False,
        help_text="Laissez vide pour votre propre organisation.",
    )
    name = NameField(
        label="Nom de l’organisation",
        max_length=255,
        required=False,
        help_text="À remplir si elle n’est pas encore connue ici.",
    )
    kind = forms.ChoiceField(
        label="Nature",
        required=False,
        choices=[
            ("", "Choisir…"),
            ("Acheteur", list(BuyerKind.choices)),
            ("Entreprise", list(CompanyKind.choices)),
        ],
    )
    is_manager = forms.BooleanField(
        label="Gère les accès de son organisation",
        required=False,
        help_text="Cette personne pourra inviter ses collègues et fermer leurs accès.",
    )
    in_place_of = NameField(
        label="À la place de",
        max_length=150,
        required=False,
        help_text="Pour l’assistante ou l’assistant d’une personne élue : le nom de cette personne.",
    )

    def __init__(
        self, *args: Any, roles: frozenset[Role], organisation: Organisation | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer_words(self, "role", role_choices(roles))
        if organisation is not None:
            for name in ("siret", "name", "kind"):
                del self.fields[name]

    def guest(self) -> Guest:
        """Return whom to invite."""
        given = self.cleaned_data
        return Guest(given["email"], is_manager=given["is_manager"], in_place_of=given["in_place_of"])

    def told(self) -> Told | None:
        """Return the organisation typed, None when it is one's own."""
        given = self.cleaned_data
        if not given.get("siret"):
            return None
        kind = given["kind"]
        return Told(
            siret=given["siret"],
            name=given["name"],
            buyer_kind=kind if kind in BuyerKind.values else "",
            company_kind=kind if kind in CompanyKind.values else "",
        )


class AccountFields(SubmissionForm):
    """What a new account needs, besides the address that was invited."""

    first_name = NameField(
        label="Prénom", max_length=75, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = NameField(
        label="Nom", max_length=75, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    phone = LineField(
        label="Téléphone professionnel",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    password = forms.CharField(
        label="Mot de passe",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        """Check the password by the rules of the platform, with the names just typed."""
        given = self.cleaned_data
        person = User(
            email=self.email,
            first_name=given.get("first_name", ""),
            last_name=given.get("last_name", ""),
        )
        try:
            validate_password(given.get("password", ""), person)
        except ValidationError as error:
            self.add_error("password", error)
        return given

    def profile(self) -> Profile:
        """Return the account to make."""
        given = self.cleaned_data
        return Profile(
            first_name=given["first_name"],
            last_name=given["last_name"],
            phone=given["phone"],
            password=given["password"],
        )


class JoinForm(SubmissionForm):
    """« Demander un accès »."""

    name = NameField(label="Vos prénom et nom", max_length=150)
    email = MailField(label="Votre adresse e-mail professionnelle")
    role = forms.ChoiceField(
        label="Vous êtes", choices=role_choices(JOINABLE_ROLES), widget=forms.RadioSelect
    )
    siret = SiretField(label="SIRET de votre organisation")
    organisation = NameField(label="Nom de votre organisation", max_length=255)

    def told(self) -> Told:
        """Return the organisation as typed."""
        return Told(siret=self.cleaned_data["siret"], name=self.cleaned_data["organisation"])


if TYPE_CHECKING:
    UserChoice = forms.ModelChoiceField[User]
else:
    UserChoice = forms.ModelChoiceField


class CoverForm(SubmissionForm):
    """« Remplacement »: who is away, who answers, from when to when."""

    absent = UserChoice(label="Personne absente", queryset=None, empty_label="Choisir…")
    substitute = UserChoice(label="Remplacée par", queryset=None, empty_label="Choisir…")
    starts_on = DayField(label="Du")
    ends_on = DayField(label="Au")

    def __init__(self, *args: Any, colleagues: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("absent", "substitute"):
            offer(self, name, colleagues)


class ContactForm(forms.Form):
    """Somebody to call; `contact` is the one that the row corrects."""

    contact = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = NameField(label="Nom", max_length=150)
    role = forms.ChoiceField(label="Fonction", choices=ContactRole, initial=ContactRole.SITE)
    mobile = DialledField(label="Mobile")
    phone = DialledField(label="Téléphone fixe")
    email = MailField(label="Adresse e-mail", required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for one way to reach the person."""
        given = self.cleaned_data
        ways = ("mobile", "phone", "email")
        if given.get("name") and not any(given.get(way) or way in self.errors for way in ways):
            self.add_error("mobile", "Indiquez un mobile, un téléphone ou une adresse e-mail.")
        return given


if TYPE_CHECKING:
    Contacts = BaseFormSet[ContactForm]
else:
    Contacts = BaseFormSet


class ContactSet(Contacts):
    """The contacts of an organisation, in the order in which they are called."""

    default_error_messages = {
        **BaseFormSet.default_error_messages,
        "too_many_forms": f"Gardez au plus {CONTACTS} personnes à joindre.",
    }

    def add_fields(self, form: ContactForm, index: int | None) -> None:
        """Say the removal and the order in words."""
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = "Cette personne n’est plus à joindre"
        form.fields["ORDER"].label = "Ordre d’appel"

    def read(self) -> set[int]:
        """Return the keys of those whom the page showed."""
        return {form.cleaned_data["contact"] for form in self.forms if form.cleaned_data.get("contact")}

    def cards(self) -> list[Card]:
        """Return the contacts to keep, the first to call first."""
        return [
            Card(**{name: form.cleaned_data[name] or empty for name, empty in CARD.items()})
            for form in self.ordered_forms
            if form.cleaned_data.get("name")
        ]


CARD: dict[str, Any] = {"contact": None, "name": "", "role": "", "mobile": "", "phone": "", "email": ""}
"""What each field of a card is when nothing is typed in it."""


def contact_set(data: Mapping[str, Any] | None, contacts: Iterable[Contact]) -> ContactSet:
    """Return the form of contacts, as typed or as they stand, with room for one more."""
    kind = formset_factory(
        ContactForm,
        formset=ContactSet,
        extra=1,
        max_num=CONTACTS,
        absolute_max=2 * CONTACTS,
        validate_max=True,
        can_delete=True,
        can_delete_extra=False,
        can_order=True,
    )
    standing = [
        {name: getattr(row, name) for name in CARD if name != "contact"}
        | {"contact": row.pk, "told_by": row.told_by}
        for row in contacts
    ]
    return cast("ContactSet", kind(data, initial=standing, prefix="contacts"))
