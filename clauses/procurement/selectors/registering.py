"""Where a tender stands on the way from what is bought to the texts of its clause."""

from dataclasses import dataclass

from django.urls import reverse

from clauses.procurement.choices import AdviceStatus, Permission, RegisteringStep, TenderStatus
from clauses.procurement.models import AdviceRequest, Lot, NoClauseDecision, Tender
from clauses.procurement.rules import registering as rules
from clauses.procurement.selectors.tenders import Step
from inclusiv.core.actors import Actor

DONE, CURRENT, LEFT = "fait", "en cours", "à faire"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLink:
    """A step of the strip: its rank from 1, its words, its state in words, its address (empty: not open yet)."""

    rank: int
    label: str
    state: str
    url: str

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do there."""
        return self.state == DONE

    @property
    def is_current(self) -> bool:
        """Whether one is there."""
        return self.state == CURRENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    """The first step not done: what to press, and where it leads."""

    step: RegisteringStep
    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteringPath:
    """« Étape 2 sur 5 »: the five steps, where one is (0: on none of them), and where one resumes."""

    steps: tuple[StepLink, ...]
    position: int
    resume: Resume | None


def new_path() -> RegisteringPath:
    """Return the path of a tender that is not registered yet: only its first step is open."""
    return RegisteringPath(
        steps=tuple(
            StepLink(
                rank=rank,
                label=step.label,
                state=CURRENT if step is RegisteringStep.PURCHASE else LEFT,
                url="",
            )
            for rank, step in enumerate(RegisteringStep, start=1)
        ),
        position=1,
        resume=None,
    )


def registering_path(
    tender: Tender, *, actor: Actor, here: RegisteringStep | None = None
) -> RegisteringPath | None:
    """Return the path of a tender, seen from one of its steps; None once it is published, or to who does not register."""
    if tender.status not in rules.GUIDED or not actor.may(Permission.REGISTER_TENDER):
        return None
    lots = list(tender.lots.order_by("number").values_list("pk", "number", "has_clause"))
    bare = [(pk, number) for pk, number, has_clause in lots if not has_clause]
    done = rules.steps_done(
        starts_on=tender.starts_on,
        ends_on=tender.ends_on,
        lots=len(lots),
        lots_with_clause=len(lots) - len(bare),
        is_decided=NoClauseDecision.objects.filter(tender=tender).exists(),
        status=TenderStatus(tender.status),
    )
    sized, number = bare[0] if bare else (lots[0][0], lots[0][1]) if lots else (0, 0)
    urls = {
        RegisteringStep.PURCHASE: reverse("procurement:purchase", args=[tender.pk]),
        RegisteringStep.SCHEDULE: reverse("procurement:schedule", args=[tender.pk]),
        RegisteringStep.LOTS: reverse("procurement:lots", args=[tender.pk]),
        RegisteringStep.HOURS: reverse("obligations:sizing", args=[sized]) if sized else "",
        RegisteringStep.TEXTS: reverse("texts:pieces", args=[tender.pk]),
    }
    labels = {
        RegisteringStep.SCHEDULE: "Reprendre : le calendrier",
        RegisteringStep.LOTS: "Décrire les lots",
        RegisteringStep.HOURS: f"Calculer les heures du lot {number}",
        RegisteringStep.TEXTS: "Lire les textes de la clause",
    }
    first = rules.first_not_done(done)
    return RegisteringPath(
        steps=tuple(
            StepLink(rank=rank, label=step.label, state=state_of(step, done, here), url=urls[step])
            for rank, step in enumerate(RegisteringStep, start=1)
        ),
        position=list(RegisteringStep).index(here) + 1 if here else 0,
        resume=Resume(step=first, label=labels[first], url=urls[first]) if first else None,
    )


def after_clause(lot: Lot, *, actor: Actor) -> Step | None:
    """Return where one goes on once the clause of a lot is saved; None on a tender whose texts are out.

    The next lot without a clause comes first, those before being passed on purpose; then the advice that waits for
    this actor's answer; then the texts.
    """
    tender = lot.tender
    if tender.status not in rules.GUIDED:
        return None
    following = tender.lots.filter(number__gt=lot.number, has_clause=False).order_by("number").first()
    if following:
        return Step(
            label=f"Enregistrer et passer au lot {following.number}",
            url=reverse("obligations:sizing", args=[following.pk]),
        )
    if actor.may(Permission.GIVE_ADVICE):
        asked = AdviceRequest.objects.visible_to(actor).filter(tender=tender, status=AdviceStatus.ASKED)
        if waiting := asked.order_by("asked_at").last():
            return Step(
                label="Enregistrer et répondre à la demande d’avis",
                url=reverse("procurement:advice", args=[waiting.pk]),
            )
    return Step(label="Enregistrer et lire les textes", url=reverse("texts:pieces", args=[tender.pk]))


def state_of(step: RegisteringStep, done: frozenset[RegisteringStep], here: RegisteringStep | None) -> str:
    """Return the state of a step in words."""
    if step is here:
        return CURRENT
    return DONE if step in done else LEFT
