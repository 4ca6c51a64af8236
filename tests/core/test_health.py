"""The platform says whether it is alive, whether it can serve, and what it waits for."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import redis
import time_machine
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from inclusiv.core import health

NOBODY_LISTENS = "redis://:secret@127.0.0.1:1/0"


@pytest.fixture(autouse=True)
def broker(settings: Settings) -> Iterator[None]:
    """Give each worker of the tests its own numbered database: heartbeats are not shared."""
    number = 8 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    settings.REDIS_URL = settings.REDIS_URL.rpartition("/")[0] + f"/{number}"
    health.forget_heartbeat()
    yield
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.flushdb()


@pytest.fixture(autouse=True)
def storage(settings: Settings, tmp_path: Path) -> Path:
    """Keep files in a folder of the test."""
    folder = tmp_path / "files"
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(folder)},
        }
    }
    return folder


def checks(query: str = "") -> tuple[int, dict[str, str]]:
    """Ask /readyz and return the status and each check."""
    answer = Client().get(f"/readyz{query}")
    return answer.status_code, answer.json()["checks"]


def test_healthz_answers_under_any_name_and_without_database() -> None:
    answer = Client().get("/healthz", headers={"host": "10.0.0.7:8000"})
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_readyz_is_200_and_leaves_no_file_when_all_answer(storage: Path) -> None:
    health.note_heartbeat(timezone.now())
    assert checks() == (
        200,
        {"database": "ok", "migrations": "ok", "redis": "ok", "storage": "ok", "worker_and_beat": "ok"},
    )
    assert list(storage.iterdir()) == []


@pytest.mark.django_db
def test_readyz_is_503_until_worker_and_beat_give_a_sign() -> None:
    status, found = checks()
    assert (status, found["worker_and_beat"]) == (503, "no heartbeat")


@pytest.mark.django_db
@pytest.mark.parametrize("is_ready", [True, False])
def test_what_was_found_ready_stands_and_what_was_not_is_looked_at_again(
    storage: Path, is_ready: bool
) -> None:
    """One process of the server must not say that a part is missing after another one has said that all are there."""
    if is_ready:
        health.note_heartbeat(timezone.now())
    client = Client()
    asked = [client.get("/readyz").status_code]
    with CaptureQueriesContext(connection) as looked:
        asked.append(client.get("/readyz").status_code)
    assert asked == [200 if is_ready else 503] * 2
    assert bool(looked) is not is_ready


@pytest.mark.django_db
def test_readyz_is_503_when_the_last_sign_is_90_seconds_old() -> None:
    health.note_heartbeat(timezone.now() - timedelta(seconds=91))
    status, found = checks()
    assert status == 503
    assert found["worker_and_beat"] == "last heartbeat 91 s ago"


@pytest.mark.django_db
def test_readyz_for_the_web_only_leaves_worker_and_beat_out() -> None:
    status, found = checks("?only=web")
    assert status == 200
    assert "worker_and_beat" not in found


@pytest.mark.django_db
def test_readyz_is_503_while_a_migration_is_missing() -> None:
    health.note_heartbeat(timezone.now())
    MigrationRecorder(connection).record_unapplied("sessions", "0001_initial")
    status, found = checks()
    assert (status, found["migrations"]) == (503, "1 to apply")


@pytest.mark.django_db
def test_readyz_names_a_broker_that_does_not_answer_without_its_password(settings: Settings) -> None:
    before, settings.REDIS_URL = settings.REDIS_URL, NOBODY_LISTENS
    answer = Client().get("/readyz?only=web")
    settings.REDIS_URL = before
    assert answer.status_code == 503
    assert answer.json()["checks"]["redis"] == "failed: ConnectionError"
    assert b"secret" not in answer.content


@pytest.mark.django_db
def test_readyz_asked_without_end_looks_every_two_seconds_only(storage: Path) -> None:
    robot = Client()
    with time_machine.travel("2025-03-10 08:00:00Z", tick=False) as clock:
        assert robot.get("/readyz?only=web").status_code == 200
        storage.rmdir()
        storage.write_text("a file where the folder should be")
        assert robot.get("/readyz?only=web").status_code == 200
        clock.shift(2)
        assert robot.get("/readyz?only=web").status_code == 503


@pytest.mark.django_db
def test_readyz_is_503_when_files_cannot_be_written(storage: Path) -> None:
    storage.write_text("a file where the folder should be")
    status, found = checks("?only=web")
    assert status == 503
    assert found["storage"].startswith("failed: ")


@pytest.mark.django_db(transaction=True)
def test_readyz_is_503_when_the_database_does_not_answer() -> None:
    connection.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(connection.settings_dict, "PORT", "1")
        status, found = checks("?only=web")
    assert status == 503
    assert found["database"] == found["migrations"] == "failed: OperationalError"


def test_heartbeat_age_is_the_time_since_the_last_one(at: datetime) -> None:
    assert health.heartbeat_age(at) is None
    health.note_heartbeat(at)
    health.note_heartbeat(at + timedelta(seconds=30))
    assert health.heartbeat_age(at + timedelta(seconds=45)) == timedelta(seconds=15)
