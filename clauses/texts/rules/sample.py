"""The tender on which a model is shown while it is written: invented, with one of each kind of lot."""

from dataclasses import replace
from decimal import Decimal

from clauses.obligations.choices import (
    ClauseType,
    DueDocument,
    ModalityFamily,
    Public,
    SocialActionKind,
    Unit,
)
from clauses.obligations.rules.articles import Article
from clauses.obligations.rules.terms import Terms
from clauses.procurement.choices import Ccag
from clauses.texts.rules.facts import Facilitation, LotFacts, PublicLimits, Share, TenderFacts

CLAUSE_TYPES = (ClauseType.EXECUTION,)
TERMS = Terms(
    modalities=tuple(ModalityFamily),
    documents=(DueDocument.MONTHLY_STATEMENT, DueDocument.HOURS_PROOF, DueDocument.ACTION_PLAN),
    statement_due_day=12,
    contact_days=14,
    kickoff_months=1,
    plan_days=15,
    final_report_months=3,
    penalty_hour=Decimal(50),
    penalty_action=Decimal(500),
    penalty_document_day=Decimal(100),
    penalty_cap_applies=False,
    penalty_cap_rate=Decimal("0.10"),
    small_penalty_waiver_applies=False,
    small_penalty_limit=Decimal(1000),
)


def lot(number: int, title: str, hours: int, *shares: Share) -> LotFacts:
    """Return a lot of the sample."""
    return LotFacts(
        number=number,
        title=title,
        quantity=Decimal(hours),
        clause_type=ClauseType.EXECUTION,
        publics=(Public.RSA,),
        strict_prior_validation=False,
        count_training=True,
        terms=TERMS,
        shares=shares,
    )


def in_actions(number: int, title: str) -> LotFacts:
    """Return a lot of the sample that owes two social actions instead of hours."""
    terms = replace(
        TERMS,
        documents=(DueDocument.ACTION_PLAN, DueDocument.ACTION_REPORT),
        actions_per_year=2,
        action_kinds=(SocialActionKind.GROUP_SESSION, SocialActionKind.MENTORING),
    )
    return replace(
        lot(number, title, 2), unit=Unit.ACTIONS, clause_type=ClauseType.SOCIAL_ACTION, terms=terms
    )


def sample(*, articles: tuple[Article, ...]) -> TenderFacts:
    """Return the sample, citing these articles."""
    return TenderFacts(
        reference="2026-EXEMPLE",
        title="Réhabilitation et extension d’une école",
        buyer="Commune de l’exemple",
        place="Exemple-sur-Orge",
        ccag=Ccag.TRAVAUX,
        starts_on=None,
        ends_on=None,
        lots=(
            lot(1, "Gros œuvre", 1890),
            lot(2, "Voirie et espaces verts", 320),
            lot(3, "Peinture", 410),
            in_actions(4, "Contrôle technique"),
        ),
        facilitation=Facilitation(
            structure="Structure de facilitation de l’exemple",
            person="Nadia Exemple",
            phone="01 00 00 00 00",
            email="nadia@exemple.example",
        ),
        limits=PublicLimits(
            youth_max_age=26,
            senior_min_age=50,
            unemployed_months=12,
            worked_months=6,
            youth_inactive_months=6,
        ),
        articles=articles,
    )
