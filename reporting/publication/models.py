"""The charter, those who signed it, and its reports: run → snapshot → document (ARCHITECTURE.md 4.6)."""

from django.db import models
from django.db.models import F, Q

from inclusiv.accounts.models import Organisation, ends_after_start
from inclusiv.core import history
from inclusiv.core.actors import Actor, Role
from inclusiv.core.codes import spaced
from inclusiv.core.fields import code_field
from inclusiv.records.models import Job, StoredFile
from reporting.publication.choices import ReportKind, RunState


@history.tracked()
class Charter(models.Model):
    """A département's charter of social clauses."""

    name = models.CharField("nom", max_length=150)
    department = models.CharField("département", max_length=3)
    signed_on = models.DateField("signée le")

    class Meta:
        verbose_name = "charte"

    def __str__(self) -> str:
        return self.name


@history.tracked()
class Signature(models.Model):
    """An organisation bound by the charter, from one day to another."""

    charter = models.ForeignKey(
        Charter, on_delete=models.PROTECT, related_name="signatures", verbose_name="charte"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="signatures")
    starts_on = models.DateField("depuis le")
    ends_on = models.DateField("jusqu’au", null=True, blank=True)
    shows_volumes = models.BooleanField("accepte que ses volumes soient cités", default=False)

    class Meta:
        verbose_name = "signature"
        constraints = [
            ends_after_start("signature"),
            models.UniqueConstraint(
                fields=["charter", "organisation"],
                name="signature_once",
                violation_error_message="Cette organisation a déjà signé la charte.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.charter}"


class ReportRunQuerySet(models.QuerySet["ReportRun"]):
    """Reports, by who may see them."""

    def visible_to(self, actor: Actor) -> "ReportRunQuerySet":
        """Return every report of one's département to the coordination, else the published ones (DOMAIN.md 9.4)."""
        match actor.role:
            case Role.COORDINATION:
                return self.filter(charter__department=actor.department)
            case Role.SIGNATORY | Role.FACILITATOR | Role.BUYER:
                return self.filter(
                    charter__department=actor.department, state__in=[RunState.PUBLISHED, RunState.SUPERSEDED]
                )
            case _:
                return self.none()


class ReportRun(models.Model):
    """One edition of one report: asked, made, published, replaced."""

    code = code_field()
    kind = models.CharField("document", max_length=10, choices=ReportKind, default=ReportKind.ANNUAL)
    charter = models.ForeignKey(Charter, on_delete=models.PROTECT, related_name="runs")
    year = models.PositiveSmallIntegerField("année")
    edition = models.PositiveSmallIntegerField("édition")
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="superseded_by"
    )
    state = models.CharField("état", max_length=10, choices=RunState, default=RunState.QUEUED)
    asked_at = models.DateTimeField("demandé le")
    asked_by = models.CharField("demandé par", max_length=255)
    published_at = models.DateTimeField("publié le", null=True)
    job = models.OneToOneField(Job, on_delete=models.PROTECT, null=True, related_name="report_run")
    updated_at = models.DateTimeField("modifié le")

    objects = ReportRunQuerySet.as_manager()

    class Meta:
        verbose_name = "bilan"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "charter", "year", "edition"],
                condition=Q(published_at__isnull=False),
                name="reportrun_published_edition",
                violation_error_message="Cette édition est déjà publiée.",
            ),
            models.UniqueConstraint(
                fields=["kind", "charter", "year"],
                condition=Q(state__in=[RunState.QUEUED, RunState.READY]),
                name="reportrun_one_in_preparation",
                violation_error_message="Un bilan de cette année est déjà en préparation.",
            ),
            models.CheckConstraint(
                name="reportrun_publication_is_dated",
                condition=Q(state__in=[RunState.PUBLISHED, RunState.SUPERSEDED]) ^ Q(published_at=None),
                violation_error_message="Un bilan publié porte sa date de publication, et lui seul.",
            ),
            models.CheckConstraint(
                name="reportrun_not_its_own_successor",
                condition=Q(supersedes=None) | ~Q(supersedes=F("id")),
                violation_error_message="Un bilan ne se remplace pas lui-même.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year}, édition {self.edition}"

    @property
    def spaced_code(self) -> str:
        """The code of verification as the cover prints it: « 783Z 4Z5D HY »."""
        return spaced(self.code)

    @property
    def spoken(self) -> str:
        """What completes a button's label for those who hear it: « bilan 2025 »."""
        return f"bilan {self.year}"


class Snapshot(models.Model):
    """The figures of a run, frozen: canonical bytes and what is needed to print the same document again."""

    run = models.OneToOneField(ReportRun, on_delete=models.PROTECT, related_name="snapshot")
    content = models.BinaryField("contenu")
    sha256 = models.CharField("SHA-256", max_length=64)
    schema = models.PositiveSmallIntegerField("version du schéma")
    cut_off_at = models.DateTimeField("données arrêtées au")
    ledger_seal = models.CharField("empreinte de l’historique des heures", max_length=64)

    class Meta:
        verbose_name = "données d’un bilan"

    def __str__(self) -> str:
        return f"{self.run_id} {self.sha256[:12]}"


class ReportDocumentQuerySet(models.QuerySet["ReportDocument"]):
    """Documents, by who may read them."""

    def visible_to(self, actor: Actor) -> "ReportDocumentQuerySet":
        """Return the final documents of the reports one sees; drafts are the coordination's own."""
        visible = self.filter(run__in=ReportRun.objects.visible_to(actor))
        return visible if actor.role is Role.COORDINATION else visible.filter(is_final=True)


class ReportDocument(models.Model):
    """A PDF of a run, draft or final: the stored file and its SHA-256 are the truth."""

    run = models.ForeignKey(ReportRun, on_delete=models.PROTECT, related_name="documents")
    is_final = models.BooleanField("définitif")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT)
    pages = models.PositiveSmallIntegerField("pages")
    renderer = models.CharField("moteur", max_length=150)
    made_at = models.DateTimeField("établi le")

    objects = ReportDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "document"
        constraints = [
            models.UniqueConstraint(
                fields=["run", "is_final"],
                name="reportdocument_once",
                violation_error_message="Ce document est déjà établi.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.run_id}, {self.pages} pages"


class PortfolioReportQuerySet(models.QuerySet["PortfolioReport"]):
    """Reports on a list of tenders, by who may see them."""

    def visible_to(self, actor: Actor) -> "PortfolioReportQuerySet":
        """Return those asked in the actor's own organisation, role and département: they saw the same list."""
        return self.filter(
            organisation_id=actor.organisation_id, role=actor.role, department=actor.department
        )


class PortfolioReport(models.Model):
    """« Bilan PDF »: a list of lots as its reader had narrowed it, frozen and printed on the day it was asked."""

    code = code_field()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="portfolio_reports")
    role = models.CharField("rôle", max_length=12, choices=[(role.value, role.value) for role in Role])
    department = models.CharField("département", max_length=3)
    narrowed_by = models.CharField("recherche et filtres", max_length=500, blank=True)
    asked_at = models.DateTimeField("demandé le")
    asked_by = models.CharField("demandé par", max_length=255)
    job = models.OneToOneField(Job, on_delete=models.PROTECT, null=True, related_name="portfolio_report")
    objects = PortfolioReportQuerySet.as_manager()

    class Meta:
        verbose_name = "bilan d’une liste de marchés"
        indexes = [models.Index(fields=["organisation", "role", "-asked_at"], name="portfolioreport_shelf")]

    def __str__(self) -> str:
        return f"Bilan {self.code}"

    @property
    def spoken(self) -> str:
        """What completes a button's label for those who hear it: « bilan 783Z 4Z5D HY »."""
        return f"bilan {spaced(self.code)}"


class PortfolioDocumentQuerySet(models.QuerySet["PortfolioDocument"]):
    """Documents, by who may read them."""

    def visible_to(self, actor: Actor) -> "PortfolioDocumentQuerySet":
        """Return those of the reports one sees."""
        return self.filter(report__in=PortfolioReport.objects.visible_to(actor))


class PortfolioDocument(models.Model):
    """The PDF of such a report, and the canonical bytes of what it says: printed again, they give the same file."""

    report = models.OneToOneField(PortfolioReport, on_delete=models.PROTECT, related_name="document")
    content = models.BinaryField("contenu")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT)
    pages = models.PositiveSmallIntegerField("pages")
    made_at = models.DateTimeField("établi le")

    objects = PortfolioDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "document d’une liste de marchés"

    def __str__(self) -> str:
        return f"{self.report_id}, {self.pages} pages"
