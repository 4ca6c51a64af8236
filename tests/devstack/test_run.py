"""`make run` starts everything, says what is wrong in one line, and leaves nothing behind."""

import json
import os
import signal
import stat
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from inclusiv.devstack.network import LOOPBACK, free_port
from tests.devstack.conftest import (
    SECONDS,
    Started,
    alive,
    descendants,
    environment,
    finish,
    start,
    start_words,
    temporary_folder,
    wait_until_gone,
)

pytestmark = pytest.mark.service

READY = "Inclusiv est prêt"
COLLECTING = "Fichiers des pages"


def get(port: int, path: str) -> tuple[int, str]:
    with urllib.request.urlopen(f"http://{LOOPBACK}:{port}{path}", timeout=10) as answer:
        return answer.status, answer.read().decode()


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def place(port: int) -> Iterator[dict[str, str]]:
    """One folder for all, without the demonstration: the first start fills it, the others find it."""
    with temporary_folder() as folder:
        yield environment(INCLUSIV_VAR=str(folder / "données d’essai"), PORT=str(port))


def parent_of(pid: int) -> int:
    """Return a process's parent."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def ready(env: dict[str, str]) -> tuple[Started, set[int]]:
    """Start, wait until all is ready, and return the command with the processes that it started."""
    command = start("run", env=env)
    command.read_until(READY)
    return command, descendants(command.process.pid)


def test_a_start_serves_refuses_a_second_one_stops_and_starts_again_on_the_same_data(
    place: dict[str, str], port: int
) -> None:
    var = Path(place["INCLUSIV_VAR"])
    command, children = ready(place)
    assert get(port, "/healthz") == (200, "ok")
    status, body = get(port, "/readyz")
    assert status == 200
    assert set(json.loads(body)["checks"].values()) == {"ok"}
    assert stat.S_IMODE((var / "secrets.env").stat().st_mode) == 0o600

    code, said = finish("run", env=place)
    assert code == 1
    assert said.startswith(f"Inclusiv tourne déjà dans ce dossier, sur http://localhost:{port} : ")
    assert f"kill {command.process.pid}" in said

    code, said = finish("run", env=place | {"INCLUSIV_VAR": str(var.with_name("autre"))})
    assert code == 1
    assert said == (
        f"Le port {port} est déjà pris : arrêtez le programme qui l’occupe, "
        f"ou choisissez-en un autre avec « make run PORT={port + 1} ».\n"
    )

    assert command.end(signal.SIGINT) == 0
    assert alive(children) == set()
    made_at = (var / "postgres" / "PG_VERSION").stat().st_mtime_ns
    secrets = (var / "secrets.env").read_text()

    command, children = ready(place)
    assert COLLECTING not in "".join(command.lines)
    assert (var / "postgres" / "PG_VERSION").stat().st_mtime_ns == made_at
    assert (var / "secrets.env").read_text() == secrets
    assert command.end(signal.SIGTERM) == 0
    assert alive(children) == set()


def test_a_killed_start_leaves_no_orphan_and_the_next_one_recovers(place: dict[str, str]) -> None:
    command, children = ready(place)
    assert len(children) > 8
    assert command.end(signal.SIGKILL) == -signal.SIGKILL
    assert wait_until_gone(children) == set()

    command, children = ready(place)
    # The pool's processes carry the same command line: Celery replaces one that dies, only their parent is missed.
    workers = [pid for pid in children if b"worker" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")]
    worker = next(pid for pid in workers if parent_of(pid) == command.process.pid)
    os.kill(worker, signal.SIGKILL)
    said = command.read_until("Arrêt inattendu")
    assert said.startswith("Arrêt inattendu de worker (processus ")
    with command.process:
        assert command.process.wait(SECONDS) == 1
    assert wait_until_gone(children) == set()


def test_make_takes_everything_with_it_even_when_it_alone_is_told_to_stop(
    place: dict[str, str], tmp_path: Path
) -> None:
    makefile = tmp_path / "Makefile"
    makefile.write_text(f"run:\n\t@exec '{sys.executable}' -m inclusiv.devstack run\n")
    command = start_words("make", "--file", str(makefile), env=place)
    command.read_until(READY)
    children = descendants(command.process.pid)
    assert command.end(signal.SIGINT) != 0
    assert wait_until_gone(children) == set()


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("DATABASE_URL", "postgresql://someone:secret@127.0.0.1:1/base"),
        ("REDIS_URL", "redis://:secret@127.0.0.1:1/0"),
    ],
)
def test_a_server_that_does_not_answer_is_named_without_its_password(
    place: dict[str, str], name: str, address: str
) -> None:
    code, said = finish("run", env=place | {name: address})
    assert code == 1
    assert f"{name} ne répond pas (127.0.0.1:1 : " in said
    assert f"retirez {name}" in said
    assert "secret" not in said


def test_a_folder_that_cannot_be_written_is_named(place: dict[str, str]) -> None:
    code, said = finish("run", env=place | {"INCLUSIV_VAR": "/sys/inclusiv"})
    assert code == 1
    assert said.startswith("Impossible d’écrire dans /sys/inclusiv : donnez-vous ce dossier (sudo chown")


@pytest.mark.parametrize("value", ["huit mille", "0", "70000"])
def test_a_port_that_is_not_one_is_refused(place: dict[str, str], value: str) -> None:
    code, said = finish("run", env=place | {"PORT": value})
    assert (code, said) == (1, f"PORT={value} n’est pas un port : donnez un nombre de 1024 à 65535.\n")
