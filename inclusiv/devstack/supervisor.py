"""`make run`: the servers, the preparation, then web, worker and beat, until somebody stops them or one of them dies."""

import errno
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from inclusiv.devstack import keys, servers
from inclusiv.devstack.above import stops_with_make
from inclusiv.devstack.network import LOOPBACK, can_listen
from inclusiv.devstack.place import PROJECT, Var, find_var, full_disk, no_permission
from inclusiv.devstack.processes import Child, Stopped, start, stop_together
from inclusiv.devstack.trouble import Trouble

READY_SECONDS = 90


def run() -> int:
    """Serve Inclusiv until we are asked to stop; return 0 then. Raises Trouble with its remedy."""
    var = find_var()
    try:
        with stops_with_make():
            _serve(var)
    except Stopped:
        _say("Inclusiv est arrêté.")
        return 0
    except OSError as error:
        if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
            raise no_permission(error.filename or var.root) from error
        if error.errno == errno.ENOSPC:
            raise full_disk(var.root, 0) from error
        raise
    return 0


def _serve(var: Var) -> None:
    host, port = os.environ.get("HOST") or LOOPBACK, _port()
    address = f"http://localhost:{port}"
    var.root.mkdir(parents=True, exist_ok=True, mode=0o711)
    with var.held(address):
        var.make()
        var.refuse_full_disk()
        _refuse_busy(host, port)
        secrets = keys.keep(var.secrets, data_exists=var.postgres.exists())
        _say("Base de données et file d’attente…")
        with servers.permanent(var, secrets) as running:
            environment = _environment(var, secrets | running.addresses)
            _prepare(var, environment)
            children: list[Child] = []
            try:
                _say("Pages, tâches et horloge…")
                for name, command in _commands(var, host, port).items():
                    children.append(_start(var, name, command, environment))
                _wait_until_ready(host, port, [*children, *running.children])
                _greet(var, address)
                _watch([*children, *running.children])
            finally:
                stop_together(children)


def _commands(var: Var, host: str, port: int) -> Mapping[str, Sequence[str | Path]]:
    python = [sys.executable, "-m"]
    return {
        "web": [
            *python, "gunicorn", "inclusiv.wsgi:application", "--preload", "--bind", f"{host}:{port}",
            "--workers", "2", "--threads", "4", "--graceful-timeout", "3", "--no-control-socket",
        ],
        "worker": [
            *python, "celery", "--app", "inclusiv.celery", "worker", "--loglevel", "INFO",
            "--concurrency", "2", "--without-mingle", "--without-gossip",
        ],
        "beat": [
            *python, "celery", "--app", "inclusiv.celery", "beat", "--loglevel", "INFO",
            "--pidfile=", "--schedule", var.beat / "schedule",
        ],
    }  # fmt: skip


def _start(var: Var, name: str, command: Sequence[str | Path], environment: Mapping[str, str]) -> Child:
    # SIGQUIT: a worker that we left behind gives up its task at once, the sweep rings again for it.
    orphan_signal = signal.SIGQUIT if name == "worker" else None
    return start(
        name, command, log=var.log(name), environment=environment, folder=PROJECT, orphan_signal=orphan_signal
    )


def _environment(var: Var, values: Mapping[str, str]) -> dict[str, str]:
    """Return what the processes of the application see: a secret that the user gave wins over ours."""
    return {
        "DJANGO_SETTINGS_MODULE": "inclusiv.settings.local",
        **values,
        **os.environ,
        "INCLUSIV_VAR": str(var.root),
        "XDG_CACHE_HOME": str(var.cache),
        "PYTHONUNBUFFERED": "1",
    }


def _prepare(var: Var, environment: Mapping[str, str]) -> None:
    log = var.log("prepare")
    with log.open("wb") as output, subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "inclusiv.devstack.prepare", str(var.personas)],
        cwd=PROJECT, env=dict(environment), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=output,
        text=True, encoding="utf-8",
    ) as process:  # fmt: skip
        try:
            for line in process.stdout or ():
                _say(line.rstrip())
        except Stopped:
            process.terminate()
            raise
    if process.returncode:
        raise _explained("la préparation", log)


def _wait_until_ready(host: str, port: int, children: Sequence[Child]) -> None:
    end = time.monotonic() + READY_SECONDS
    state = ""
    while time.monotonic() < end:
        _refuse_dead(children)
        status, state = _readyz(host, port)
        if status == http.client.OK:
            return
        time.sleep(0.1)
    raise Trouble(
        f"Inclusiv n’est pas prêt après {READY_SECONDS} s : {state}. Lisez les journaux de var/log."
    )


def _readyz(host: str, port: int) -> tuple[int, str]:
    connection = http.client.HTTPConnection(LOOPBACK if host == "0.0.0.0" else host, port, timeout=10)  # noqa: S104
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except (OSError, http.client.HTTPException) as error:
        return 0, str(error)
    finally:
        connection.close()


def _watch(children: Sequence[Child]) -> None:
    while True:
        _refuse_dead(children)
        time.sleep(0.5)


def _refuse_dead(children: Sequence[Child]) -> None:
    for child in children:
        if not child.is_running():
            raise _explained(f"{child.name} (processus {child.process.pid})", child.log)


def _explained(who: str, log: Path) -> Trouble:
    """Return the one line that says who stopped, before the last lines of its log."""
    text = log.read_text(encoding="utf-8", errors="replace")
    if os.strerror(errno.ENOSPC) in text:
        return full_disk(log.parent, 0)
    last = "\n".join(text.splitlines()[-12:])
    return Trouble(
        f"Arrêt inattendu de {who} ; tout le reste est arrêté aussi. Lisez {log}, qui finit par :\n{last}"
    )


def _greet(var: Var, address: str) -> None:
    _say(f"\nInclusiv est prêt : {address}")
    _say(f"{var.personas.read_text(encoding='utf-8')}Ctrl-C pour arrêter.")


def _port() -> int:
    value = os.environ.get("PORT") or "8000"
    if not value.isdecimal() or not 0 < int(value) < 65_536:
        raise Trouble(f"PORT={value} n’est pas un port : donnez un nombre de 1024 à 65535.")
    return int(value)


def _refuse_busy(host: str, port: int) -> None:
    if not can_listen(host, port):
        raise Trouble(
            f"Le port {port} est déjà pris : arrêtez le programme qui l’occupe, "
            f"ou choisissez-en un autre avec « make run PORT={port + 1} »."
        )


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - this is a command line
