"""« Marchés repérés »: what files of essential data told, and every reading of such a file."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from clauses.decp.choices import (
    ID_CAPACITY,
    NAME_LIMIT,
    Nature,
    Outcome,
    PlaceKind,
    Procedure,
    Remark,
    SocialConsideration,
    SpottedStatus,
)
from clauses.procurement.choices import TenderNature
from clauses.procurement.models import Tender
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor, Role
from inclusiv.core.fields import amount_field, folded
from inclusiv.records.models import Job, StoredFile
from inclusiv.reference.models import Commune


class FileReadingQuerySet(models.QuerySet["FileReading"]):
    """Readings of files, by who asked for them."""

    def visible_to(self, actor: Actor) -> "FileReadingQuerySet":
        """Return the readings asked by the actor's own organisation."""
        return self.filter(organisation_id=actor.organisation_id)


class FileReading(models.Model):
    """One file read: what became of each of its elements. Unfinished until its rows are written."""

    name = models.CharField("nom du fichier", max_length=NAME_LIMIT)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, verbose_name="fichier déposé")
    job = models.OneToOneField(Job, on_delete=models.PROTECT, null=True, verbose_name="traitement")
    asked_at = models.DateTimeField("demandé le")
    asked_by = models.CharField("demandé par", max_length=NAME_LIMIT)
    organisation_id = models.BigIntegerField("organisation", db_index=True)
    only_siren = models.CharField("SIREN seul retenu", max_length=9, blank=True)
    finished_at = models.DateTimeField("lu le", null=True)
    read = models.PositiveIntegerField("lus", default=0)
    created = models.PositiveIntegerField("créés", default=0)
    updated = models.PositiveIntegerField("mis à jour", default=0)
    unchanged = models.PositiveIntegerField("inchangés", default=0)
    kept = models.PositiveIntegerField("plus anciens", default=0)
    merged = models.PositiveIntegerField("réunis", default=0)
    refused = models.PositiveIntegerField("refusés", default=0)
    others = models.PositiveIntegerField("d’autres acheteurs", default=0)
    remarks = models.JSONField("remarques, par nombre", default=list)
    """`[[code, field, count], …]`, the most frequent first."""

    objects = FileReadingQuerySet.as_manager()

    class Meta:
        verbose_name = "lecture de fichier"
        verbose_name_plural = "lectures de fichiers"
        constraints = [
            models.CheckConstraint(
                name="filereading_loses_nothing",
                condition=Q(
                    read=F("created")
                    + F("updated")
                    + F("unchanged")
                    + F("kept")
                    + F("merged")
                    + F("refused")
                    + F("others")
                ),
                violation_error_message="Chaque élément lu est compté une fois, et une seule.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class SpottedContractQuerySet(models.QuerySet["SpottedContract"]):
    """Spotted contracts, by who may turn them into followed tenders."""

    def visible_to(self, actor: Actor) -> "SpottedContractQuerySet":
        """Return all of them to facilitators and the coordination, since they are public; to a buyer its own, by SIREN."""
        match actor.role:
            case Role.FACILITATOR | Role.COORDINATION:
                return self.all()
            case Role.BUYER:
                own = Organisation.objects.filter(pk=actor.organisation_id)
                return self.filter(buyer_siren__in=own.values("siren"))
            case Role.CONTRACTOR | Role.EMPLOYER | Role.PRESCRIBER | Role.SIGNATORY:
                return self.none()

    def answerable_by(self, actor: Actor) -> "SpottedContractQuerySet":
        """Return those that are one's to answer: what others follow, or is done in another département, is only read."""
        seen = Tender.objects.visible_to(actor)
        answerable = self.filter(Q(tender=None) | Q(tender__in=seen))
        if actor.role is Role.FACILITATOR:
            return answerable.filter(department__in={"", actor.department})
        return answerable


class SpottedContract(models.Model):
    """A contract published as open data, one row per buyer and number: « marché repéré » (ARCHITECTURE.md 3).

    Unknown texts are empty, other unknown values None. What is only shown lies in `content`, in the names and the words
    of `rules.records.Record`.
    """

    buyer_number = models.CharField("SIRET ou SIREN de l’acheteur", max_length=14)
    buyer_siren = models.CharField("SIREN de l’acheteur", max_length=9, db_index=True)
    buyer_name = models.CharField("nom de l’acheteur", max_length=NAME_LIMIT, blank=True)
    folded_buyer_name = folded("buyer_name")
    buyer = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="acheteur"
    )
    reference = models.CharField("numéro", max_length=ID_CAPACITY)
    title = models.TextField("objet", blank=True)
    folded_title = folded("title")
    is_concession = models.BooleanField("concession", default=False)
    nature = models.CharField("nature", max_length=30, choices=Nature, blank=True)
    bought = models.CharField("type", max_length=10, choices=TenderNature, blank=True)
    """Deduced from the CPV code."""
    cpv = models.CharField("code CPV", max_length=8, blank=True)
    procedure = models.CharField("procédure", max_length=30, choices=Procedure, blank=True)
    place = models.ForeignKey(
        Commune, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="commune d’exécution"
    )
    place_kind = models.CharField("type de lieu", max_length=12, choices=PlaceKind, blank=True)
    place_code = models.CharField("code du lieu", max_length=NAME_LIMIT, blank=True)
    place_name = models.CharField("lieu d’exécution", max_length=NAME_LIMIT, blank=True)
    department = models.CharField("département d’exécution", max_length=3, blank=True)
    duration_months = models.PositiveSmallIntegerField("durée (mois)", null=True)
    notified_on = models.DateField("notification", null=True)
    published_on = models.DateField("publication", null=True)
    last_published_on = models.DateField("dernière publication", null=True)
    amount = amount_field("montant (€ HT)", null=True)
    social = ArrayField(
        models.CharField(max_length=10, choices=SocialConsideration),
        verbose_name="considérations sociales",
        null=True,
    )
    """None when nothing was declared, which is not « Pas de considération sociale »."""
    contractors = models.JSONField("titulaires", default=list, encoder=DjangoJSONEncoder)
    content = models.JSONField("autres données", default=dict, encoder=DjangoJSONEncoder)
    notices = models.JSONField("remarques", default=list)
    publisher = models.CharField("source", max_length=NAME_LIMIT, blank=True)
    additions = models.PositiveIntegerField("modifications et actes", default=0)
    fingerprint = models.CharField("empreinte", max_length=64)
    reading = models.ForeignKey(
        FileReading, on_delete=models.PROTECT, related_name="+", verbose_name="dernière lecture"
    )
    status = models.CharField("suite donnée", max_length=10, choices=SpottedStatus, default=SpottedStatus.NEW)
    tender = models.ForeignKey(
        Tender, on_delete=models.PROTECT, null=True, related_name="spotted", verbose_name="marché suivi"
    )
    first_seen_at = models.DateTimeField("repéré le")
    updated_at = models.DateTimeField("modifié le")

    objects = SpottedContractQuerySet.as_manager()

    class Meta:
        verbose_name = "marché repéré"
        verbose_name_plural = "marchés repérés"
        constraints = [
            models.UniqueConstraint(
                fields=["buyer_number", "reference"],
                name="spottedcontract_identity",
                violation_error_message="Ce marché est déjà repéré.",
            ),
            models.CheckConstraint(
                name="spottedcontract_buyer_shape",
                condition=Q(
                    buyer_number__regex=r"^\d{9}(\d{5})?$", buyer_number__startswith=F("buyer_siren")
                ),
                violation_error_message="Un acheteur est connu par un SIRET (14 chiffres) ou un SIREN (9 chiffres).",
            ),
            models.CheckConstraint(
                name="spottedcontract_is_numbered",
                condition=~Q(reference=""),
                violation_error_message="Un marché repéré porte un numéro.",
            ),
            models.CheckConstraint(
                name="spottedcontract_amount_not_negative",
                condition=Q(amount=None) | Q(amount__gte=0),
                violation_error_message="Un montant ne peut pas être négatif.",
            ),
            models.CheckConstraint(
                name="spottedcontract_tender_when_followed",
                condition=Q(status__in=[SpottedStatus.FOLLOWED, SpottedStatus.ATTACHED]) ^ Q(tender=None),
                violation_error_message="Un marché repéré mène à un marché quand il est suivi ou rattaché.",
            ),
        ]
        indexes = [
            GinIndex(OpClass("folded_title", name="gin_trgm_ops"), name="spottedcontract_folded_title"),
            GinIndex(OpClass("folded_buyer_name", name="gin_trgm_ops"), name="spottedcontract_folded_buyer"),
            models.Index(fields=["department", "notified_on"], name="spottedcontract_place_day"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title[:60]}"

    @property
    def buyer_label(self) -> str:
        """The buyer as we know it, as it was published, or its number; load it with its buyer."""
        return self.buyer.name if self.buyer else self.buyer_name or self.buyer_number

    @property
    def place_label(self) -> str:
        """The commune, or the place as it was declared; load it with its place."""
        if self.place:
            return self.place.name
        declared = f"{PlaceKind(self.place_kind).label.lower()} {self.place_code}" if self.place_kind else ""
        named = self.place_name if self.place_name != self.place_code else ""
        return f"{named} ({declared})" if named and declared else named or declared or self.place_code

    @property
    def social_labels(self) -> list[str]:
        """The words of the social considerations; nothing when none was declared."""
        return [SocialConsideration(code).label for code in self.social or ()]

    @property
    def contractor_labels(self) -> list[str]:
        """The contractors' names, or their numbers."""
        return [one["name"] or one["id"] for one in self.contractors]


class FileLineQuerySet(models.QuerySet["FileLine"]):
    """Lines of the report of a reading."""

    def visible_to(self, actor: Actor) -> "FileLineQuerySet":
        """Return the lines of the readings one sees."""
        return self.filter(reading__in=FileReading.objects.visible_to(actor))


class FileLine(models.Model):
    """What became of one element of a file, and what is odd in it."""

    reading = models.ForeignKey(
        FileReading, on_delete=models.CASCADE, related_name="lines", verbose_name="lecture"
    )
    rank = models.PositiveIntegerField("rang")
    path = models.CharField("chemin", max_length=100)
    line = models.PositiveIntegerField("ligne")
    outcome = models.CharField("résultat", max_length=10, choices=Outcome)
    buyer_number = models.CharField("acheteur", max_length=14, blank=True)
    number = models.CharField("numéro du marché", max_length=ID_CAPACITY, blank=True)
    contract = models.ForeignKey(
        SpottedContract,
        on_delete=models.CASCADE,
        null=True,
        related_name="lines",
        verbose_name="marché repéré",
    )
    into_rank = models.PositiveIntegerField("réuni à l’enregistrement", null=True)
    cause = models.CharField("cause de la réunion", max_length=30, choices=Remark, blank=True)
    notices = models.JSONField("remarques", default=list)

    objects = FileLineQuerySet.as_manager()

    class Meta:
        verbose_name = "ligne lue"
        verbose_name_plural = "lignes lues"
        constraints = [
            models.UniqueConstraint(
                fields=["reading", "rank"],
                name="fileline_once",
                violation_error_message="Une ligne n’est comptée qu’une fois.",
            ),
            models.CheckConstraint(
                name="fileline_merged_says_where",
                condition=Q(outcome=Outcome.MERGED, into_rank__isnull=False) & ~Q(cause="")
                | ~Q(outcome=Outcome.MERGED) & Q(into_rank=None, cause=""),
                violation_error_message="Une ligne réunie à une autre dit laquelle et pourquoi.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rank} {self.outcome}"
