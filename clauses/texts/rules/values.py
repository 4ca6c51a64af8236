"""What each merge field prints for a tender: words and tables, all from the clause.

Where the lots differ, each value says for which lots it holds, so that a sentence never speaks for a lot it does not
fit.
"""

from collections.abc import Mapping, Sequence
from functools import partial

from clauses.obligations.choices import ClauseType, DueDocument, ModalityFamily, Unit
from clauses.obligations.rules.terms import Terms
from clauses.procurement.choices import Ccag
from clauses.texts.rules.blocks import Items, Table, Value
from clauses.texts.rules.commitments import (
    actions,
    engagement_in_hours,
    in_hours,
    is_fixed,
    missing_told,
    other_engagements,
    owed,
    relief,
    staff_told,
    total_hours,
)
from clauses.texts.rules.facts import Facilitation, LotFacts, TenderFacts
from clauses.texts.rules.telling import by_lot, ended, lots_named, lowered, sentences, told_of
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
from inclusiv.core.texts import one_line

CCAG = "cahier des clauses administratives générales applicable {} (CCAG)"
APPLICABLE: Mapping[Ccag, str] = {
    Ccag.TRAVAUX: "aux marchés publics de travaux",
    Ccag.FCS: "aux marchés publics de fournitures courantes et de services",
    Ccag.PI: "aux marchés publics de prestations intellectuelles",
    Ccag.TIC: "aux marchés publics de techniques de l’information et de la communication",
    Ccag.MOE: "aux marchés publics de maîtrise d’œuvre",
    Ccag.MI: "aux marchés publics industriels",
    Ccag.NONE: "au marché",
}
TO_FILL = "………………"
"""A place that the candidate fills by hand."""
BOX = "□"
WITHOUT_TRANCHES = "hors tranches optionnelles"
RESERVED = {
    ClauseType.RESERVED_DISABILITY: "aux entreprises adaptées, aux ESAT et aux structures équivalentes",
    ClauseType.RESERVED_SIAE: "aux structures d’insertion par l’activité économique et équivalentes",
    ClauseType.RESERVED_MIXED: (
        "aux entreprises adaptées, aux ESAT, aux structures d’insertion par l’activité économique et équivalentes"
    ),
    ClauseType.RESERVED_PRISON: "aux opérateurs qui emploient des personnes détenues",
    ClauseType.RESERVED_ESS: "aux entreprises de l’économie sociale et solidaire et équivalentes",
}
RENEWAL = (
    "; au titre du renouvellement urbain, les heures sont réservées aux habitants des quartiers prioritaires de la"
    " politique de la ville"
)
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
    return {
        **identity(facts),
        **commitments_told(facts),
        **terms_told(facts),
        **publics_told(facts),
        **tables(facts),
    }


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
        "ccag": CCAG.format(APPLICABLE[facts.ccag]),
        "article_ccag": "20.1" if facts.ccag is Ccag.TRAVAUX else "16.1",
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


def commitments_told(facts: TenderFacts) -> dict[str, Value]:
    """Return what the lots owe, in sentences; « si_heures » and « si_actions » keep or drop their lines."""
    lots = facts.lots
    return {
        "si_heures": "" if in_hours(lots) else None,
        "si_actions": "" if any(lot.unit is Unit.ACTIONS for lot in lots) else None,
        "engagement_en_heures": engagement_in_hours(lots),
        "engagements_autres": other_engagements(lots),
        "personnel_repris": sentences([lot for lot in lots if lot.staff], staff_told),
    }


def listed_blocks(points: Sequence[str]) -> tuple[Items, ...]:
    """Return points as a list, nothing without any."""
    return (Items(tuple(points)),) if points else ()


def terms_told(facts: TenderFacts) -> dict[str, Value]:
    """Return the terms in words."""
    lots = facts.lots
    return {
        "heures_totales": f"{total_hours(lots)}, {WITHOUT_TRANCHES}"
        if has_tranches(lots)
        else total_hours(lots),
        "penalite_heure": by_lot(in_hours(lots), lambda lot: euros(lot.terms.penalty_hour)),
        "penalite_du_manque": by_lot(lots, missing_told),
        "penalite_document_jour": by_lot(lots, lambda lot: euros(lot.terms.penalty_document_day)),
        "plafond_des_penalites": sentences(lots, lambda lot: cap_told(lot.terms)),
        "petites_penalites": sentences(lots, lambda lot: waiver_told(lot.terms)),
        "delai_appel": by_lot(lots, lambda lot: plural(lot.terms.contact_days, "jour")),
        "delai_mise_au_point": by_lot(lots, lambda lot: months(lot.terms.kickoff_months)),
        "delai_plan": by_lot(lots, lambda lot: plural(lot.terms.plan_days, "jour")),
        "delai_bilan": by_lot(lots, lambda lot: months(lot.terms.final_report_months)),
        "echeance_du_releve": by_lot(in_hours(lots), lambda lot: statement_due(lot.terms)),
        "heures_de_formation": sentences(in_hours(lots), training_told),
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
        "publics_prioritaires": by_lot(facts.lots, publics_of) + (RENEWAL if facts.is_renewal else ""),
        "eligibilite_prealable": sentences(facts.lots, strictness_told),
    }


def tables(facts: TenderFacts) -> dict[str, Value]:
    """Return what stands in the place of a line."""
    return {
        "textes_applicables": listed_blocks([one.cited for one in facts.articles]),
        "tableau_des_heures": (hours_table(facts.lots),),
        "modalites": listed_blocks(modalities(in_hours(facts.lots))),
        "actions_acceptees": listed_blocks(actions(facts.lots)),
        "cas_sans_penalite": listed_blocks(relief(facts.lots)),
        "documents_dus": (Items(documents(facts.lots)),),
        "tableau_des_penalites": (penalties_table(facts.lots),),
        "tableau_des_engagements": (commitments_table(facts.lots),),
        "repartition_du_groupement": (shares_table(facts.lots),) if in_hours(facts.lots) else (),
    }


def reserved(lots: Sequence[LotFacts], kind: ClauseType) -> str:
    """Return the sentence of the lots reserved in this way; nothing when none is."""
    return told_of(
        lots, lambda lot: lot.clause_type is kind, f"la participation est réservée {RESERVED[kind]}."
    )


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
    named = [lowered(one.label) for one in lot.publics]
    return listed(named) if named else "aucun public en particulier"


def hours_table(lots: Sequence[LotFacts]) -> Table:
    """Return what each lot owes, with the total of the hours when they are all fixed."""
    fixed = all(is_fixed(lot) for lot in lots)
    hours_only = all(lot.in_hours for lot in lots)
    return Table(
        caption="Heures d’insertion à réaliser, par lot" if hours_only else "Ce que doit chaque lot",
        columns=("Lot", "Intitulé", "Heures d’insertion" if hours_only else "Engagement"),
        rows=tuple(row for lot in lots for row in hours_rows(lot)),
        total=("Total", WITHOUT_TRANCHES if has_tranches(lots) else "", total_hours(lots))
        if fixed and len(lots) > 1
        else (),
        numbers=frozenset({2}) if fixed else frozenset(),
    )


def hours_rows(lot: LotFacts) -> list[tuple[str, str, str]]:
    """Return the rows of a lot: what it owes, then what each optional tranche would owe besides."""
    number = str(lot.number)
    tranches = [
        (
            number,
            f"Tranche optionnelle{NO_BREAK}{one.number}, due si elle est affermie",
            hours_text(one.hours),
        )
        for one in lot.tranches
    ]
    return [(number, one_line(lot.title), owed(lot)), *tranches]


def has_tranches(lots: Sequence[LotFacts]) -> bool:
    """Say whether some hours would only be owed once a tranche is affirmed."""
    return any(lot.tranches for lot in lots)


def modalities(lots: Sequence[LotFacts]) -> tuple[str, ...]:
    """Return each way of doing the hours that some lot lets, with the lots when not all do."""
    told = []
    for family, words in MODALITIES.items():
        found = [lot.number for lot in lots if family in lot.terms.modalities]
        if found:
            suffix = "" if len(found) == len(lots) else f", pour {lots_named(found)} seulement"
            told.append(f"{words}{suffix}")
    return ended(told)


def documents(lots: Sequence[LotFacts]) -> tuple[str, ...]:
    """Return each document due, with its delay and the lots when not all ask for it."""
    told = []
    for document in DueDocument:
        found = [lot for lot in lots if document in lot.terms.documents]
        if found:
            label = lowered(document.label)
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
        case DueDocument.ACTION_REPORT:
            return "dès que chacune est achevée" if lot.unit is Unit.ACTIONS else "dès qu’il est achevé"
        case DueDocument.WORK_CONTRACT:
            return "avant le premier jour de travail"


def penalties_table(lots: Sequence[LotFacts]) -> Table:
    """Return the penalties of each lot."""
    hours_only = all(lot.in_hours for lot in lots)
    return Table(
        caption="Pénalités, par lot",
        columns=(
            "Lot",
            "Par heure non réalisée" if hours_only else "Pour ce qui n’est pas réalisé",
            "Par document manquant et par jour de retard",
        ),
        rows=tuple(
            (
                str(lot.number),
                euros(lot.terms.penalty_hour) if hours_only else missing_told(lot),
                euros(lot.terms.penalty_document_day),
            )
            for lot in lots
        ),
        numbers=frozenset({1, 2} if hours_only else {2}),
    )


def commitments_table(lots: Sequence[LotFacts]) -> Table:
    """Return the table that a candidate fills: for each lot, how the hours will be done."""
    hours_only = all(lot.in_hours for lot in lots)
    return Table(
        caption="Engagement du candidat, par lot (cochez les manières envisagées)",
        columns=("Lot", "Heures d’insertion" if hours_only else "Engagement", "Manières envisagées"),
        rows=tuple(row for lot in lots for row in commitment_rows(lot)),
    )


def commitment_rows(lot: LotFacts) -> list[tuple[str, str, str]]:
    """Return the rows of a lot that a candidate fills, and those of its optional tranches."""
    number = str(lot.number)
    tranches = [
        (number, f"Tranche optionnelle{NO_BREAK}{one.number} : {hours_text(one.hours)}", "Comme pour le lot")
        for one in lot.tranches
    ]
    return [(number, owed(lot), boxes(lot)), *tranches]


def boxes(lot: LotFacts) -> str:
    """Return what a candidate ticks for a lot: the ways of doing the hours, or the kinds of actions."""
    ways = [one.label for one in (lot.terms.modalities if lot.in_hours else lot.terms.action_kinds)]
    return "\n".join(f"{BOX}{NO_BREAK}{way}" for way in ways) or TO_FILL


def shares_table(lots: Sequence[LotFacts]) -> Table:
    """Return the part of each member of the groups that hold lots; before the award, a table to fill."""
    rows = tuple(
        (str(lot.number), one_line(share.name), percent(share.part * 100), hours_text(share.hours))
        for lot in in_hours(lots)
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
