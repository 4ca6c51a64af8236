"""The lead of an award is welcomed at the notification (PRACTICE.md 1.5)."""

from datetime import date
from decimal import Decimal

import pytest

from clauses.obligations.actions import life, welcome
from clauses.procurement.choices import AmendmentKind
from clauses.procurement.models import Award, Tender
from inclusiv.accounts.choices import CompanyKind, ContactRole
from inclusiv.accounts.models import Contact, User
from inclusiv.core.actors import Role
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import accounts
from inclusiv.demo.make import clauses as make
from inclusiv.demo.make.clauses import noon
from inclusiv.records.models import AuditEvent, OutgoingEmail, SignedLink
from tests.conftest import Cast

NOTIFIED = date(2025, 3, 10)

SUBJECT = "Bienvenue : 1 890 h d’insertion à réaliser, Réhabilitation d’une école, lot 1"
BODY = """Bonjour,

Le marché 2025-001, « Réhabilitation d’une école », de Commune de Valmont vous est notifié depuis le 10 mars 2025. Pour le lot 1, Gros œuvre, vous avez 1 890 h d’insertion à réaliser avant le 28 novembre 2025 : environ 4 personnes pendant 3 mois.

Nadia PLIE Nord (PLIE Nord) au 01 69 00 00 01, facilitatrice ou facilitateur des clauses sociales, vous aide à trouver les personnes et à faire valider celles que vous avez déjà. C’est gratuit.

Trois premiers pas, et une question :

1. Appelez Nadia PLIE Nord (PLIE Nord) au 01 69 00 00 01 avant le 24 mars 2025.

2. Participez à la réunion de mise au point, avant le 10 avril 2025 : l’acheteur vous y invite.
   Voir le démarrage du marché : http://localhost:8000/marches/{tender}/demarrage/

3. Envoyez votre plan d’heures, mois par mois, avant le 25 avril 2025 : cinq minutes, sans mot de passe.

4. Qui joindre sur le chantier, à la direction, aux ressources humaines ? Une minute suffit pour le dire.
   Vérifier les contacts : {contacts}

Proposer le plan d’heures :
{link}

--
Inclusiv, les clauses sociales des marchés publics
"""


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture
def karim(cast: Cast) -> Contact:
    return Contact.objects.create(
        organisation=cast.builder, name="Karim Haddad", role=ContactRole.SITE, email="karim@bati.example"
    )


@pytest.fixture
def award(cast: Cast, karim: Contact) -> Award:
    nadia = User.objects.get(pk=cast.facilitator.user_id or 0)
    tender = make.tender(buyer=cast.commune, structure=cast.structure, facilitator=nadia)
    made = make.award(make.lot(tender), (cast.builder, Decimal("0.7")), (cast.painter, Decimal("0.3")))
    OutgoingEmail.objects.all().delete()
    make.notify(tender, notified_on=NOTIFIED)
    return made


def the_mail() -> OutgoingEmail:
    return OutgoingEmail.objects.get(subject__startswith="Bienvenue")


def test_the_mail_word_for_word(award: Award) -> None:
    mail = the_mail()
    assert mail.recipient == "karim@bati.example"
    assert plain(mail.subject) == SUBJECT
    contacts, link = (word for word in mail.text.split() if "/lien/" in word)
    assert plain(mail.text) == BODY.format(tender=award.lot.tender_id, link=link, contacts=contacts)
    assert 'href="tel:0169000001"' in mail.html
    assert mail.html.count(link) == 3


def test_only_the_lead_is_welcomed_and_the_story_says_so(award: Award, cast: Cast) -> None:
    assert OutgoingEmail.objects.filter(subject__startswith="Bienvenue").count() == 1
    told = AuditEvent.objects.get(code="award.welcomed")
    assert f"organisation:{cast.builder.pk}" in told.subjects


def test_a_company_that_holds_several_lots_is_welcomed_once_with_the_plan_of_each(
    cast: Cast, karim: Contact
) -> None:
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    lots = [make.lot(tender, number=number, title=f"Corps {number}") for number in (1, 2, 3)]
    made = [
        make.award(lot, (company, Decimal(1)))
        for lot, company in zip(lots, (cast.builder, cast.builder, cast.painter), strict=True)
    ]
    Contact.objects.create(organisation=cast.painter, name="Lise", email="lise@val.example")
    OutgoingEmail.objects.all().delete()
    make.notify(tender, notified_on=NOTIFIED)
    mails = OutgoingEmail.objects.filter(subject__startswith="Bienvenue")
    assert sorted(mails.values_list("recipient", flat=True)) == ["karim@bati.example", "lise@val.example"]
    told = mails.get(recipient="karim@bati.example")
    assert (
        plain(told.subject)
        == "Bienvenue : 3 780 h d’insertion à réaliser, Réhabilitation d’une école, 2 lots"
    )
    words = plain(told.text)
    assert "Pour vos 2 lots, vous avez 3 780 h d’insertion à réaliser avant le 28 novembre 2025" in words
    assert (
        "4. Pour le lot 2, Corps 2, 1 890 h : envoyez le plan d’heures, mois par mois, avant le 25 avril 2025"
        in words
    )
    sent = SignedLink.objects.filter(purpose=welcome.PURPOSE).order_by("pk")
    assert [(link.data["award"], link.recipient) for link in sent] == [
        (award.pk, "lise@val.example" if award == made[2] else "karim@bati.example") for award in made
    ]
    assert told.text.count("/lien/") == 3
    assert AuditEvent.objects.filter(code="award.welcomed").count() == 3


def test_sent_again_the_first_link_serves_no_more(award: Award, cast: Cast) -> None:
    reader = welcome.send(award=award, by=cast.facilitator, at=noon(date(2025, 3, 12)))
    assert reader.name == "Karim Haddad"
    links = SignedLink.objects.filter(purpose=welcome.PURPOSE).order_by("pk")
    assert [link.revoked_at is None for link in links] == [False, True]
    with pytest.raises(Refused) as refusal:
        welcome.send(award=award, by=cast.contractor, at=noon(date(2025, 3, 12)))
    assert refusal.value.code == "not_permitted"


def test_nobody_to_write_to_is_said_to_the_facilitator(award: Award, cast: Cast, karim: Contact) -> None:
    karim.delete()
    cast.builder.capacities.get().memberships.all().delete()
    with pytest.raises(Refused) as refusal:
        welcome.send(award=award, by=cast.facilitator, at=noon(date(2025, 3, 12)))
    assert refusal.value.code == "no_address"


def test_who_takes_over_is_welcomed_too(award: Award, cast: Cast) -> None:
    OutgoingEmail.objects.all().delete()
    tender = Tender.objects.get()
    successor = accounts.organisation(
        name="Bâti-Nord", number=61, roles=(Role.CONTRACTOR,), company_kind=CompanyKind.ORDINARY
    )
    Contact.objects.create(organisation=successor, name="Lise", email="lise@nord.example")
    life.amend(
        tender=tender,
        kind=AmendmentKind.TRANSFER,
        notified_on=date(2025, 6, 2),
        changes=[life.LotChange(lot=award.lot, successor=successor)],
        by=cast.buyer,
        at=noon(date(2025, 6, 2)),
    )
    assert the_mail().recipient == "lise@nord.example"
