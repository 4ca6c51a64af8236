"""Words of the traces: what happened, what is being done, what was said."""

from enum import StrEnum

from django.db import models

from inclusiv.core.actors import Role


class Permission(StrEnum):
    """What a role may do with the traces."""

    NOTE_EXCHANGE = "records.note_exchange"
    SEE_JOBS = "records.see_jobs"
    SEE_CHANGES = "records.see_changes"


EVERYONE = frozenset(Role)
GRANTS = {
    Permission.NOTE_EXCHANGE: frozenset({Role.FACILITATOR, Role.BUYER, Role.PRESCRIBER, Role.COORDINATION}),
    Permission.SEE_JOBS: EVERYONE,
    Permission.SEE_CHANGES: frozenset({Role.FACILITATOR, Role.BUYER, Role.COORDINATION}),
}


READINGS = {"exchange.noting": "a ouvert la saisie d’un échange"}
"""What is said of each reading."""


class JobState(models.TextChoices):
    """Where a background job is."""

    QUEUED = "QUEUED", "en attente"
    RUNNING = "RUNNING", "en cours"
    DONE = "DONE", "terminé"
    FAILED = "FAILED", "échoué"


class FileState(models.TextChoices):
    """A file's row exists before its content, and is READY once the content is stored."""

    PENDING = "PENDING", "en cours d’écriture"
    READY = "READY", "disponible"


class EmailState(models.TextChoices):
    """What became of a mail."""

    QUEUED = "QUEUED", "à envoyer"
    SENT = "SENT", "envoyé"
    FAILED = "FAILED", "non parti"
    BOUNCED = "BOUNCED", "adresse refusée"


class ExchangeKind(models.TextChoices):
    """How people spoke (PRACTICE.md 1.6)."""

    CALL = "CALL", "Appel"
    EMAIL = "EMAIL", "Courriel"
    VISIT = "VISIT", "Visite"
    MEETING = "MEETING", "Réunion"


RESUMED = "C’est fait"
"""The button of an exchange whose next date has come, wherever it shows."""

LINK_DAYS = 45
"""For how many days a link by e-mail may be used (PRACTICE.md 2)."""

MAX_SENDINGS = 6
"""After so many tries a mail is declared not gone."""

MAX_ATTEMPTS = 3
"""A job that was started three times without an end is declared failed."""
