"""Whether the platform can serve: its database, its broker, its storage, its worker and its clock."""

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import redis
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

HEARTBEAT_KEY = "inclusiv:heartbeat:beat-worker"
HEARTBEAT_IS_FRESH = timedelta(seconds=90)
"""Three rings of beat's schedule."""

BROKER_SECONDS = 2

logger = logging.getLogger(__name__)

Check = Callable[[datetime], str]
"""Takes the present time, returns OK or what is wrong; raises whatever the failing part raises."""

OK = "ok"


def note_heartbeat(at: datetime) -> None:
    """Write that beat rang and that a worker answered, at this time."""
    with _broker() as broker:
        broker.set(HEARTBEAT_KEY, at.isoformat())


def forget_heartbeat() -> None:
    """Forget the worker and beat of an earlier start: they say nothing of those that start now."""
    with _broker() as broker:
        broker.delete(HEARTBEAT_KEY)


def heartbeat_age(now: datetime) -> timedelta | None:
    """Return how long ago the last heartbeat was noted, or None if there was none."""
    with _broker() as broker:
        noted = broker.get(HEARTBEAT_KEY)
    return now - datetime.fromisoformat(noted.decode()) if isinstance(noted, bytes) else None


def readiness(now: datetime, *, web_only: bool = False) -> dict[str, str]:
    """Return each check by name with "ok" or what is wrong, in English, without any secret.

    `web_only` leaves out the worker and beat: a load balancer keeps the pages when jobs are late.
    """
    checks = WEB_CHECKS if web_only else WEB_CHECKS | BACKGROUND_CHECKS
    return {name: _verdict(name, check, now) for name, check in checks.items()}


def _verdict(name: str, check: Check, now: datetime) -> str:
    try:
        return check(now)
    except Exception as error:  # whatever a driver raises is the answer, not an accident
        logger.warning("Not ready: %s: %s", name, error)
        return f"failed: {type(error).__name__}"


def _database(_now: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return OK


def _migrations(_now: datetime) -> str:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(missing)} to apply" if missing else OK


def _redis(_now: datetime) -> str:
    with _broker() as broker:
        broker.ping()
    return OK


def _storage(_now: datetime) -> str:
    name = default_storage.save(f"readyz-{secrets.token_hex(8)}", ContentFile(b"ok"))
    default_storage.delete(name)
    return OK


def _background(now: datetime) -> str:
    age = heartbeat_age(now)
    if age is None:
        return "no heartbeat"
    return OK if age < HEARTBEAT_IS_FRESH else f"last heartbeat {age.total_seconds():.0f} s ago"


WEB_CHECKS: dict[str, Check] = {
    "database": _database,
    "migrations": _migrations,
    "redis": _redis,
    "storage": _storage,
}
BACKGROUND_CHECKS: dict[str, Check] = {"worker_and_beat": _background}


@contextmanager
def _broker() -> Iterator[redis.Redis]:
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=BROKER_SECONDS, socket_connect_timeout=BROKER_SECONDS
    )
    try:
        yield client
    finally:
        client.close()
