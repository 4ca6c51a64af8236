"""The list of lots of a role, its columns on screen and in files."""

from collections.abc import Callable

from django.db.models import F

from inclusiv.core.actors import Actor, Role
from inclusiv.core.listing import Column, Listing
from inclusiv.core.sheets import Value
from reporting.followup.choices import Standing
from reporting.followup.forms import FollowedLotFilters, LotFilters, NetworkLotFilters
from reporting.followup.selectors.standings import (
    LAST_NEWS,
    WORST_FIRST,
    LotRow,
    Today,
    forecast,
    last_news_on,
    matching,
)
from reporting.followup.views import cells

FILTERS: dict[Role, type[LotFilters]] = {
    Role.FACILITATOR: FollowedLotFilters,
    Role.COORDINATION: NetworkLotFilters,
}
"""What each role narrows the list by; a buyer's own list needs less."""


def lot_list(actor: Actor, day: Today) -> Listing[LotRow]:
    """Return the list as this role reads it: a buyer's own, or those of many buyers."""
    own = actor.role is Role.BUYER
    return Listing(
        template="reporting/followup/tender_list.html",
        noun="lot",
        filename="marches",
        report_url="publication:portfolio",
        columns=(*shown(day, own=own), *only_exported(day)),
        order=WORST_FIRST,
        search=matching,
        search_hint="Un marché, un lot, une entreprise" if own else "Un marché, un acheteur, une entreprise",
        filters=FILTERS.get(actor.role, LotFilters),
        empty_title="Aucun marché pour l’instant",
        empty_text="Les marchés enregistrés viendront ici, avec leurs heures et ce qui est attendu.",
    )


def shown(day: Today, *, own: bool) -> tuple[Column[LotRow], ...]:
    """Return the columns of the screen; those who follow several buyers read whose tender it is."""
    contractor: Column[LotRow] = Column(
        key="titulaire", label="Titulaire", cell=cells.contractor, export=cells.contractor, sort=F("lead")
    )
    parties: Column[LotRow] = Column(
        key="acheteur",
        label="Acheteur, titulaire",
        cell=cells.parties,
        sort=("tender__buyer__folded_name", "tender__reference", "number"),
    )
    return (
        Column(
            key="marche",
            label="Marché, lot",
            cell=cells.heading,
            export=lambda row: row.tender.reference,
            sort=("tender__folded_title", "number"),
        ),
        contractor if own else parties,
        Column(
            key="prevues",
            label="Prévues",
            cell=cells.owed,
            export=lambda row: row.owed,
            sort=F("owed"),
            numeric=True,
        ),
        Column(
            key="validees",
            label="Validées",
            cell=cells.done,
            export=lambda row: row.done,
            sort=F("done"),
            numeric=True,
        ),
        Column(
            key="a-controler",
            label="À contrôler",
            cell=cells.pending,
            export=lambda row: row.pending,
            sort=F("pending"),
            numeric=True,
        ),
        Column(
            key="avancement",
            label="Avancement",
            cell=lambda row: cells.bar(row, day),
            export=lambda row: row.expected,
            sort=F("pace"),
        ),
        Column(
            key="etat",
            label="État",
            cell=cells.state,
            export=lambda row: Standing(row.standing).label,
            sort=F("standing"),
        ),
        Column(
            key="nouvelle",
            label="Dernière nouvelle",
            cell=lambda row: cells.news(row, day, with_phone=own),
            export=last_news_on,
            sort=LAST_NEWS,
        ),
    )


def only_exported(day: Today) -> tuple[Column[LotRow], ...]:
    """Return what a file holds besides."""
    fields: tuple[tuple[str, str, Callable[[LotRow], Value]], ...] = (
        ("objet", "Objet", lambda row: row.tender.title),
        ("lot", "Lot", lambda row: row.number),
        ("intitule", "Intitulé du lot", lambda row: row.title),
        ("nom-acheteur", "Acheteur", lambda row: row.tender.buyer.name),
        ("debut", "Début d’exécution", lambda row: row.tender.starts_on),
        ("fin", "Fin d’exécution", lambda row: row.tender.ends_on),
        ("prevision", "Prévision", lambda row: forecast(row, day)),
        ("en-poste", "Personnes en poste", lambda row: row.in_post or 0),
        ("etape", "Étape du marché", lambda row: row.tender.get_status_display()),
        ("facilitation", "Facilitation", lambda row: cells.facilitator(row, day)[0]),
        ("telephone", "Téléphone", lambda row: cells.facilitator(row, day)[1]),
    )
    return tuple(Column(key=key, label=label, export=read) for key, label, read in fields)
