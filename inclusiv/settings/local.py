"""Settings of `make run`: one machine, embedded servers, the demo."""

from inclusiv.settings import env
from inclusiv.settings.base import *

SECRET_KEY = env.text("SECRET_KEY")
DEBUG = env.flag("DEBUG", default=False)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *env.words("ALLOWED_HOSTS")]
DATABASES = {"default": env.database() | {"CONN_MAX_AGE": 60}}
REDIS_URL = env.text("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
PUBLIC_URL = env.text("PUBLIC_URL", f"http://localhost:{env.text('PORT', '8000')}")
DEMO = env.flag("DEMO", default=True)
