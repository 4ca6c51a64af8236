"""Words of the follow-up: where a commitment stands, on the one scale of the screens."""

from django.db import models


class State(models.TextChoices):
    """The scale of states, worst first (PRACTICE.md 3); NEUTRAL is said by the tender's own word."""

    ACTION = "ACTION", "Action nécessaire"
    CATCH_UP = "CATCH_UP", "Retard à rattraper"
    ON_TRACK = "ON_TRACK", "Dans les temps"
    DONE = "DONE", "Terminé"
    NEUTRAL = "NEUTRAL", "À venir ou suspendu"


class Outcome(models.TextChoices):
    """How a finished commitment ended, as far as it is known: a shortfall waits for the buyer (PRACTICE.md 2)."""

    KEPT = "KEPT", "Engagement tenu"
    TO_DECIDE = "TO_DECIDE", "Décision attendue"
