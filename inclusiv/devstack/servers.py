"""The two servers together, and the addresses under which the application finds them."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import redis

from inclusiv.devstack import broker, postgres
from inclusiv.devstack.place import Var
from inclusiv.devstack.processes import Child, stop_signals_wait, stop_together
from inclusiv.devstack.trouble import Trouble

NAMES = ("DATABASE_URL", "REDIS_URL")
CONNECT_SECONDS = 5


class Servers:
    """The servers of one start: those that the environment names, else those that we start."""

    def __init__(self) -> None:
        self.addresses = {name: os.environ[name] for name in NAMES if os.environ.get(name)}
        self.children: list[Child] = []

    def add(self, name: str, server: postgres.Server | broker.Server) -> None:
        """Remember a server that we started, under the variable that gives its address."""
        self.children.append(server.child)
        self.addresses[name] = server.url

    def stop(self) -> None:
        """Stop what we started, and nothing else."""
        stop_together(self.children)


@contextmanager
def permanent(var: Var, keys: Mapping[str, str]) -> Iterator[Servers]:
    """Yield running servers whose data stay under `var`. Raises Trouble when one cannot be reached or started."""
    servers = Servers()
    _refuse_silent(servers.addresses)
    try:
        if "DATABASE_URL" not in servers.addresses:
            password = keys["DATABASE_PASSWORD"]
            data = postgres.data_folder(var.postgres, password=password)
            database = postgres.launch(data, password=password, log=var.log("postgres"))
            servers.add("DATABASE_URL", database)
        if "REDIS_URL" not in servers.addresses:
            password = keys["REDIS_PASSWORD"]
            servers.add(
                "REDIS_URL", broker.launch(var.redis, password=password, log=var.log("redis"), durable=True)
            )
        yield servers
    finally:
        servers.stop()


@contextmanager
def temporary() -> Iterator[Servers]:
    """Yield servers that are thrown away at the end."""
    servers = Servers()
    folder = Path(tempfile.mkdtemp(prefix="inclusiv-", dir=postgres.open_temporary_folder())).resolve()
    password = secrets.token_urlsafe(24)
    try:
        if "DATABASE_URL" not in servers.addresses:
            data, log = folder / "postgres", folder / "postgres.log"
            database = postgres.launch(data, password=password, log=log, settings=postgres.FAST)
            servers.add("DATABASE_URL", database)
        if "REDIS_URL" not in servers.addresses:
            data, log = folder / "redis", folder / "redis.log"
            servers.add("REDIS_URL", broker.launch(data, password=password, log=log, durable=False))
        yield servers
    finally:
        with stop_signals_wait():
            servers.stop()
            shutil.rmtree(folder, ignore_errors=True)


def _refuse_silent(addresses: Mapping[str, str]) -> None:
    """Raise Trouble when a server that the environment names does not answer, or is too old."""
    if url := addresses.get("DATABASE_URL"):
        try:
            with psycopg.connect(url, connect_timeout=CONNECT_SECONDS) as connection:
                version = connection.info.server_version
        except psycopg.Error as error:
            raise _silent("DATABASE_URL", url, error) from error
        if version < int(postgres.MAJOR) * 10_000:
            raise Trouble(
                f"DATABASE_URL mène à PostgreSQL {version // 10_000}, il faut {postgres.MAJOR} : "
                "changez de serveur, ou retirez DATABASE_URL pour qu’il soit lancé ici."
            )
    if url := addresses.get("REDIS_URL"):
        try:
            with redis.Redis.from_url(url, socket_connect_timeout=CONNECT_SECONDS) as client:
                client.ping()
        except (redis.exceptions.RedisError, ValueError) as error:
            raise _silent("REDIS_URL", url, error) from error


def _silent(name: str, url: str, error: Exception) -> Trouble:
    """Name the server without its password, and the last line of what the driver says."""
    where = urlsplit(url).netloc.rpartition("@")[2]
    reason = str(error).strip().splitlines()[-1].strip()
    return Trouble(
        f"{name} ne répond pas ({where} : {reason}). Démarrez ce serveur, "
        f"ou retirez {name} pour qu’il soit lancé ici."
    )
