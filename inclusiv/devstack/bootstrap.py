"""First step of every `make` command: system libraries, virtual environment, locked packages; then the command.

Run by the machine's own python3, as a file: nothing but the standard library, nothing newer than Python 3.7
before the version is known.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
ENVIRONMENT = PROJECT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
OLDEST = 0x030B0000
"""Python 3.11, as sys.hexversion writes it."""

NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")
INSTALL_BYTES = {"local": 800_000_000, "dev": 1_600_000_000}
"""Room that the packages of each lock take, downloads included."""

LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
"""What WeasyPrint loads from the system, and the Debian package of each."""

TEST_PROGRAMS = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "poppler-utils": ("pdftotext",),
}
"""Debian packages that the tests use, and the programs by which each is recognised."""
LOCAL_COMMANDS = ("run",)
"""Commands that need no package of the tests."""


class Missing(Exception):
    """The machine lacks something; the message is one French line that ends with the remedy."""


def main(arguments: list[str]) -> None:
    """Prepare the machine for `arguments`, then become the command; come to an end here only on failure."""
    try:
        use_recent_python(arguments)
        install_system_packages(missing_libraries(), required=True)
        if arguments[0] == "test":
            install_system_packages(missing_programs(), required=False)
        with exclusive(PROJECT / "pyproject.toml"):
            install_environment("local" if arguments[0] in LOCAL_COMMANDS else "dev")
    except Missing as missing:
        sys.exit(str(missing))
    except KeyboardInterrupt:
        sys.exit(130)
    os.chdir(PROJECT)
    os.execve(PYTHON, [str(PYTHON), "-m", "inclusiv.devstack", *arguments], clean_environment())  # noqa: S606


def use_recent_python(arguments: list[str]) -> None:
    """Start again under a newer interpreter of the PATH when this one is too old."""
    if sys.hexversion >= OLDEST:
        return
    for name in NEWER:
        found = shutil.which(name)
        if found and _works(Path(found)):
            os.execv(found, [found, __file__, *arguments])  # noqa: S606
    raise Missing(
        "Il faut Python 3.11 ou plus récent : installez-le (sudo apt-get install -y python3.11-venv)."
    )


def missing_libraries() -> list[str]:
    """Return the Debian packages that this Linux machine lacks to install and to serve."""
    if not sys.platform.startswith("linux"):
        return []
    packages = [package for library, package in LIBRARIES.items() if not _loads(library)]
    if not PYTHON.exists() and not _has_module("ensurepip"):
        packages.append("python3-venv")
    return packages


def missing_programs() -> list[str]:
    """Return the Debian packages of the tests whose programs are not here; a browser that was named is one."""
    found = {"chromium"} if "INCLUSIV_CHROMIUM" in os.environ else set()
    found |= {package for package, names in TEST_PROGRAMS.items() if any(map(shutil.which, names))}
    return [package for package in TEST_PROGRAMS if package not in found]


def install_system_packages(packages: list[str], *, required: bool) -> None:
    """Install them as root; otherwise say which command does it.

    Raises Missing when they are required; the tests say themselves what they skip without the others.
    """
    if not packages:
        return
    failure = ""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say(f"Installation de {', '.join(packages)}…")
        _apt_get("update", "-q")  # an old list may be enough: the installation tells
        failure = _apt_get("install", "-y", "-q", "--no-install-recommends", *packages)
        if not failure:
            return
    message = f"Il manque à cette machine : {', '.join(packages)}. {failure}Installez-les : "
    message += f"sudo apt-get install -y {' '.join(packages)}"
    if required:
        raise Missing(message)
    say(message)


def _apt_get(*words: str) -> str:
    """Return why it failed, or nothing."""
    done = subprocess.run(  # noqa: S603
        ["apt-get", *words],  # noqa: S607 - wherever the machine has it
        env=dict(os.environ, DEBIAN_FRONTEND="noninteractive"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return f"apt-get a échoué ({_last_line(done.stdout)}). " if done.returncode else ""


def install_environment(lock: str) -> None:
    """Make `.venv` and install the lock in it; nothing to do when the lock has not changed since."""
    requirements = PROJECT / "requirements" / f"{lock}.txt"
    stamp = ENVIRONMENT / f"installed-{lock}"
    if not os.access(str(PROJECT), os.W_OK):
        raise Missing(
            f"Impossible d’écrire dans {PROJECT} : donnez-vous ce dossier (chown), ou copiez-le chez vous."
        )
    if not _works(PYTHON):
        refuse_small_disk(PROJECT, INSTALL_BYTES[lock])
        say("Création de l’environnement Python…")
        _run(
            [sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)],
            "L’environnement Python n’a pas pu être créé",
        )
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    refuse_small_disk(PROJECT, INSTALL_BYTES[lock])
    say("Installation des paquets Python, une à deux minutes la première fois…")
    pip = [
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-input",
        "--require-hashes",
    ]
    _run(
        [*pip, "--requirement", str(requirements)],
        "L’installation des paquets a échoué, vérifiez l’accès à Internet",
    )
    _run([str(PYTHON), "-c", "import weasyprint"], "WeasyPrint ne trouve pas les bibliothèques du système")
    stamp.write_text(wanted)


def refuse_small_disk(folder: Path, needed: int) -> None:
    """Raise Missing when the disk of `folder` has fewer free bytes than needed."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise Missing(
            f"Le disque de {folder} est plein : il reste {free // 1_000_000} Mo, il en faut {needed // 1_000_000}. "
            "Libérez de la place, puis relancez."
        )


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold `path` for ourselves: two first starts at once would install over each other."""
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def clean_environment() -> dict[str, str]:
    """Return our environment without what would lead Python to another place than the project."""
    dropped = (
        "PYTHONHOME",
        "PYTHONPATH",
        "PYTHONSAFEPATH",
        "PYTHONSTARTUP",
        "VIRTUAL_ENV",
        "__PYVENV_LAUNCHER__",
    )
    return {name: value for name, value in os.environ.items() if name not in dropped}


def say(line: str) -> None:
    """Tell the person at the keyboard what takes time."""
    print(line, flush=True)  # noqa: T201 - this is a command line


def _run(command: list[str], failure: str) -> None:
    done = subprocess.run(  # noqa: S603
        command,
        cwd=str(PROJECT),
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        sys.stderr.buffer.write(done.stdout)
        raise Missing(f"{failure} : {_last_line(done.stdout)}")


def _last_line(output: bytes) -> str:
    lines = output.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "sans explication"


def _works(python: Path) -> bool:
    try:
        return subprocess.run([str(python), "-c", ""], check=False).returncode == 0  # noqa: S603
    except OSError:
        return False


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _has_module(name: str) -> bool:
    try:
        __import__(name)
    except ImportError:
        return False
    return True


if __name__ == "__main__":
    main(sys.argv[1:])
