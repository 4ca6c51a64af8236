"""The folder `var` of a project: what `make run` writes, who holds it, whether there is room."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inclusiv.devstack.trouble import Trouble

PROJECT = Path(__file__).resolve().parent.parent.parent
NEEDED_BYTES = 500_000_000


class Var:
    """Where each thing lives under `var`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.postgres = root / "postgres"
        self.redis = root / "redis"
        self.files = root / "files"
        self.beat = root / "beat"
        self.cache = root / "cache"
        self.secrets = root / "secrets.env"
        self.personas = root / "personas.txt"
        self.lock = root / "run.lock"

    def log(self, name: str) -> Path:
        """Return the log of one process."""
        return self.root / "log" / f"{name}.log"

    def make(self) -> None:
        """Make the folders and put aside the logs of the start before.

        Raises Trouble when one cannot be written.
        """
        for folder in (self.root, self.root / "log", self.redis, self.files, self.beat, self.cache):
            folder.mkdir(parents=True, exist_ok=True, mode=0o711 if folder == self.root else 0o700)
            if not os.access(folder, os.W_OK | os.X_OK):
                raise no_permission(folder)
        for log in (self.root / "log").glob("*.log"):
            log.replace(log.with_suffix(".log.1"))

    def refuse_full_disk(self, needed: int = NEEDED_BYTES) -> None:
        """Raise Trouble when the disk has fewer free bytes than a start needs."""
        free = shutil.disk_usage(self.root).free
        if free < needed:
            raise full_disk(self.root, free)

    @contextmanager
    def held(self, address: str) -> Iterator[None]:
        """Hold the folder while we run; the kernel lets go of it whatever end we meet.

        Raises Trouble when another `make run` holds it.
        """
        with self.lock.open("a+", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                file.seek(0)
                pid, _, where = file.read().strip().partition(" ")
                raise Trouble(
                    f"Inclusiv tourne déjà dans ce dossier, sur {where} : ouvrez cette adresse, "
                    f"ou arrêtez-le avec « kill {pid} »."
                ) from error
            file.truncate(0)
            file.write(f"{os.getpid()} {address}\n")
            file.flush()
            yield


def find_var() -> Var:
    """Return the folder that INCLUSIV_VAR names, `var` of the project by default."""
    return Var((PROJECT / os.environ.get("INCLUSIV_VAR", "var")).absolute())


def no_permission(path: str | Path) -> Trouble:
    """Return what to say when `path` belongs to somebody else."""
    return Trouble(
        f"Impossible d’écrire dans {path} : donnez-vous ce dossier (sudo chown -R $(id -un) '{path}'), "
        "ou choisissez-en un autre avec INCLUSIV_VAR."
    )


def full_disk(path: Path, free: int) -> Trouble:
    """Return what to say when the disk of `path` has too little room."""
    return Trouble(
        f"Le disque de {path} est plein : il reste {free // 1_000_000} Mo, il en faut {NEEDED_BYTES // 1_000_000}. "
        "Libérez de la place, ou choisissez un autre dossier avec INCLUSIV_VAR."
    )
