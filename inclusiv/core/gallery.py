"""Every component on one page, with invented content that looks real: to judge the look, and to test it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from inclusiv.core import french
from inclusiv.core.access import public
from inclusiv.core.components.figures import progress_bar, status, two_lines
from inclusiv.core.components.screens import Cell, Crumb, Heading, Link, ListPage, Series, Tab, TimelineEntry
from inclusiv.core.forms import DayField, EurosField, HoursField, SiretField, SubmissionForm
from inclusiv.core.listing import FilterForm
from inclusiv.core.upload_fields import UploadField

HOURS_BY_MONTH = (
    ("janv.", 1980), ("févr.", 2140), ("mars", 2520), ("avr.", 2610), ("mai", 2390), ("juin", 2840),
    ("juil.", 2560), ("août", 1290), ("sept.", 2990), ("oct.", 3080),
)  # fmt: skip


class SampleForm(SubmissionForm):
    """A lot and its clause: one field of each kind."""

    title = forms.CharField(
        label="Objet du lot", max_length=120, help_text="Comme il est écrit dans le marché."
    )
    company = SiretField(label="SIRET du titulaire", help_text="14 chiffres, les espaces ne gênent pas.")
    kind = forms.ChoiceField(
        label="Type de marché", choices=[("", "Choisir…"), ("works", "Travaux"), ("services", "Services")]
    )
    amount = EurosField(label="Montant estimé")
    hours = HoursField(label="Heures d’insertion à réaliser", min_value=1)
    starts_on = DayField(label="Début des travaux")
    minutes = UploadField(
        label="Compte rendu de la réunion de lancement", kinds=("pdf", "png"), required=False
    )
    publics = forms.MultipleChoiceField(
        label="Publics à proposer d’abord",
        choices=[
            ("rsa", "Allocataires du RSA"),
            ("young", "Jeunes sans emploi"),
            ("senior", "Plus de 50 ans"),
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    answer = forms.ChoiceField(
        label="Réponse à la proposition d’heures",
        choices=[("accept", "Accepter 610 h"), ("adjust", "Ajuster"), ("decline", "Refuser, avec un motif")],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label="Précisions", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agreed = forms.BooleanField(label="La personne est d’accord pour que son téléphone soit transmis")


class SampleFilters(FilterForm):
    """The two filters of the sample list."""

    etat = forms.ChoiceField(
        label="État",
        choices=[("", "Tous"), ("ACTION", "Action nécessaire"), ("CATCH_UP", "Retard à rattraper")],
    )


@dataclass(frozen=True, kw_only=True)
class SampleLot:
    """A lot as the buyer reads it: hours to do, validated, to be checked, expected today."""

    title: str
    detail: str
    contractor: str
    owed: int
    done: int
    pending: int
    state: str
    news: str
    phone: str
    expected: int | None = None
    forecast: str = ""


LOTS = (
    SampleLot(
        title="Gymnase, lot 4", detail="2024-031 · Électricité", contractor="Électra Services",
        owed=480, done=106, pending=0, expected=293, state="ACTION", news="il y a 34 j", phone="06 00 00 00 10",
        forecast="À ce rythme : 190 h le 15/12, il manquera 290 h",
    ),
    SampleLot(
        title="Résidence des Tilleuls, lot 3", detail="2025-022 · Peinture", contractor="Atelier Rivoire",
        owed=760, done=350, pending=24, expected=520, state="ACTION", news="il y a 12 j", phone="06 00 00 00 45",
        forecast="À ce rythme : 610 h le 30/01, il manquera 150 h",
    ),
    SampleLot(
        title="École Jean-Moulin, lot 1", detail="2025-014 · Gros œuvre", contractor="Groupement Bâti-Sud",
        owed=1890, done=1302, pending=112, expected=1436, state="CATCH_UP", news="hier", phone="06 00 00 00 10",
        forecast="À ce rythme : 1 810 h le 28/11, il manquera 80 h",
    ),
    SampleLot(
        title="École Jean-Moulin, lot 2", detail="2025-014 · Charpente", contractor="Bois & Compagnie",
        owed=410, done=214, pending=38, expected=250, state="CATCH_UP", news="il y a 3 j", phone="06 00 00 00 10",
        forecast="À ce rythme : 395 h le 28/11, il manquera 15 h",
    ),
    SampleLot(
        title="Entretien des parcs", detail="2025-008 · Espaces verts", contractor="Paysages du Val",
        owed=620, done=540, pending=64, expected=496, state="ON_TRACK", news="il y a 5 j", phone="06 00 00 00 78",
    ),
    SampleLot(
        title="Collège des Ulis, lot 2", detail="2025-019 · VRD", contractor="Terrassements Morel",
        owed=340, done=51, pending=0, expected=48, state="ON_TRACK", news="il y a 8 j", phone="06 00 00 00 31",
    ),
    SampleLot(
        title="Restauration scolaire", detail="2025-003 · Services", contractor="Table Claire",
        owed=1000, done=385, pending=45, expected=380, state="ON_TRACK", news="aujourd’hui", phone="06 00 00 00 52",
    ),
    SampleLot(
        title="Nettoyage des écoles 2024", detail="2024-002 · Propreté", contractor="Net’Essor",
        owed=920, done=962, pending=0, state="DONE", news="bilan remis le 12/09", phone="Engagement tenu",
    ),
)  # fmt: skip


@public
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component; `?page=confirm` shows the page of a confirmation alone."""
    if request.GET.get("page") == "confirm":
        return render(request, "gallery_confirm.html")
    return render(request, "gallery.html", sample())


def sample() -> dict[str, object]:
    """Return what the gallery shows."""
    return {
        "lots": LOTS,
        "listing": sample_list(),
        "form": wrong_form(),
        "trail": [Crumb(label="Marchés", url="#"), Crumb(label="École Jean-Moulin", url="#"), Crumb(label="Lot 1")],
        "tabs": [
            Tab(label="Avancement", url="#", current=True),
            Tab(label="Personnes", url="#", count=4),
            Tab(label="Relevés", url="#", count=9),
            Tab(label="Historique", url="#"),
        ],
        "scopes": [
            Tab(label="Moi", url="#", current=True),
            Tab(label="Mon équipe", url="#"),
            Tab(label="Remplacement", url="#"),
        ],
        "entries": [
            TimelineEntry(
                when=date(2025, 10, 14), what="Appel à l’entreprise", who="Nadia K.", kind="exchange",
                detail="M. Roche attend deux manœuvres pour le 20. À rappeler jeudi.",
            ),
            TimelineEntry(
                when=date(2025, 10, 6), what="Relevé de septembre reçu", who="Groupement Bâti-Sud", url="#",
                detail="6 lignes, 112 h, dont une à regarder : 198 h dans le mois.",
            ),
            TimelineEntry(when=date(2025, 9, 12), what="Aucune heure déclarée depuis 45 jours", kind="alert"),
            TimelineEntry(when=date(2025, 3, 1), what="Heures d’insertion fixées à 1 890 h", who="Service achats"),
        ],
        "series": Series(
            headings=["Mois", "Heures validées"], rows=[(month, french.hours_text(hours)) for month, hours in HOURS_BY_MONTH]
        ),
        "drawing": sample_chart(),
        "left": Decimal(588),
    }  # fmt: skip


def sample_list() -> ListPage:
    """Return the « Mes marchés » table of a buyer, as `Listing` would prepare it."""
    columns = (
        ("Marché, lot", False), ("Titulaire", False), ("Prévues", True), ("Validées", True), ("À voir", True),
        ("Avancement", False), ("État", False), ("Dernière nouvelle", False),
    )  # fmt: skip
    headings = [Heading(label=label, numeric=numeric, href=f"?tri={label}") for label, numeric in columns]
    headings[6] = Heading(label="État", numeric=False, href="?tri=-etat", direction="ascending")
    return ListPage(
        headings=headings,
        rows=[_cells(lot, headings) for lot in LOTS],
        count_text="42 lots",
        searchable=True,
        search_hint="Objet, numéro, titulaire…",
        form=SampleFilters(QueryDict("etat="), rows=QuerySet()),
        notices=["Le tri « xyz » n’existe pas : il est ignoré."],
        pages=[
            Link(label="1", href="?page=1", current=True), Link(label="2", href="?page=2"), Link(label="…"),
            Link(label="6", href="?page=6"),
        ],
        following="?page=2",
        sizes=[Link(label="25", href="?par=25", current=True), Link(label="50", href="?par=50")],
        exports=[Link(label="Excel", href="?export=xlsx"), Link(label="CSV", href="?export=csv")],
    )  # fmt: skip


def _cells(lot: SampleLot, headings: list[Heading]) -> list[Cell]:
    contents = (
        two_lines(main=lot.title, small=lot.detail, href="#"),
        lot.contractor,
        french.hours_text(lot.owed),
        french.hours_text(lot.done),
        str(lot.pending),
        progress_bar(
            done=lot.done, total=lot.owed, pending=lot.pending, expected=lot.expected, forecast=lot.forecast
        ),
        status(state=lot.state),
        two_lines(main=lot.news, small=lot.phone, strong=False),
    )
    return [
        Cell(label=heading.label, numeric=heading.numeric, content=format_html("{}", content))
        for heading, content in zip(headings, contents, strict=True)
    ]


def wrong_form() -> SampleForm:
    """Return the sample form, sent with mistakes."""
    data = {
        "submission": "0f8fad5b-d9cb-469f-a165-70867728950e",
        "title": "Gros œuvre",
        "company": "362 521 879 00035",
        "amount": "deux cent mille",
        "hours": "-12",
        "starts_on": "2025-13-40",
        "publics": ["rsa"],
        "agreed": "on",
    }
    return SampleForm(QueryDict(urlencode(data, doseq=True)), {})


def sample_chart() -> str:
    """Return bars by month, drawn by hand here: real pages use `inclusiv.core.charts`."""
    bars = "".join(
        f'<rect x="{20 + 66 * place}" y="{160 - hours / 22:.1f}" width="42" height="{hours / 22:.1f}" rx="3"/>'
        for place, (_, hours) in enumerate(HOURS_BY_MONTH)
    )
    names = "".join(
        f'<text x="{41 + 66 * place}" y="180">{month}</text>'
        for place, (month, _) in enumerate(HOURS_BY_MONTH)
    )
    return mark_safe(  # noqa: S308 - our own figures
        '<svg viewBox="0 0 690 190" role="img" aria-label="Heures validées par mois, de janvier à octobre 2025">'
        f'<g fill="#0f6660">{bars}</g><path d="M8 160h674" stroke="#12403f"/>'
        f'<g font-size="13" fill="#566565" text-anchor="middle">{names}</g>'
        '<text x="635" y="14" font-size="13" font-weight="600" fill="#12403f" text-anchor="middle">3 080 h</text></svg>'
    )
