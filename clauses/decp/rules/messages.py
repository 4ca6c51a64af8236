"""The catalogue of messages: each names the field, the value and the rule, and says how to put it right."""

import re

from clauses.decp.choices import ID_CAPACITY, ID_LIMIT, FileFault, Remark
from clauses.decp.rules.texts import shown
from inclusiv.core.french import NARROW, NO_BREAK

SHOWN = 80
"""Characters of a value that a message quotes."""

FIELDS = {
    "": "Enregistrement",
    "id": "Identifiant du marché",
    "acheteur": "Acheteur",
    "acheteur.id": "Identifiant de l’acheteur",
    "acheteur.nom": "Nom de l’acheteur",
    "autoriteConcedante": "Autorité concédante",
    "autoriteConcedante.id": "Identifiant de l’autorité concédante",
    "autoriteConcedante.nom": "Nom de l’autorité concédante",
    "objet": "Objet",
    "nature": "Nature",
    "codeCPV": "Code CPV",
    "procedure": "Procédure",
    "lieuExecution": "Lieu d’exécution",
    "lieuExecution.code": "Code du lieu d’exécution",
    "lieuExecution.typeCode": "Type de code du lieu d’exécution",
    "lieuExecution.nom": "Nom du lieu d’exécution",
    "dureeMois": "Durée en mois",
    "dateNotification": "Date de notification",
    "dateSignature": "Date de signature",
    "datePublicationDonnees": "Date de publication",
    "montant": "Montant",
    "valeurGlobale": "Valeur globale",
    "formePrix": "Forme du prix",
    "typesPrix": "Type de prix",
    "titulaires": "Titulaire",
    "titulaires.id": "Identifiant du titulaire",
    "titulaires.typeIdentifiant": "Type d’identifiant du titulaire",
    "titulaires.denominationSociale": "Nom du titulaire",
    "concessionnaires": "Concessionnaire",
    "concessionnaires.id": "Identifiant du concessionnaire",
    "concessionnaires.typeIdentifiant": "Type d’identifiant du concessionnaire",
    "concessionnaires.denominationSociale": "Nom du concessionnaire",
    "considerationsSociales": "Considérations sociales",
    "idAccordCadre": "Identifiant de l’accord-cadre",
    "techniques": "Techniques d’achat",
    "modalitesExecution": "Modalités d’exécution",
    "modifications": "Modification",
    "actesSousTraitance": "Acte de sous-traitance",
    "objetModification": "Objet de la modification",
    "dateNotificationModification": "Date de notification",
    "dateSignatureModification": "Date de signature",
    "datePublicationDonneesModification": "Date de publication",
    "dateNotificationModificationSousTraitance": "Date de notification",
    "sousTraitant": "Sous-traitant",
    "sousTraitant.id": "Identifiant du sous-traitant",
    "sousTraitant.typeIdentifiant": "Type d’identifiant du sous-traitant",
    "source": "Source",
    "modificationsActesSousTraitance": "Modification d’acte de sous-traitance",
}
"""What a field is called on screen, by its DECP name."""

_SOURCE = "à corriger sur le profil d’acheteur, puis à publier de nouveau."

_REMARKS = {
    Remark.NOT_AN_OBJECT: "{field} : « {value} » n’est pas un marché. Chaque élément de la liste doit être un objet "
    "JSON, entre accolades ; " + _SOURCE,
    Remark.NO_ID: "{field} : absent. Sans ce numéro, de 1 à "
    + str(ID_LIMIT)
    + " caractères, le marché ne peut être "
    "ni reconnu ni mis à jour ; " + _SOURCE,
    Remark.ID_TOO_LONG: "{field} : « {value} » compte {detail} caractères ; au-delà de "
    + str(ID_CAPACITY)
    + ", ce n’est plus un numéro de marché ("
    + str(ID_LIMIT)
    + " au plus) ; "
    + _SOURCE,
    Remark.NO_BUYER: "{field} : absent. Le SIRET de l’acheteur, 14 chiffres, est obligatoire ; " + _SOURCE,
    Remark.BUYER_UNUSABLE: "{field} : « {value} » n’est ni un SIRET (14 chiffres) ni un SIREN (9 chiffres), {detail} ; "
    "le vrai numéro se trouve sur annuaire-entreprises.data.gouv.fr, " + _SOURCE,
    Remark.ENCODING: "Le fichier n’est pas entièrement en UTF-8 : les octets étrangers ont été lus en Windows-1252. "
    "Relisez quelques accents ; s’ils sont faux, enregistrez le fichier en UTF-8.",
    Remark.ID_OVER_LIMIT: "{field} : « {value} » compte {detail} caractères, la règle en admet "
    + str(ID_LIMIT)
    + ". Il est gardé tel quel ; "
    + _SOURCE,
    Remark.IDENTIFIER_KEY: "{field} : « {value} » a le bon nombre de caractères mais sa clé de contrôle est fausse : un "
    "chiffre a sans doute été mal saisi. Vérifiez-le sur annuaire-entreprises.data.gouv.fr.",
    Remark.IDENTIFIER_SHAPE: "{field} : « {value} » n’a pas la forme attendue, {detail}. Il est gardé tel quel ; "
    "vérifiez-le sur annuaire-entreprises.data.gouv.fr.",
    Remark.IDENTIFIER_REPAIRED: "{field} : « {value} » a été lu « {detail} ». Rien à faire si c’est bien ce numéro.",
    Remark.SIREN_ONLY: "{field} : « {value} » est un SIREN (9 chiffres) ; un SIRET (14 chiffres) est attendu. "
    "L’entreprise est reconnue, pas l’établissement.",
    Remark.TEXT_BROKEN: "{field} : « {value} » contient des caractères perdus avant la publication (�). "
    "Le texte est gardé tel quel ; retrouvez l’original sur le profil d’acheteur.",
    Remark.TEXT_CLEANED: "{field} : des balises ou des codes HTML ont été remplacés dans « {value} ». Rien à faire.",
    Remark.TEXT_CUT: "{field} : {detail} caractères, plus que ce que la règle admet ; la fin du texte « {value} » n’est "
    "pas reprise.",
    Remark.MISSING: "{field} : information absente, pourtant obligatoire. Complétez-la ici ou sur le profil "
    "d’acheteur.",
    Remark.UNREADABLE: "{field} : « {value} » ne peut pas être lu, {detail} est attendu. La valeur n’est pas reprise : "
    "complétez-la ici ou sur le profil d’acheteur.",
    Remark.UNKNOWN_WORD: "{field} : « {value} » n’est pas dans la liste de l’arrêté du 22 décembre 2022. La valeur n’est "
    "pas reprise : choisissez-en une de la liste.",
    Remark.NUMBER_AS_TEXT: "{field} : « {value} » est écrit comme un texte ; lu comme le nombre {detail}. Rien à faire si "
    "c’est bien ce nombre.",
    Remark.AMOUNT_PLACEHOLDER: "{field} : « {value} » € a tout d’un montant fictif ; le montant hors taxes, ou le maximum "
    "estimé, est attendu. Il est gardé : remplacez-le avant tout calcul des heures.",
    Remark.AMOUNT_UNLIKELY: "{field} : « {value} » € est peu vraisemblable pour un marché publié (à partir de 40 000 € hors "
    "taxes). Il est gardé : vérifiez l’unité et les décimales.",
    Remark.AMOUNT_IMPOSSIBLE: "{field} : « {value} » € est impossible, un montant hors taxes va de 0 à moins de mille "
    "milliards d’euros. Il n’est pas repris : saisissez le vrai montant.",
    Remark.DURATION_UNKNOWN: "{field} : « {value} », la durée n’est pas communiquée. Complétez-la : elle sert au calcul "
    "des heures d’insertion.",
    Remark.DURATION_ROUNDED: "{field} : « {value} » a été arrondi à {detail} mois, au mois supérieur comme le veut "
    "la règle.",
    Remark.DURATION_UNLIKELY: "{field} : « {value} » mois, plus de vingt ans, est peu vraisemblable (jours comptés pour des "
    "mois ?). La durée est gardée : vérifiez-la.",
    Remark.DURATION_IMPOSSIBLE: "{field} : « {value} » est impossible, une durée va de 1 à 1 200 mois. Elle n’est pas "
    "reprise : saisissez la vraie durée.",
    Remark.DATE_ZONE: "{field} : « {value} » porte une heure ou un fuseau horaire, lu « {detail} », jour de Paris. "
    "Rien à faire.",
    Remark.DATE_REPAIRED: "{field} : « {value} » n’est pas au format AAAA-MM-JJ, lu « {detail} ». Rien à faire si c’est "
    "bien ce jour.",
    Remark.DATE_IMPLAUSIBLE: "{field} : « {value} » est hors de la période possible, de 2000 à un an après aujourd’hui. La "
    "date n’est pas reprise : saisissez la vraie.",
    Remark.DATE_ORDER: "{field} : « {value} » vient avant le {detail}, jour où le contrat est dit conclu ; des données se "
    "publient après. Vérifiez les deux dates.",
    Remark.CPV_REPAIRED: "{field} : « {value} » a été lu « {detail} » : 8 chiffres, zéro de tête compris. Rien à faire si "
    "c’est bien ce code.",
    Remark.CPV_KEY: "{field} : la clé de « {value} » ne correspond pas aux 8 premiers chiffres. Le code est gardé : "
    "vérifiez-le dans la nomenclature CPV.",
    Remark.CPV_UNKNOWN: "{field} : « {value} » ne commence par aucune division du vocabulaire commun de 2008. Le code est "
    "gardé : choisissez-en un de la nomenclature.",
    Remark.PLACE_REPAIRED: "{field} : « {value} » a été lu comme {detail}. Rien à faire si c’est bien ce lieu.",
    Remark.PLACE_CODE: "{field} : « {value} » n’a pas la forme d’un {detail}. Le lieu est gardé mais ne rattache le marché "
    "à aucun territoire : précisez la commune.",
    Remark.CONTRADICTION: "{field} : « {value} ». « Pas de considération sociale » s’emploie seul ; les autres valeurs sont "
    "retenues. Vérifiez avec l’acheteur.",
    Remark.REPEATED: "{field} : ce marché figure {detail} fois à l’identique. Un seul est gardé.",
    Remark.CONTRACTORS_UNITED: "{field} : ce marché figure {detail} fois avec des titulaires différents. Il est gardé une "
    "fois, avec tous ses titulaires ({value}).",
    Remark.REPLACED: "{field} : ce numéro figure {detail} fois avec un contenu différent ({value}). La dernière publication "
    "est retenue ; les autres restent consultables.",
    Remark.AMOUNT_DISPUTED: "{field} : {value} ici, {detail}. Deux sources publient ce marché avec des montants "
    "différents : vérifiez auprès de l’acheteur.",
    Remark.SEVERAL_LOTS: "{field} : {detail} contrats de montants différents ({value}) portent ce même numéro sans que "
    "rien ne dise lequel est le dernier : ce sont sans doute des lots. Le dernier du fichier est retenu, les autres "
    "restent consultables.",
}

_FAULTS = {
    FileFault.EMPTY: "Ce fichier est vide : il n’y a rien à lire. Téléchargez-le de nouveau.",
    FileFault.NOT_JSON: "Ce n’est pas un fichier JSON : {detail} à la ligne {line}, caractère {column}. Choisissez le "
    "fichier de données essentielles au format JSON.",
    FileFault.XML: "Ce fichier est au format XML : seul le JSON est lu. Le profil d’acheteur propose aussi "
    "l’export en JSON.",
    FileFault.ARCHIVE: "Ce fichier est une archive ZIP (ou un classeur Excel) : décompressez-la et choisissez le fichier "
    "JSON qu’elle contient.",
    FileFault.DAMAGED: "Ce fichier compressé (.gz) est abîmé : il ne peut pas être décompressé. Téléchargez-le "
    "de nouveau.",
    FileFault.TRUNCATED: "Ce fichier est tronqué : il s’arrête à la ligne {line}, caractère {column}, avant la fin "
    "({detail}). Téléchargez-le de nouveau.",
    FileFault.NO_CONTRACTS: "Ce fichier JSON ne contient pas de marchés : la clé « marches », qui en donne la liste, est "
    "absente. Choisissez un fichier de données essentielles.",
    FileFault.TOO_DEEP: "Ce fichier est imbriqué trop profondément à la ligne {line} : ce n’est pas un fichier de données "
    "essentielles.",
    FileFault.TOO_LARGE: "Ce fichier dépasse {detail} Mo une fois décompressé. Découpez-le, par année par exemple.",
    FileFault.RECORD_TOO_LARGE: "L’enregistrement qui commence à la ligne {line} dépasse {detail} millions de caractères : "
    "ce n’est pas un marché.",
}

_TALL = re.compile(r" (?=[:;!?%»])|(?<=«) ")


def _typeset(text: str) -> str:
    """Put the no-break spaces of French typography before tall punctuation, inside « » and before €."""
    return _TALL.sub(NARROW, text).replace(" €", f"{NO_BREAK}€")


REMARKS = {remark: _typeset(template) for remark, template in _REMARKS.items()}
FAULTS = {fault: _typeset(template) for fault, template in _FAULTS.items()}


def quoted(value: object) -> str:
    """Return a value as a message quotes it: on one line, cut."""
    return cut(shown(str(value)[: SHOWN * 4]))


def cut(text: str) -> str:
    """Return a text, or its first 80 characters."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN].rstrip()}…"


def field_label(path: str) -> str:
    """Return the French name of a field given by its path: `titulaires[1].id` → « Identifiant du titulaire 2 »."""
    ranks = [int(rank) + 1 for rank in re.findall(r"\[(\d+)\]", path)]
    plain = re.sub(r"\[\d+\]", "", path)
    if plain in FIELDS:
        return " ".join([FIELDS[plain], *map(str, ranks)])
    parent, _, child = path.partition(".")
    if not child:
        return plain
    inner = field_label(child)
    return f"{field_label(parent)}, {inner[:1].lower()}{inner[1:]}"


def remark(code: Remark, *, field: str, value: str, detail: str) -> str:
    """Return the sentence of a notice."""
    return REMARKS[code].format(field=field_label(field), value=value, detail=detail)


def fault(code: FileFault, *, line: int, column: int, detail: str) -> str:
    """Return the sentence of a file that cannot be read; `line` and `column` start at 1."""
    return FAULTS[code].format(line=line, column=column, detail=detail)
