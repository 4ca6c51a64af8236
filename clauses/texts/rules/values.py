"""What each merge field prints for a tender: words and tables, all from the clause.

Where the lots differ, each value says for which lots it holds, so that a sentence never speaks for a lot it does not
fit.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial

from clauses.obligations.choices import ClauseType, DueDocument, ModalityFamily
from clauses.obligations.rules.owed import PER_AMOUNT
from clauses.obligations.rules.terms import Terms
from clauses.texts.rules.blocks import Items, Table, Value
from clauses.texts.rules.facts import Facilitation, LotFacts, TenderFacts
from inclusiv.core.french import (
    NO_BREAK,
    date_long,
    day_of_month,
    elide,
    euros,
    hours_text,
    listed,
    number,
    percent,
    plural,
)
from inclusiv.core.quantities import ZERO
from inclusiv.core.texts import one_line

WORKS_CCAG = "cahier des clauses administratives générales applicable aux marchés publics de travaux (CCAG)"
OTHER_CCAG = "cahier des clauses administratives générales applicable au marché (CCAG)"
TO_FILL = "………………"
"""A place that the candidate fills by hand."""
BOX = "□"
RESERVED = {
    ClauseType.RESERVED_DISABILITY: "aux entreprises adaptées, aux ESAT et aux structures équivalentes",
    ClauseType.RESERVED_SIAE: "aux structures d’insertion par l’activité économique et équivalentes",
}
WITH_CRITERION = frozenset({ClauseType.AWARD_CRITERION, ClauseType.EXECUTION_AND_CRITERION})
MODALITIES: Mapping[ModalityFamily, str] = {
    ModalityFamily.DIRECT_HIRE: (
        "l’embauche directe par l’entreprise, en contrat à durée indéterminée ou déterminée, d’apprentissage ou de"
        " professionnalisation"
    ),
    ModalityFamily.SECONDMENT: (
        "la mise à disposition par une association intermédiaire, une entreprise de travail temporaire d’insertion ou"
        " adaptée, un groupement d’employeurs pour l’insertion et la qualification, ou une entreprise de travail"
        " temporaire"
    ),
    ModalityFamily.INCLUSIVE_PARTNER: (
        "la sous-traitance ou la cotraitance à une structure inclusive : entreprise d’insertion, atelier et chantier"
        " d’insertion, régie de quartier, entreprise adaptée, ESAT, travailleur indépendant handicapé"
    ),
}


def values_of(facts: TenderFacts) -> dict[str, Value]:
    """Return the value of every merge field."""
    return {**identity(facts), **terms_told(facts), **publics_told(facts), **tables(facts)}


def identity(facts: TenderFacts) -> dict[str, Value]:
    """Return who buys what, under which article, and whom to call. What people typed stays on one line."""
    return {
        "marche_numero": one_line(facts.reference),
        "marche_objet": one_line(facts.title),
        "acheteur": one_line(facts.buyer),
        "lieu": elide("à", one_line(facts.place))
        if facts.place
        else "au lieu que précisent les pièces du marché",
        "debut_execution": date_long(facts.starts_on) if facts.starts_on else "(date à préciser)",
        "fin_execution": date_long(facts.ends_on) if facts.ends_on else "(date à préciser)",
        "ccag": WORKS_CCAG if facts.is_works else OTHER_CCAG,
        "article_ccag": "20.1" if facts.is_works else "16.1",
        "lots_concernes": lots_named([lot.number for lot in facts.lots]),
        "facilitation": one_line(facts.facilitation.structure),
        "facilitation_contact": contact(facts.facilitation),
        "critere_social": told_of(
            facts.lots,
            lambda lot: lot.clause_type in WITH_CRITERION,
            "un critère social d’attribution s’ajoute à la clause ; sa pondération figure parmi les critères.",
        ),
        "lots_reserves": " ".join(filter(None, (reserved(facts.lots, kind) for kind in RESERVED))),
    }


def terms_told(facts: TenderFacts) -> dict[str, Value]:
    """Return the terms in words."""
    lots = facts.lots
    return {
        "heures_totales": total_hours(lots),
        "penalite_heure": by_lot(lots, lambda lot: euros(lot.terms.penalty_hour)),
        "penalite_document_jour": by_lot(lots, lambda lot: euros(lot.terms.penalty_document_day)),
        "plafond_des_penalites": sentences(lots, lambda lot: cap_told(lot.terms)),
        "petites_penalites": sentences(lots, lambda lot: waiver_told(lot.terms)),
        "delai_appel": by_lot(lots, lambda lot: plural(lot.terms.contact_days, "jour")),
        "delai_mise_au_point": by_lot(lots, lambda lot: months(lot.terms.kickoff_months)),
        "delai_plan": by_lot(lots, lambda lot: plural(lot.terms.plan_days, "jour")),
        "delai_bilan": by_lot(lots, lambda lot: months(lot.terms.final_report_months)),
        "echeance_du_releve": by_lot(lots, lambda lot: statement_due(lot.terms)),
        "heures_de_formation": sentences(lots, training_told),
    }


def publics_told(facts: TenderFacts) -> dict[str, Value]:
    """Return who is eligible, who comes first, and what late proof becomes."""
    limits = facts.limits
    return {
        "age_jeunes": f"{number(limits.youth_max_age)}{NO_BREAK}ans",
        "age_seniors": f"{number(limits.senior_min_age)}{NO_BREAK}ans",
        "anciennete_chomage": months(limits.unemployed_months),
        "activite_reduite": months(limits.worked_months),
        "inactivite_jeunes": months(limits.youth_inactive_months),
        "publics_prioritaires": by_lot(facts.lots, publics_of),
        "eligibilite_prealable": sentences(facts.lots, strictness_told),
    }


def tables(facts: TenderFacts) -> dict[str, Value]:
    """Return what stands in the place of a line."""
    return {
        "textes_applicables": (Items(tuple(one.cited for one in facts.articles)),) if facts.articles else (),
        "tableau_des_heures": (hours_table(facts.lots),),
        "modalites": (Items(modalities(facts.lots)),),
        "documents_dus": (Items(documents(facts.lots)),),
        "tableau_des_penalites": (penalties_table(facts.lots),),
        "tableau_des_engagements": (commitments_table(facts.lots),),
        "repartition_du_groupement": (shares_table(facts.lots),),
    }


def by_lot(lots: Sequence[LotFacts], told: Callable[[LotFacts], str]) -> str:
    """Return what is said of the lots: « 50 € », or « 50 € pour les lots 1 et 3, 60 € pour le lot 2 »."""
    groups = grouped(lots, told)
    if len(groups) == 1:
        return next(iter(groups))
    return ", ".join(f"{said} pour {lots_named(numbers)}" for said, numbers in groups.items())


def sentences(lots: Sequence[LotFacts], told: Callable[[LotFacts], str]) -> str:
    """Return one sentence for all the lots, or one for each group that it fits."""
    groups = grouped(lots, told)
    if len(groups) == 1:
        return capital(next(iter(groups)))
    return " ".join(f"Pour {lots_named(numbers)}, {said}" for said, numbers in groups.items())


def told_of(lots: Sequence[LotFacts], such: Callable[[LotFacts], bool], said: str) -> str:
    """Return a sentence about the lots that are such; nothing when none is."""
    found = [lot.number for lot in lots if such(lot)]
    return f"Pour {lots_named(found)}, {said}" if found else ""


def reserved(lots: Sequence[LotFacts], kind: ClauseType) -> str:
    """Return the sentence of the lots reserved in this way; nothing when none is."""
    return told_of(
        lots, lambda lot: lot.clause_type is kind, f"la participation est réservée {RESERVED[kind]}."
    )


def grouped(lots: Sequence[LotFacts], told: Callable[[LotFacts], str]) -> dict[str, list[int]]:
    """Return what is said → the numbers of the lots of which it is said."""
    groups: dict[str, list[int]] = {}
    for lot in lots:
        groups.setdefault(told(lot), []).append(lot.number)
    return groups


def lots_named(numbers: Sequence[int]) -> str:
    """Return « le lot 1 », « les lots 1, 2 et 3 »."""
    if len(numbers) == 1:
        return f"le lot{NO_BREAK}{numbers[0]}"
    return f"les lots{NO_BREAK}{listed(str(one) for one in numbers)}"


def capital(sentence: str) -> str:
    """Return a sentence with its first letter capital."""
    return f"{sentence[:1].upper()}{sentence[1:]}"


def contact(facilitation: Facilitation) -> str:
    """Return whom to call, what is not known left out."""
    told = (facilitation.person, facilitation.structure, facilitation.phone, facilitation.email)
    return ", ".join(one_line(one) for one in told if one)


def months(count: int) -> str:
    """Return « 1 mois », « 3 mois »."""
    return f"{number(count)}{NO_BREAK}mois"


def statement_due(terms: Terms) -> str:
    """Return the day by which a monthly statement is due."""
    return f"au plus tard le {day_of_month(terms.statement_due_day)} du mois qui suit le mois travaillé"


def cap_told(terms: Terms) -> str:
    """Say the cap of the penalties."""
    if not terms.penalty_cap_applies:
        return "ces pénalités ne sont pas plafonnées."
    return f"leur total est plafonné à {percent(terms.penalty_cap_rate * 100)} du montant hors taxes du lot."


def waiver_told(terms: Terms) -> str:
    """Say what becomes of small penalties."""
    if not terms.small_penalty_waiver_applies:
        return "elles sont dues dès le premier euro."
    return f"elles ne sont pas réclamées quand leur total ne dépasse pas {euros(terms.small_penalty_limit)} hors taxes."


def training_told(lot: LotFacts) -> str:
    """Say whether hours of training count."""
    said = "comptent" if lot.count_training else "ne comptent pas"
    return (
        f"les heures de formation suivies pendant le contrat de travail {said} parmi les heures d’insertion."
    )


def strictness_told(lot: LotFacts) -> str:
    """Say what a late validation becomes."""
    if lot.strict_prior_validation:
        return "aucune heure n’est comptée avant la validation de l’éligibilité."
    return (
        "une validation tardive n’est acceptée qu’avec un motif, et si les justificatifs montrent que la personne"
        " remplissait les conditions au premier jour de travail."
    )


def publics_of(lot: LotFacts) -> str:
    """Return the publics that a lot puts first, or that it puts none first."""
    named = [
        one.label if one.label.isupper() else f"{one.label[0].lower()}{one.label[1:]}" for one in lot.publics
    ]
    return listed(named) if named else "aucun public en particulier"


def owed(lot: LotFacts) -> str:
    """Return what a lot owes: its hours, or its rate and the forecast that it makes."""
    if lot.terms.hours_per_100k is None:
        return hours_text(lot.hours)
    return f"{rate_told(lot.terms.hours_per_100k)} (prévision : {hours_text(lot.hours)})"


def rate_told(rate: Decimal) -> str:
    """Return « 35 h par tranche de 100 000 € HT facturés »."""
    return f"{hours_text(rate)} par tranche de {euros(PER_AMOUNT)} HT facturés"


def total_hours(lots: Sequence[LotFacts]) -> str:
    """Return the hours of all the lots; a lot that follows the invoices says its rate."""
    fixed = [lot for lot in lots if lot.terms.hours_per_100k is None]
    follow = [lot for lot in lots if lot.terms.hours_per_100k is not None]
    parts = [hours_text(sum((lot.hours for lot in fixed), ZERO))] if fixed else []
    rates = by_lot(follow, lambda lot: rate_told(lot.terms.hours_per_100k or ZERO)) if follow else ""
    return " et ".join([*parts, *([rates] if rates else [])])


def hours_table(lots: Sequence[LotFacts]) -> Table:
    """Return the hours of each lot, with their total when they are all fixed."""
    fixed = all(lot.terms.hours_per_100k is None for lot in lots)
    return Table(
        caption="Heures d’insertion à réaliser, par lot",
        columns=("Lot", "Intitulé", "Heures d’insertion"),
        rows=tuple((str(lot.number), one_line(lot.title), owed(lot)) for lot in lots),
        total=("Total", "", total_hours(lots)) if fixed and len(lots) > 1 else (),
        numbers=frozenset({2}) if fixed else frozenset(),
    )


def modalities(lots: Sequence[LotFacts]) -> tuple[str, ...]:
    """Return each way of doing the hours that some lot lets, with the lots when not all do."""
    told = []
    for family, words in MODALITIES.items():
        found = [lot.number for lot in lots if family in lot.terms.modalities]
        if found:
            suffix = "" if len(found) == len(lots) else f", pour {lots_named(found)} seulement"
            told.append(f"{words}{suffix}")
    return ended(told)


def ended(points: Sequence[str]) -> tuple[str, ...]:
    """Return points of a list with their signs: « ; » after each, a full stop after the last."""
    return tuple(f"{text} ;" for text in points[:-1]) + tuple(f"{text}." for text in points[-1:])


def documents(lots: Sequence[LotFacts]) -> tuple[str, ...]:
    """Return each document due, with its delay and the lots when not all ask for it."""
    told = []
    for document in DueDocument:
        found = [lot for lot in lots if document in lot.terms.documents]
        if found:
            label = f"{document.label[0].lower()}{document.label[1:]}"
            delay = by_lot(found, partial(delay_of, document))
            suffix = (
                "" if len(found) == len(lots) else f" ({lots_named([lot.number for lot in found])} seulement)"
            )
            told.append(f"{label}, {delay}{suffix}")
    return ended(told)


def delay_of(document: DueDocument, lot: LotFacts) -> str:
    """Return when a document is due."""
    match document:
        case DueDocument.MONTHLY_STATEMENT:
            return statement_due(lot.terms)
        case DueDocument.HOURS_PROOF:
            return "avec le relevé mensuel"
        case DueDocument.ACTION_PLAN:
            return f"dans les {plural(lot.terms.plan_days, 'jour')} qui suivent la réunion de mise au point"
        case DueDocument.WORK_CONTRACT:
            return "avant le premier jour de travail"


def penalties_table(lots: Sequence[LotFacts]) -> Table:
    """Return the penalties of each lot."""
    return Table(
        caption="Pénalités, par lot",
        columns=("Lot", "Par heure non réalisée", "Par document manquant et par jour de retard"),
        rows=tuple(
            (str(lot.number), euros(lot.terms.penalty_hour), euros(lot.terms.penalty_document_day))
            for lot in lots
        ),
        numbers=frozenset({1, 2}),
    )


def commitments_table(lots: Sequence[LotFacts]) -> Table:
    """Return the table that a candidate fills: for each lot, how the hours will be done."""
    return Table(
        caption="Engagement du candidat, par lot (cochez les manières envisagées)",
        columns=("Lot", "Heures d’insertion", "Manières envisagées"),
        rows=tuple(
            (
                str(lot.number),
                owed(lot),
                "\n".join(f"{BOX}{NO_BREAK}{one.label}" for one in lot.terms.modalities),
            )
            for lot in lots
        ),
    )


def shares_table(lots: Sequence[LotFacts]) -> Table:
    """Return the part of each member of the groups that hold lots; before the award, a table to fill."""
    rows = tuple(
        (str(lot.number), one_line(share.name), percent(share.part * 100), hours_text(share.hours))
        for lot in lots
        for share in lot.shares
        if len(lot.shares) > 1
    )
    to_fill = tuple((str(lot.number), TO_FILL, TO_FILL, TO_FILL) for lot in lots for _ in range(2))
    return Table(
        caption="Répartition des heures entre les membres du groupement",
        columns=("Lot", "Entreprise", "Part des heures", "Heures d’insertion"),
        rows=rows or to_fill,
        numbers=frozenset({2, 3}) if rows else frozenset(),
    )
