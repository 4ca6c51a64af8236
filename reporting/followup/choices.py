"""Words of the follow-up: where a commitment stands, and the one scale of states of the screens."""

from django.db import models


class State(models.TextChoices):
    """The scale of states (PRACTICE.md 3); NEUTRAL is said by the tender's own word."""

    ACTION = "ACTION", "Action nécessaire"
    CATCH_UP = "CATCH_UP", "Retard à rattraper"
    ON_TRACK = "ON_TRACK", "Dans les temps"
    DONE = "DONE", "Terminé"
    NEUTRAL = "NEUTRAL", "À venir ou suspendu"


class Standing(models.IntegerChoices):
    """Where a lot stands: the running ones first, the worst of them first; a shortfall waits for the buyer (PRACTICE.md 2)."""

    ACTION = 0, "Action nécessaire"
    CATCH_UP = 1, "Retard à rattraper"
    ON_TRACK = 2, "Dans les temps"
    TO_DECIDE = 3, "Décision attendue"
    UPCOMING = 4, "À venir ou suspendu"
    KEPT = 5, "Engagement tenu"

    @property
    def state(self) -> State:
        """The word of the scale."""
        return _STATES[self]

    @property
    def is_late(self) -> bool:
        """Whether hours are missing today."""
        return self in {Standing.ACTION, Standing.CATCH_UP}


_STATES = {
    Standing.ACTION: State.ACTION,
    Standing.CATCH_UP: State.CATCH_UP,
    Standing.ON_TRACK: State.ON_TRACK,
    Standing.TO_DECIDE: State.DONE,
    Standing.UPCOMING: State.NEUTRAL,
    Standing.KEPT: State.DONE,
}

DAYS_OF_MONTHS = {3: 92, 6: 183, 12: 366}
"""Days that as many months last at most: the end of a contract is looked for widely, its successor takes months."""

READINGS = {
    "lot.read": "a lu les personnes en poste sur un lot",
    "tenders.exported": "a exporté la liste des marchés",
}
"""What is said of each reading."""
