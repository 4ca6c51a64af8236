"""Settings that every place shares; what differs is in local, test and production."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import bootstrap
import fontpkg_source_sans_3
import pghistory
from celery.schedules import crontab
from django.urls import reverse_lazy
from whitenoise.compress import Compressor

from inclusiv.settings import env

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(env.text("INCLUSIV_VAR", str(BASE_DIR / "var")))

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "template_partials",
    "pgtrigger",
    "pghistory",
    "inclusiv.core",
    "inclusiv.records",
    "inclusiv.reference",
    "inclusiv.accounts",
    "inclusiv.parameters",
    "clauses.procurement",
    "clauses.obligations",
    "clauses.texts",
    "clauses.decp",
    "beneficiaries.people",
    "beneficiaries.placements",
    "beneficiaries.hours",
    "beneficiaries.matching",
    "reporting.followup",
    "reporting.figures",
    "reporting.publication",
    "inclusiv.home",
    "inclusiv.demo",
]

MIDDLEWARE = [
    "inclusiv.core.middleware.SecurityHeadersMiddleware",
    "inclusiv.core.middleware.HealthMiddleware",
    "inclusiv.core.middleware.CharsetMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "inclusiv.core.middleware.NoCopyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "inclusiv.core.middleware.BodyLimitMiddleware",
    "inclusiv.accounts.signing.kept_forms.KeepingLoginMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "inclusiv.accounts.signing.sessions.SessionClockMiddleware",
    "inclusiv.accounts.middleware.ActorMiddleware",
    "inclusiv.accounts.middleware.CountingMiddleware",
    "inclusiv.accounts.signing.second_factor.SecondFactorMiddleware",
    "inclusiv.core.doors.TraceMiddleware",
    "inclusiv.core.middleware.BusyMiddleware",
    "inclusiv.accounts.signing.kept_forms.ResumedMiddleware",
]

ROOT_URLCONF = "inclusiv.urls"
WSGI_APPLICATION = "inclusiv.wsgi.application"
FORCE_SCRIPT_NAME = ""
"""The platform stands at the root of its host, whatever a header says."""

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "inclusiv.home.context.page",
            ],
            "builtins": [
                "template_partials.templatetags.partials",
                "inclusiv.core.templatetags.components",
                "inclusiv.core.templatetags.french",
                "inclusiv.accounts.templatetags.following",
            ],
        },
    },
]
FORM_RENDERER = "inclusiv.core.forms.Renderer"

DATABASES: dict[str, dict[str, Any]] = {}
CONN_HEALTH_CHECKS = True

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("bootstrap", str(Path(*bootstrap.__path__) / "css")),
    ("fonts", str(Path(fontpkg_source_sans_3.__file__).parent / "files")),
]
STORAGES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(VAR_DIR / "files")},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")
"""The maps of Bootstrap's styles are ten seconds of compression that no reader fetches."""
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
UPLOAD_MAX_BYTES = 20 * 1024 * 1024
"""Largest file that a form accepts, in bytes."""
DAILY_UPLOAD_BYTES = env.number("DAILY_UPLOAD_MEGABYTES", 500) * 1024 * 1024
"""What one organisation sends in twenty-four hours, all its files together: nobody fills the disk alone."""
REQUEST_MAX_BYTES = 64 * 1024 * 1024
"""Largest body that is read at all: a file a little too large is told so by its form, a huge one at the door."""

PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)
"""A table of changes is read by the row that changed, never by what it pointed at."""

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "inclusiv.accounts.signing.passwords.ResistsEnough"},
]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = reverse_lazy("home")
ACCOUNT_ADAPTER = "inclusiv.accounts.adapter.InvitationOnly"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = reverse_lazy("account_login")
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
"""Django's own: allauth's copies the known address into its table, which takes longer than for an unknown one."""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
"""Seconds during which a proof of who one is opens the dangerous acts."""
ACCOUNT_RATE_LIMITS: dict[str, str | None] = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/m/ip,200/d/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "ended": "20/d/key",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
    "signup": "20/m/ip",
    "join": "10/m/ip,30/d/ip",
    "invite": "10/m/user,200/d/user",
    "letter": "30/m/user,500/d/user",
    "name": "20/m/user,500/d/user",
    "award": "10/m/user,150/d/user",
    "copy": "4/m/user,60/d/user",
    "signal": "10/m/user,100/d/user",
    "form": "120/m/user,2000/d/user",
    "visitor": "120/m/ip",
    "file": "20/m/user,500/d/user",
    "document": "20/m/user",
    "forgotten": "30/d/key",
}
"""Attempts by address, by account (also for the codes of the second factor), by person (docs/adr/0015)."""
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXIES", 0)
"""Reverse proxies of ours before the application: how far X-Forwarded-For is believed."""

SECOND_FACTOR_COMPULSORY = True
"""Whether the roles of `accounts.choices.SECOND_FACTOR_ROLES` must have one."""
MFA_ADAPTER = "inclusiv.accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_ALLOW_UNVERIFIED_EMAIL = True
"""The invitation has verified the address; allauth's own table of addresses is not used."""
MFA_TOTP_ISSUER = "Inclusiv"
MFA_TRUST_ENABLED = True
MFA_TRUST_COOKIE_AGE = timedelta(days=30)
MFA_RATE_LIMITS = {"webauthn_begin": "20/m/ip,1000/d/ip", "webauthn_login": "10/m/ip"}
"""`webauthn_begin` is read, and opens a session: a whole département may stand behind one address."""
MFA_FORMS = {
    "authenticate": "inclusiv.accounts.signing.forms.CodeForm",
    "reauthenticate": "inclusiv.accounts.signing.forms.ConfirmingCodeForm",
    "activate_totp": "inclusiv.accounts.signing.forms.FirstCodeForm",
    "add_webauthn": "inclusiv.accounts.signing.forms.PasskeyForm",
    "login_webauthn": "inclusiv.accounts.signing.forms.PasskeySignInForm",
    "authenticate_webauthn": "inclusiv.accounts.signing.forms.PasskeyFactorForm",
    "reauthenticate_webauthn": "inclusiv.accounts.signing.forms.ConfirmingPasskeyForm",
    "edit_webauthn": "inclusiv.accounts.signing.forms.PasskeyNameForm",
}

SESSION_COOKIE_AGE = env.number("SESSION_HOURS", 12) * 3600
"""Seconds without a page after which one signs in again."""
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
"""Django's own choice, a cookie, would keep the name of somebody in the browser after the session has ended."""
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "inclusiv.core.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

EMAIL_SUBJECT_PREFIX = "[Inclusiv] "
PUBLIC_URL = env.text("PUBLIC_URL", "http://localhost:8000")
"""Address of the platform as its users type it, without a final slash: mails hold links to it."""
EMAIL_DOMAIN = env.text("EMAIL_DOMAIN", "inclusiv.example")
"""Right side of the Message-ID of our mails."""
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Inclusiv <ne-pas-repondre@inclusiv.example>")

SUPPORT = env.text("SUPPORT", "")
"""Telephone or address of those who run the platform, as it is read to somebody who cannot sign in."""

DEMO = False
"""Demo mode: the sign-in page offers one button per persona."""

APPLICATION_ROLE = env.text("APPLICATION_ROLE", "")
APPLICATION_PASSWORD = env.text("APPLICATION_PASSWORD", "")
"""The role with which a deployment signs in to its database, when it is not the owner: see `manage.py grant_roles`."""

FIELD_KEYS = env.words("FIELD_KEYS")
"""Keys of the encrypted columns, newest first; each one 32 url-safe base64 bytes."""

CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "jobs-sweep": {"task": "inclusiv.records.tasks.sweep_jobs", "schedule": 60.0},
    "beat-heartbeat": {"task": "inclusiv.records.tasks.note_heartbeat", "schedule": 30.0},
    "emails-sweep": {"task": "inclusiv.records.tasks.sweep_emails", "schedule": 60.0},
    "sessions-sweep": {
        "task": "inclusiv.accounts.tasks.sweep_sessions",
        "schedule": crontab(hour=3, minute=20),
    },
    "join-requests-sweep": {
        "task": "inclusiv.accounts.tasks.sweep_join_requests",
        "schedule": crontab(hour=3, minute=30),
    },
    "files-sweep": {"task": "inclusiv.records.tasks.sweep_files", "schedule": crontab(hour=3, minute=10)},
    "contacts-ask": {
        "task": "clauses.procurement.tasks.ask_contacts",
        "schedule": crontab(hour=7, minute=30, day_of_week="mon-fri"),
    },
    "awards-ask": {
        "task": "clauses.procurement.tasks.ask_buyers",
        "schedule": crontab(hour=7, minute=40, day_of_week="mon-fri"),
    },
    "placements-advance": {
        "task": "beneficiaries.placements.tasks.advance_placements",
        "schedule": crontab(hour=0, minute=20),
    },
    "readings-keep": {
        "task": "inclusiv.parameters.tasks.keep_access_log",
        "schedule": crontab(hour=3, minute=40),
    },
    "ledger-seal": {"task": "beneficiaries.hours.tasks.seal_ledger", "schedule": crontab(hour=2, minute=30)},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {
        "veil": {"()": "inclusiv.core.logs.Veil"},
        "without_trace": {"()": "inclusiv.core.logs.WithoutTrace"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["veil"]}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        **{name: {"level": "WARNING"} for name in ("fontTools", "pikepdf", "weasyprint.progress")},
        "django.request": {"filters": ["without_trace"]},
        # Their own handlers would print addresses, hence the tokens of links, as they came.
        **{
            name: {"handlers": ["console"], "propagate": False}
            for name in ("gunicorn.access", "gunicorn.error")
        },
    },
}

JOB_HEARTBEAT_SECONDS = env.number("JOB_HEARTBEAT_SECONDS", 15)
JOB_STALE_SECONDS = env.number("JOB_STALE_SECONDS", 60)
