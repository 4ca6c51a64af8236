"""The merge fields: a closed list, each with what it prints; what is not here cannot be printed."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """A merge field: what it prints, in words, and whether it is a table or a list."""

    label: str
    is_block: bool = False


FIELDS: Mapping[str, Field] = {
    "marche_numero": Field("le numéro du marché"),
    "marche_objet": Field("l’objet du marché"),
    "acheteur": Field("le nom de l’acheteur"),
    "lieu": Field("la commune d’exécution, avec « à » ou « aux »"),
    "debut_execution": Field("le premier jour d’exécution"),
    "fin_execution": Field("le dernier jour d’exécution"),
    "ccag": Field("le cahier des clauses administratives générales qui s’applique"),
    "article_ccag": Field("son article sur l’insertion : 20.1 pour des travaux, 16.1 sinon"),
    "si_heures": Field("rien : sa ligne n’est gardée que si un lot doit des heures"),
    "si_actions": Field("rien : sa ligne n’est gardée que si un lot doit des actions sociales"),
    "lots_concernes": Field("les lots qui portent la clause"),
    "heures_totales": Field("le total des heures, ou ce qui en tient lieu"),
    "engagement_en_heures": Field("une phrase : les lots qui doivent des heures"),
    "engagements_autres": Field(
        "une phrase : les lots qui doivent des actions, des places, des participants"
    ),
    "actions_acceptees": Field("la liste des actions sociales parmi lesquelles choisir", is_block=True),
    "personnel_repris": Field("une phrase, quand le personnel repris n’est pas compté"),
    "cas_sans_penalite": Field("la liste des cas qui n’entraînent aucune pénalité", is_block=True),
    "heures_de_formation": Field("une phrase : les heures de formation comptent, ou non"),
    "publics_prioritaires": Field("les publics à proposer d’abord"),
    "eligibilite_prealable": Field("une phrase : ce que devient une validation tardive"),
    "age_jeunes": Field("l’âge jusqu’auquel on compte parmi les jeunes"),
    "age_seniors": Field("l’âge à partir duquel on compte parmi les seniors"),
    "anciennete_chomage": Field("l’ancienneté d’inscription d’un chômage de longue durée"),
    "activite_reduite": Field("le travail qui reste compatible avec un chômage de longue durée"),
    "inactivite_jeunes": Field("le temps depuis lequel un jeune n’a plus d’activité"),
    "delai_appel": Field("le délai pour appeler la facilitation"),
    "delai_mise_au_point": Field("le délai de la réunion de mise au point"),
    "delai_plan": Field("le délai du plan d’action"),
    "delai_bilan": Field("le délai du bilan final"),
    "echeance_du_releve": Field("le jour où le relevé mensuel est attendu"),
    "penalite_heure": Field("la pénalité par heure non réalisée"),
    "penalite_du_manque": Field(
        "la pénalité pour ce qui n’est pas réalisé, heure, action, place ou participant"
    ),
    "penalite_document_jour": Field("la pénalité par document et par jour de retard"),
    "plafond_des_penalites": Field("une phrase : le plafond des pénalités, ou son absence"),
    "petites_penalites": Field("une phrase : les petites pénalités sont réclamées, ou non"),
    "facilitation": Field("le nom de la structure de facilitation"),
    "facilitation_contact": Field("qui appeler : nom, téléphone, adresse"),
    "critere_social": Field("une phrase, quand un critère social est annoncé"),
    "lots_reserves": Field("une phrase, quand un lot est réservé"),
    "textes_applicables": Field(
        "la liste des articles en vigueur à la date de la consultation", is_block=True
    ),
    "tableau_des_heures": Field("le tableau des heures par lot", is_block=True),
    "modalites": Field("la liste des manières de réaliser les heures", is_block=True),
    "documents_dus": Field("la liste des documents à remettre et de leurs délais", is_block=True),
    "tableau_des_penalites": Field("le tableau des pénalités par lot", is_block=True),
    "tableau_des_engagements": Field("le tableau à compléter par le candidat, par lot", is_block=True),
    "repartition_du_groupement": Field("la part de chaque membre d’un groupement", is_block=True),
}
