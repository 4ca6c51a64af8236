"""How figures are grouped, and who reads them all."""

from collections.abc import Mapping
from enum import StrEnum

from inclusiv.accounts.choices import BuyerKind
from inclusiv.core.actors import Role


class Permission(StrEnum):
    """What a role may do with figures."""

    SEE_DASHBOARD = "figures.see_dashboard"


GRANTS = {Permission.SEE_DASHBOARD: frozenset({Role.COORDINATION})}

B = BuyerKind
BUYER_GROUPS: Mapping[str, frozenset[str]] = {
    "État et ses établissements": frozenset({B.STATE, B.STATE_AGENCY}),
    "Département et Région": frozenset({B.DEPARTMENT, B.REGION}),
    "Intercommunalités": frozenset({B.EPCI}),
    "Communes et leurs établissements": frozenset({B.COMMUNE, B.CCAS, B.LOCAL_PUBLIC_BODY}),
    "Hôpitaux": frozenset({B.HOSPITAL}),
    "Bailleurs sociaux": frozenset({B.SOCIAL_LANDLORD}),
    "Aménageurs, SEM et entités adjudicatrices": frozenset({B.DEVELOPER, B.SEM_SPL, B.UTILITY}),
    "Donneurs d’ordre privés": frozenset({B.PRIVATE}),
}
"""Kinds of buyers as the report prints them, in its order."""
