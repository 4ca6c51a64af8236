"""Spotted contracts on screen: the list, the page, the three answers, the upload and its report."""

import gzip
import re
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as project
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clauses.decp.actions import answers
from clauses.decp.models import FileReading, SpottedContract
from clauses.procurement.models import Lot, Tender
from inclusiv.accounts.models import Territory
from inclusiv.core.actors import Actor
from inclusiv.demo.make import accounts
from inclusiv.demo.make import clauses as make
from inclusiv.records.actions import jobs
from inclusiv.records.choices import JobState
from inclusiv.records.models import Job
from tests.clauses.decp.conftest import Read
from tests.clauses.decp.samples import COMPANY, contract, contractor, file_of
from tests.conftest import ActingClient, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("storage")]

LIST = reverse("decp:list")
READ = reverse("decp:read")


@pytest.fixture
def spotted(cast: Cast, read_contracts: Read) -> SpottedContract:
    """A contract of the commune, not yet answered, read by the first structure."""
    read_contracts(contract(acheteur={"id": cast.commune.siret}))
    return SpottedContract.objects.get()


@pytest.fixture
def territory(cast: Cast) -> Territory:
    """The first structure follows Évry-Courcouronnes and its neighbours."""
    return accounts.territory(cast.structure, name="Nord", epci=("200059228",))


def page(name: str, pk: int) -> str:
    return reverse(f"decp:{name}", args=[pk])


def text_of(response: Any) -> str:
    body: str = response.content.decode()
    return body


def listed(browser: ActingClient, actor: Actor, **asked: str) -> set[str]:
    """Return the numbers of the contracts that the list shows."""
    body = text_of(browser.acting(actor).get(LIST, asked))
    return {one.reference for one in SpottedContract.objects.all() if f">{one.reference} · " in body}


def upload(content: bytes, name: str = "decp.json", **changes: str) -> dict[str, Any]:
    return {"submission": str(uuid4()), "file": SimpleUploadedFile(name, content)} | changes


def test_the_list_shows_what_is_published(
    browser: ActingClient, spotted: SpottedContract, cast: Cast
) -> None:
    body = text_of(browser.acting(cast.facilitator).get(LIST))
    for shown in (
        "Réhabilitation du groupe scolaire",
        "Commune de Valmont",
        "10/03/2025",
        "Clause sociale",
        "À traiter",
    ):
        assert shown in body
    assert "640\u202f000,50\u00a0€" in body


def test_the_search_finds_an_object_a_buyer_or_a_number(
    browser: ActingClient, read_contracts: Read, cast: Cast
) -> None:
    read_contracts(
        contract(id="A1", objet="Entretien des forêts", acheteur={"id": cast.commune.siret}),
        contract(id="A2", objet="Balayage", acheteur={"id": cast.other_commune.siret}),
    )
    assert listed(browser, cast.facilitator, q="FORET") == {"A1"}
    assert listed(browser, cast.facilitator, q="clairval") == {"A2"}
    assert listed(browser, cast.facilitator, q="a2") == {"A2"}
    assert listed(browser, cast.facilitator, q=cast.commune.siren) == {"A1"}
    assert listed(browser, cast.facilitator, q="rien") == set()


def followed(cast: Cast, at: datetime, *spotted: SpottedContract) -> Lot:
    """Attach contracts to a tender of the commune whose consultation is published."""
    tender = make.tender(buyer=cast.commune, structure=cast.structure, reference="2025-001")
    for one in spotted:
        answers.attach(contract=one, tender=tender, by=cast.buyer, at=at)
    return make.lot(tender)


def value_of(body: str, name: str) -> str:
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', body)
    assert found
    value = re.search(r'value="([^"]*)"', found[0])
    return value[1] if value else ""


def test_what_was_published_starts_the_award_and_the_notification(
    browser: ActingClient, read_contracts: Read, cast: Cast, at: datetime
) -> None:
    holder = {"titulaire": {"typeIdentifiant": "SIRET", "id": cast.builder.siret}}
    read_contracts(contract(acheteur={"id": cast.commune.siret}, titulaires=[holder]))
    spotted = SpottedContract.objects.get()
    assert "Bâti-Sud" in text_of(browser.acting(cast.buyer).get(page("contract", spotted.pk)))
    lot = followed(cast, at, spotted)
    body = text_of(browser.get(reverse("procurement:award", args=[lot.pk])))
    assert (value_of(body, "siret_1"), value_of(body, "name_1")) == (cast.builder.siret, "Bâti-Sud")
    assert (value_of(body, "amount"), value_of(body, "awarded_on")) == ("640\u202f000,50", "")
    assert "ce marché a été notifié le 10\u00a0mars 2025" in body
    body = text_of(browser.get(reverse("obligations:notify", args=[lot.tender_id])))
    assert value_of(body, "notified_on") == "2025-03-10"


def test_who_holds_which_lot_is_not_guessed_from_several_contracts(
    browser: ActingClient, read_contracts: Read, cast: Cast, at: datetime
) -> None:
    read_contracts(*(contract(id=number, acheteur={"id": cast.commune.siret}) for number in ("L1", "L2")))
    lot = followed(cast, at, *SpottedContract.objects.order_by("pk"))
    body = text_of(browser.acting(cast.buyer).get(reverse("procurement:award", args=[lot.pk])))
    assert value_of(body, "siret_1") == ""


@pytest.mark.parametrize("from_open_data", [False, True])
def test_candidates_are_to_be_told_only_while_they_wait(
    browser: ActingClient, spotted: SpottedContract, cast: Cast, at: datetime, *, from_open_data: bool
) -> None:
    lot = followed(cast, at, *([spotted] if from_open_data else []))
    body = text_of(browser.acting(cast.buyer).get(reverse("obligations:sizing", args=[lot.pk])))
    assert ("prévenir tous les candidats" in body) is not from_open_data


def test_the_filters_narrow_the_list(browser: ActingClient, read_contracts: Read, cast: Cast) -> None:
    both = {"considerationSociale": ["Clause sociale", "Critère social"]}
    read_contracts(
        contract(id="clause", acheteur={"id": cast.commune.siret}),
        contract(id="both", considerationsSociales=both, codeCPV="90911200-8", dateNotification="2024-05-02"),
        contract(
            id="untold",
            considerationsSociales=...,
            lieuExecution={"code": "75", "typeCode": "Code département"},
        ),
    )
    SpottedContract.objects.filter(reference="both").update(status="DISMISSED")

    def kept(**asked: str) -> set[str]:
        return listed(browser, cast.coordinator, **asked)

    assert kept(suite="DISMISSED") == {"both"}
    assert kept(social="CLAUSE") == {"clause", "both"}
    assert kept(social="CRITERION") == {"both"}
    assert kept(social="inconnue") == {"untold"}
    assert kept(annee="2024") == {"both"}
    assert kept(type="SERVICES") == {"both"}
    assert kept(dept="75") == {"untold"}
    assert kept(suite="NEW", social="CLAUSE") == {"clause"}
    assert kept(annee="1999") == {"clause", "both", "untold"}


def test_a_buyer_lists_its_own_contracts_only(
    browser: ActingClient, read_contracts: Read, cast: Cast
) -> None:
    read_contracts(contract(id="own", acheteur={"id": cast.commune.siret}), contract(id="other"))
    assert listed(browser, cast.buyer) == {"own"}
    assert listed(browser, cast.other_buyer) == set()


def test_the_list_answers_its_fragment_and_its_export(
    browser: ActingClient, spotted: SpottedContract, cast: Cast
) -> None:
    browser.acting(cast.facilitator)
    fragment = text_of(browser.get(LIST, headers={"HX-Request": "true"}))
    assert "2025M0042" in fragment
    assert "<html" not in fragment
    response = browser.get(LIST, {"export": "csv"})
    exported = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # streamed
    assert "2025M0042" in exported
    assert "Clause sociale" in exported


@pytest.mark.parametrize("name", ["list", "reading", "contract"])
def test_a_page_costs_as_many_queries_for_one_row_as_for_twenty(
    browser: ActingClient, read_contracts: Read, cast: Cast, name: str
) -> None:
    def queries(count: int) -> int:
        rows = (
            contract(
                id=f"{count}-{n}",
                montant=1,
                titulaires=[contractor(COMPANY)],
                acheteur={"id": cast.commune.siret},
            )
            for n in range(count)
        )
        reading = read_contracts(*rows)
        shown = SpottedContract.objects.filter(reading=reading)[:1].get()
        address = {
            "list": LIST,
            "reading": page("reading", reading.pk),
            "contract": page("contract", shown.pk),
        }
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(address[name]).status_code == 200
        return len(captured)

    browser.acting(cast.facilitator)
    assert queries(1) == queries(20)


def test_the_page_tells_everything(browser: ActingClient, read_contracts: Read, cast: Cast) -> None:
    change = {"id": 1, "objetModification": "Travaux ajoutés", "montant": 700000, "dureeMois": 16}
    own = {"id": cast.commune.siret}
    read_contracts(
        contract(acheteur=own, montant=380000, objet="Lot 1"),
        contract(
            acheteur=own,
            montant=1,
            modifications=[{"modification": change}],
            titulaires=[contractor(COMPANY, denominationSociale="Bâti-Sud")],
            lieuExecution={"code": "91000", "typeCode": "Code postal", "nom": "Évry"},
        ),
    )
    kept = SpottedContract.objects.get()
    body = text_of(browser.acting(cast.facilitator).get(page("contract", kept.pk)))
    told = (
        "Bâti-Sud", COMPANY, "Travaux ajoutés", "16 mois", "Lot 1", "a tout d’un montant fictif", "decp.json",
        "Évry (code postal 91000)", "Clause sociale", "Forfaitaire, Définitif révisable", "14 mois", "Tranches",
    )  # fmt: skip
    assert [one for one in told if one not in body] == []


@pytest.mark.parametrize(
    ("name", "offered"),
    [
        ("facilitator", {"Suivre ce marché", "Rattacher à un marché suivi", "Écarter"}),
        ("buyer", {"Suivre ce marché", "Rattacher à un marché suivi", "Écarter"}),
        ("coordinator", set()),
    ],
)
def test_the_page_offers_the_answers_of_the_role(
    browser: ActingClient, spotted: SpottedContract, cast: Cast, name: str, offered: set[str]
) -> None:
    body = text_of(browser.acting(cast.everyone()[name]).get(page("contract", spotted.pk)))
    assert {
        label for label in ("Suivre ce marché", "Rattacher à un marché suivi", "Écarter") if label in body
    } == offered


PAGES = ("contract", "follow", "attach", "dismiss", "restore")


@pytest.mark.parametrize("name", PAGES)
def test_the_contract_of_another_buyer_does_not_exist(
    browser: ActingClient, spotted: SpottedContract, cast: Cast, name: str
) -> None:
    browser.acting(cast.other_buyer)
    send = browser.post if name in {"dismiss", "restore"} else browser.get
    assert send(page(name, spotted.pk)).status_code == 404


@pytest.mark.parametrize("name", [*PAGES, "list", "read", "reading"])
@pytest.mark.parametrize("who", ["contractor", "employer", "prescriber", "signatory"])
def test_other_roles_are_kept_out(
    browser: ActingClient, spotted: SpottedContract, cast: Cast, name: str, who: str
) -> None:
    address = reverse(f"decp:{name}") if name in {"list", "read"} else page(name, spotted.pk)
    browser.acting(cast.everyone()[who])
    send = browser.post if name in {"dismiss", "restore"} else browser.get
    assert send(address).status_code == 403


@pytest.mark.parametrize("name", ["follow", "attach", "dismiss", "restore"])
def test_the_coordination_watches_and_does_not_answer(
    browser: ActingClient, spotted: SpottedContract, cast: Cast, name: str
) -> None:
    assert browser.acting(cast.coordinator).post(page(name, spotted.pk)).status_code == 403


@pytest.mark.parametrize(("name", "method"), [("dismiss", "get"), ("restore", "get"), ("contract", "post")])
def test_the_wrong_method_is_refused(
    browser: ActingClient, spotted: SpottedContract, cast: Cast, name: str, method: str
) -> None:
    browser.acting(cast.facilitator)
    assert getattr(browser, method)(page(name, spotted.pk)).status_code == 405
    assert browser.post(LIST).status_code == 405


def follow_form(browser: ActingClient, spotted: SpottedContract, **changes: str) -> dict[str, str]:
    """Return the form as it is drawn, with what somebody types over it."""
    form = browser.get(page("follow", spotted.pk)).context["form"]
    drawn = {field.name: field.value() for field in form}
    sent = {
        name: str(getattr(value, "pk", value)) for name, value in drawn.items() if value not in (None, "")
    }
    return sent | changes


@pytest.mark.usefixtures("territory")
@pytest.mark.parametrize("name", ["buyer", "facilitator"])
def test_a_contract_is_followed_from_its_page(
    browser: ActingClient, spotted: SpottedContract, cast: Cast, name: str
) -> None:
    browser.acting(cast.everyone()[name])
    sent = follow_form(browser, spotted, title="École Jean-Moulin")
    assert (sent["reference"], sent["nature"], sent["place"]) == (
        "2025M0042",
        "WORKS",
        "Évry-Courcouronnes (91228)",
    )
    response = browser.post(page("follow", spotted.pk), sent)
    assert response.status_code == 302
    made = Tender.objects.get()
    assert (made.title, made.buyer, made.structure) == ("École Jean-Moulin", cast.commune, cast.structure)
    spotted.refresh_from_db()
    assert spotted.tender == made
    body = text_of(browser.get(page("contract", spotted.pk)))
    assert "Suivre ce marché" not in body
    assert "2025M0042 École Jean-Moulin" in body


@pytest.mark.usefixtures("territory")
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"reference": "2025-MARCHE-DES-ECOLES"}, "au plus 16 caractères"),
        ({"estimated_amount": "-5"}, "ne peut pas être négatif"),
        ({"ends_on": "2024-01-01"}, "fin"),
        ({"cpv": "4521"}, "8 chiffres"),
        ({"nature": ""}, "est à remplir"),
    ],
)
def test_a_wrong_form_is_told_and_what_was_typed_stays(
    browser: ActingClient, spotted: SpottedContract, cast: Cast, changes: dict[str, str], message: str
) -> None:
    browser.acting(cast.buyer)
    sent = follow_form(browser, spotted, title="École Jean-Moulin", **changes)
    response = browser.post(page("follow", spotted.pk), sent)
    assert response.status_code == 422
    assert message in text_of(response)
    assert "École Jean-Moulin" in text_of(response)
    assert not Tender.objects.exists()


@pytest.mark.usefixtures("territory")
def test_a_double_click_follows_once(browser: ActingClient, spotted: SpottedContract, cast: Cast) -> None:
    browser.acting(cast.buyer)
    sent = follow_form(browser, spotted)
    browser.post(page("follow", spotted.pk), sent)
    browser.post(page("follow", spotted.pk), sent)
    assert Tender.objects.count() == 1


def test_without_a_territory_the_buyer_chooses_the_structure(
    browser: ActingClient, spotted: SpottedContract, cast: Cast
) -> None:
    browser.acting(cast.buyer)
    response = browser.post(page("follow", spotted.pk), follow_form(browser, spotted))
    assert response.status_code == 422
    assert "choisissez celle qui suivra ce marché" in text_of(response)
    sent = follow_form(browser, spotted, structure=str(cast.structure.pk))
    assert browser.post(page("follow", spotted.pk), sent).status_code == 302


def test_a_buyer_unknown_here_is_told_so(browser: ActingClient, read_contracts: Read, cast: Cast) -> None:
    read_contracts(contract(acheteur={"id": "219103777"}))
    unknown = SpottedContract.objects.get()
    body = text_of(browser.acting(cast.facilitator).get(page("follow", unknown.pk)))
    assert "Commune de Massy (SIREN 219103777) n’a pas encore d’espace sur Inclusiv" in body


def test_an_answered_contract_takes_no_other_answer(
    browser: ActingClient, spotted: SpottedContract, cast: Cast
) -> None:
    browser.acting(cast.facilitator).post(page("dismiss", spotted.pk))
    for name in ("follow", "attach"):
        assert "a déjà reçu une réponse" in text_of(browser.get(page(name, spotted.pk)))
    response = browser.post(page("dismiss", spotted.pk), follow=True)
    assert "a répondu entre-temps" in text_of(response)


def test_a_contract_is_attached_from_the_suggestion(
    browser: ActingClient, spotted: SpottedContract, cast: Cast
) -> None:
    made = make.tender(buyer=cast.commune, structure=cast.structure, reference="2025M0042")
    browser.acting(cast.facilitator)
    body = text_of(browser.get(page("contract", spotted.pk)))
    assert "peut-être déjà suivi" in body
    assert "même acheteur, même numéro" in body
    sent = {"submission": str(uuid4()), "tender": str(made.pk)}
    response = browser.post(page("attach", spotted.pk), sent, follow=True)
    assert "est rattaché à" in text_of(response)
    spotted.refresh_from_db()
    assert (spotted.status, spotted.tender) == ("ATTACHED", made)


def test_who_does_not_see_the_tender_does_not_read_which_one_it_is(
    browser: ActingClient, spotted: SpottedContract, cast: Cast, at: datetime
) -> None:
    """A contract is public, what a structure attached to it is not."""
    made = make.tender(
        buyer=cast.commune, structure=cast.structure, reference="2025M0077", title="Objet tenu entre nous"
    )
    answers.attach(contract=spotted, tender=made, by=cast.buyer, at=at)
    told = {
        name: "Objet tenu entre nous"
        in text_of(browser.acting(getattr(cast, name)).get(page("contract", spotted.pk)))
        for name in ("facilitator", "other_facilitator")
    }
    assert told == {"facilitator": True, "other_facilitator": False}


def test_only_the_tenders_of_the_buyer_can_be_chosen(
    browser: ActingClient, spotted: SpottedContract, cast: Cast
) -> None:
    own = make.tender(buyer=cast.commune, structure=cast.structure, reference="1")
    other = make.tender(buyer=cast.other_commune, structure=cast.structure, reference="2")
    browser.acting(cast.facilitator)
    response = browser.get(page("attach", spotted.pk))
    assert list(response.context["form"].fields["tender"].queryset) == [own]
    sent = {"submission": str(uuid4()), "tender": str(other.pk)}
    assert browser.post(page("attach", spotted.pk), sent).status_code == 422


def test_a_contract_is_dismissed_and_taken_back(
    browser: ActingClient, spotted: SpottedContract, cast: Cast
) -> None:
    browser.acting(cast.buyer)
    dismissed = text_of(browser.post(page("dismiss", spotted.pk), follow=True))
    assert "vous pouvez le remettre à traiter" in dismissed
    assert "Marché repéré 2025M0042 : écarté" in dismissed
    restored = text_of(browser.post(page("restore", spotted.pk), follow=True))
    assert "Suivre ce marché" in restored


def run_the_job(at: datetime) -> Job:
    job = Job.objects.get()
    jobs.run(job_id=job.pk, clock=lambda: at)
    job.refresh_from_db()
    return job


@pytest.mark.parametrize("name", ["facilitator", "coordinator"])
@pytest.mark.parametrize("kind", ["json", "gz"])
def test_an_uploaded_file_is_read_and_its_report_told(
    browser: ActingClient, cast: Cast, at: datetime, name: str, kind: str
) -> None:
    content = file_of(contract(), contract(), contract(id=None), contract(id="3", montant=1))
    packed = gzip.compress(content) if kind == "gz" else content
    response = browser.acting(cast.everyone()[name]).post(READ, upload(packed, f"decp.{kind}"))
    reading = FileReading.objects.get()
    report = page("reading", reading.pk)
    assert response.headers["Location"].startswith(reverse("records:job", args=[reading.job_id]))
    assert report.replace("/", "%2F") in response.headers["Location"]
    assert "en cours" in text_of(browser.get(report))
    assert run_the_job(at).state == JobState.DONE
    body = text_of(browser.get(report))
    told = (
        "Réuni à l’enregistrement n° 2", "Identifiant du marché", "a tout d’un montant fictif", "refusé", "créé",
    )  # fmt: skip
    assert [one for one in told if one not in body] == []
    assert f"decp.{kind}" in text_of(browser.get(READ))
    refused = text_of(browser.get(report, {"resultat": "REFUSED"}))
    assert "montant fictif" not in refused.split("Ligne par ligne")[1].split("<tbody")[1]


def test_a_buyer_gives_a_file_and_keeps_its_own(browser: ActingClient, cast: Cast, at: datetime) -> None:
    content = file_of(contract(acheteur={"id": cast.commune.siret}), contract(), contract(id="2"))
    browser.acting(cast.buyer)
    assert "Seuls les marchés de votre organisation" in text_of(browser.get(READ))
    browser.post(READ, upload(content))
    run_the_job(at)
    body = text_of(browser.get(page("reading", FileReading.objects.get().pk)))
    assert "d’autres acheteurs" in body
    assert SpottedContract.objects.get().buyer == cast.commune


def test_the_report_of_another_organisation_does_not_exist(
    browser: ActingClient, spotted: SpottedContract, cast: Cast
) -> None:
    address = page("reading", spotted.reading_id)
    assert browser.acting(cast.facilitator).get(address).status_code == 200
    for actor in (cast.other_facilitator, cast.coordinator, cast.buyer):
        assert browser.acting(actor).get(address).status_code == 404


def test_a_file_that_cannot_be_read_is_told_on_the_report(
    browser: ActingClient, cast: Cast, at: datetime
) -> None:
    browser.acting(cast.facilitator).post(READ, upload(b'{"marches": oui}'))
    job = run_the_job(at)
    assert job.state == JobState.FAILED
    body = text_of(browser.get(page("reading", FileReading.objects.get().pk)))
    assert "rien n’a changé" in body
    assert "Ce n’est pas un fichier JSON" in body
    assert "Ce n’est pas un fichier JSON" in text_of(browser.get(reverse("records:job", args=[job.pk])))


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"", "decp.json", "vide"),
        (b"x", "decp.xml", "ne convient pas"),
        (b"<?xml version='1.0'?><marches/>", "decp.json", "ce n’est pas un fichier JSON"),
        (b"x" * (project.UPLOAD_MAX_BYTES + 1), "decp.json", "la limite est de 20"),
        (None, "", "est à remplir"),
    ],
    ids=["empty", "another kind", "XML by another name", "too large", "nothing"],
)
def test_a_wrong_upload_is_refused_in_words(
    browser: ActingClient, cast: Cast, content: bytes | None, name: str, message: str
) -> None:
    sent = {"submission": str(uuid4())} if content is None else upload(content, name)
    response = browser.acting(cast.facilitator).post(READ, sent)
    assert response.status_code == 422
    assert message in text_of(response)
    assert not FileReading.objects.exists()


def test_a_double_click_reads_once(browser: ActingClient, cast: Cast) -> None:
    browser.acting(cast.facilitator)
    submission = str(uuid4())
    first = browser.post(READ, upload(file_of(contract()), submission=submission))
    second = browser.post(READ, upload(file_of(contract()), submission=submission))
    assert (first.status_code, second.status_code) == (302, 422)
    assert "déjà été envoyé" in text_of(second)
    assert Job.objects.count() == 1
