"""What is kept of every act: the story, the readings, the jobs, the files and the exchanges."""

from datetime import date, datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from inclusiv.core.actors import Actor, Role
from inclusiv.core.fields import EncryptedTextField
from inclusiv.records.choices import MAX_ATTEMPTS, EmailState, ExchangeKind, FileState, JobState


def reference(record: models.Model) -> str:
    """Return how a trace names its subject, without a foreign key: « tender:12 »."""
    return f"{record._meta.model_name}:{record.pk}"


class AuditEvent(models.Model):
    """One sentence of the story that users read: codes and ids, never the name of a person followed.

    `subjects` are references (« tender:12 »): the event shows on the timeline of each.
    """

    code = models.CharField("événement", max_length=60)
    at = models.DateTimeField("date")
    membership_id = models.BigIntegerField("auteur", null=True)
    author = models.CharField("nom de l’auteur", max_length=150)
    organisation_id = models.BigIntegerField("organisation", null=True)
    organisation = models.CharField("nom de l’organisation", max_length=255)
    on_behalf_of = models.CharField("pour le compte de", max_length=255, blank=True)
    subjects = ArrayField(models.CharField(max_length=60), verbose_name="sujets")
    data = models.JSONField("détails", default=dict)

    class Meta:
        verbose_name = "événement"
        indexes = [
            GinIndex(fields=["subjects"], name="auditevent_subjects"),
            models.Index(fields=["at"], name="auditevent_at"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.at:%Y-%m-%d %H:%M}"


class AccessLog(models.Model):
    """Who read, exported or downloaded what names somebody (ARCHITECTURE.md 4.7).

    One table a month, made and dropped by the database's function `keep_access_log` (see migration 0004).
    """

    at = models.DateTimeField("date")
    membership_id = models.BigIntegerField("lecteur", null=True)
    subject = models.CharField("sujet", max_length=60)
    action = models.CharField("lecture", max_length=60)
    link_id = models.BigIntegerField("lien par courriel", null=True)
    """The link that opened the page, for who reads without an account."""

    class Meta:
        verbose_name = "lecture"
        indexes = [models.Index(fields=["subject", "-at"], name="accesslog_subject_at")]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


class StoredFile(models.Model):
    """A file, addressed by its content: row PENDING → content put → READY."""

    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    size = models.PositiveBigIntegerField("taille en octets")
    name = models.CharField("nom", max_length=255)
    content_type = models.CharField("type", max_length=100)
    state = models.CharField("état", max_length=8, choices=FileState, default=FileState.PENDING)
    is_sealed = models.BooleanField("chiffré", default=False)
    """Whether the content lies encrypted in the storage: it tells something of a person."""
    sender_id = models.BigIntegerField("organisation qui l’a envoyé", null=True)
    """None for what the platform wrote itself."""
    created_at = models.DateTimeField("créé le")

    class Meta:
        verbose_name = "fichier"
        indexes = [models.Index(fields=["sender_id", "created_at"], name="storedfile_sent_lately")]
        constraints = [
            models.CheckConstraint(
                name="storedfile_sha256_is_hexadecimal",
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
                violation_error_message="L’empreinte d’un fichier compte 64 chiffres hexadécimaux.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """Place of the content in the storage."""
        place = f"{self.sha256[:2]}/{self.sha256}"
        return f"sealed/{place}" if self.is_sealed else place


class JobQuerySet(models.QuerySet["Job"]):
    """Jobs, by what must happen to them."""

    def visible_to(self, actor: Actor) -> "JobQuerySet":
        """Return the jobs asked by the actor's own organisation."""
        return self.filter(organisation_id=actor.organisation_id)

    def to_ring(self, *, at: datetime, stale_after: timedelta) -> "JobQuerySet":
        """Return the jobs that nobody works on: their bell was lost, or their worker died."""
        limit = at - stale_after
        return self.filter(
            Q(state=JobState.QUEUED, queued_at__lt=limit) | Q(state=JobState.RUNNING, heartbeat_at__lt=limit)
        )


class Job(models.Model):
    """Work done in the background: this row is the truth, Redis only rings (ARCHITECTURE.md 6)."""

    kind = models.CharField("nature", max_length=60)
    label = models.CharField("intitulé", max_length=150)
    subject = models.CharField("sujet", max_length=60)
    membership_id = models.BigIntegerField("demandeur", null=True)
    organisation_id = models.BigIntegerField("organisation", null=True)
    payload = models.JSONField("paramètres", default=dict)
    state = models.CharField("état", max_length=8, choices=JobState, default=JobState.QUEUED)
    attempt = models.PositiveSmallIntegerField("essai", default=0)
    attempts_allowed = models.PositiveSmallIntegerField("essais permis", default=MAX_ATTEMPTS)
    progress = models.PositiveSmallIntegerField("avancement (%)", default=0)
    step = models.CharField("étape", max_length=120, blank=True)
    queued_at = models.DateTimeField("demandé le")
    heartbeat_at = models.DateTimeField("dernier signe", null=True)
    finished_at = models.DateTimeField("fini le", null=True)
    error = models.TextField("erreur", blank=True)
    is_final = models.BooleanField("échec définitif", default=False)
    """Whether the same work would fail in the same way: what was asked is what is wrong."""

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "traitement"
        constraints = [
            models.CheckConstraint(
                name="job_progress_is_a_percentage",
                condition=Q(progress__lte=100),
                violation_error_message="L’avancement va de 0 à 100.",
            ),
            models.CheckConstraint(
                name="job_failed_says_why",
                condition=Q(state=JobState.FAILED) ^ Q(error=""),
                violation_error_message="Un traitement échoué dit pourquoi, et lui seul.",
            ),
            models.CheckConstraint(
                name="job_final_is_failed",
                condition=Q(is_final=False) | Q(state=JobState.FAILED),
                violation_error_message="Seul un traitement échoué peut l’être pour de bon.",
            ),
            models.CheckConstraint(
                name="job_end_is_stamped",
                condition=Q(state__in=[JobState.DONE, JobState.FAILED]) ^ Q(finished_at=None),
                violation_error_message="Un traitement fini porte la date de sa fin, et lui seul.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["queued_at"],
                condition=Q(state__in=[JobState.QUEUED, JobState.RUNNING]),
                name="job_open_queued_at",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def is_over(self) -> bool:
        """Say whether nothing more will happen to it by itself."""
        return self.state in {JobState.DONE, JobState.FAILED}

    @property
    def is_exhausted(self) -> bool:
        """Say whether it was tried as often as it may be."""
        return self.attempt >= self.attempts_allowed


class ExchangeQuerySet(models.QuerySet["Exchange"]):
    """Exchanges noted by hand."""

    def visible_to(self, actor: Actor) -> "ExchangeQuerySet":
        """Return what the actor's own organisation noted in the actor's role: what one hat knows, another may not read."""
        return self.filter(organisation_id=actor.organisation_id, role=actor.role)

    def to_resume(self, *, on: date) -> "ExchangeQuerySet":
        """Return the exchanges whose next date has come."""
        return self.filter(next_on__lte=on, resumed_at=None)

    def taken_up_by(self, later: "Exchange") -> "ExchangeQuerySet":
        """Return the exchanges noted in the same role about the same records that a later one takes up again."""
        noted = self.filter(organisation_id=later.organisation_id, role=later.role)
        same = noted.filter(subjects__overlap=later.subjects)
        return same.to_resume(on=later.happened_on).exclude(pk=later.pk)


class Exchange(models.Model):
    """« Noter un échange »: a call, a mail, a visit or a meeting about a tender, a company or a person."""

    kind = models.CharField("nature", max_length=10, choices=ExchangeKind)
    happened_on = models.DateField("date")
    text = EncryptedTextField("compte rendu")
    next_on = models.DateField("à reprendre le", null=True, blank=True)
    resumed_at = models.DateTimeField("repris le", null=True)
    subjects = ArrayField(models.CharField(max_length=60), verbose_name="sujets")
    membership_id = models.BigIntegerField("auteur")
    author = models.CharField("nom de l’auteur", max_length=150)
    organisation_id = models.BigIntegerField("organisation")
    role = models.CharField("rôle", max_length=12, choices=[(role.value, role.value) for role in Role])
    """In which it was noted: an organisation may hold several, which do not read the same things (DOMAIN.md 9.4)."""
    noted_at = models.DateTimeField("noté le")

    objects = ExchangeQuerySet.as_manager()

    class Meta:
        verbose_name = "échange"
        constraints = [
            models.CheckConstraint(
                name="exchange_next_follows",
                condition=Q(next_on=None) | Q(next_on__gte=F("happened_on")),
                violation_error_message="La date de reprise suit la date de l’échange.",
            )
        ]
        indexes = [GinIndex(fields=["subjects"], name="exchange_subjects")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} du {self.happened_on}"


class Submission(models.Model):
    """The one-time number of a form already received: the same form sent twice acts once."""

    id = models.UUIDField("numéro d’envoi", primary_key=True)
    membership_id = models.BigIntegerField("auteur")
    received_at = models.DateTimeField("reçu le")
    url = models.CharField("page d’arrivée", max_length=255, blank=True)

    class Meta:
        verbose_name = "envoi"

    def __str__(self) -> str:
        return str(self.pk)


class OutgoingEmail(models.Model):
    """A mail, written in the transaction of what it tells and sent after; its words lie encrypted (they hold links)."""

    recipient = models.EmailField("destinataire")
    subject = models.CharField("objet", max_length=200)
    text = EncryptedTextField("texte")
    html = EncryptedTextField("texte mis en page")
    message_id = models.CharField("identifiant", max_length=120, unique=True)
    subjects = ArrayField(models.CharField(max_length=60), verbose_name="sujets")
    state = models.CharField("état", max_length=8, choices=EmailState, default=EmailState.QUEUED)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    error = models.TextField("erreur", blank=True)
    queued_at = models.DateTimeField("écrit le")
    next_try_at = models.DateTimeField("prochain essai")
    sent_at = models.DateTimeField("envoyé le", null=True)

    class Meta:
        verbose_name = "courriel"
        constraints = [
            models.CheckConstraint(
                name="outgoingemail_sent_is_stamped",
                condition=~Q(state=EmailState.SENT) | Q(sent_at__isnull=False),
                violation_error_message="Un courriel envoyé porte la date de son envoi.",
            )
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=Q(state=EmailState.QUEUED), name="outgoingemail_queued"
            ),
            GinIndex(fields=["subjects"], name="outgoingemail_subjects"),
        ]

    def __str__(self) -> str:
        return self.subject


class SignedLink(models.Model):
    """A link sent by e-mail: it opens exactly one screen for one purpose, until its use or its last day.

    The token itself is not kept: only its SHA-256.
    """

    token_hash = models.CharField("SHA-256 du jeton", max_length=64, unique=True)
    purpose = models.CharField("usage", max_length=40)
    subject = models.CharField("sujet", max_length=60)
    recipient = models.EmailField("destinataire")
    organisation_id = models.BigIntegerField("organisation")
    data = models.JSONField("détails", default=dict)
    created_at = models.DateTimeField("envoyé le")
    expires_at = models.DateTimeField("expire le")
    used_at = models.DateTimeField("utilisé le", null=True)
    revoked_at = models.DateTimeField("retiré le", null=True)

    class Meta:
        verbose_name = "lien par courriel"
        constraints = [
            models.CheckConstraint(
                name="signedlink_expires_after_creation",
                condition=Q(expires_at__gt=F("created_at")),
                violation_error_message="Un lien expire après son envoi.",
            )
        ]
        indexes = [models.Index(fields=["subject", "purpose"], name="signedlink_subject")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.subject}"
