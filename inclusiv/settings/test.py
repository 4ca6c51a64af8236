"""Settings of the tests: the real database and the real broker, in-memory mail, fast hashing."""

import os
import re

from inclusiv.settings import env
from inclusiv.settings.base import *

SECRET_KEY = "tests-only"  # noqa: S105
DEBUG = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
CONTEXT = '{"action":"tests","membership":null,"request":""}'
DATABASES = {
    # Tests write rows straight away: what no door told bears the word « tests ».
    "default": env.database() | {"OPTIONS": {"options": f"-c pghistory.context_metadata={CONTEXT}"}}
}
REDIS_URL = re.sub(
    r"(/\d*)?$", f"/{os.environ.get('PYTEST_XDIST_WORKER', 'gw0')[2:]}", env.text("REDIS_URL"), count=1
)
"""Each process of the tests has a broker's database of its own, as it has one of PostgreSQL."""
CELERY_BROKER_URL = REDIS_URL
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
DEMO = True
FIELD_KEYS = ["MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="]
SECOND_FACTOR_COMPULSORY = False
"""The tests sign in without a page; those of the second factor turn it on."""

ACCOUNT_RATE_LIMITS = ACCOUNT_RATE_LIMITS | {"form": None, "visitor": None}
"""A test sends in a second what a person does in a week: those about these two limits put them back."""
