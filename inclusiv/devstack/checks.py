"""`make check`, `make fix`, `make test`, `make bench`: the same commands here, in continuous integration and by hand."""

import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from inclusiv.devstack import servers
from inclusiv.devstack.place import PROJECT
from inclusiv.devstack.processes import run_in_foreground

PYTHON = sys.executable
DJADE = str(Path(PYTHON).parent / "djade")
"""A binary without a shebang: it starts from any path."""

LAYERS = "from importlinter.cli import lint_imports_command as run; run(['--no-logo'])"
"""The script that pip installs has a shebang, which a long path breaks."""

PARTS = {
    "tests": ["-n", "2", "--dist", "loadgroup", "-m", "not journey and not service"],
    "journeys and services": ["-n", "2", "-m", "journey or service"],
}
"""The two calls of pytest: what starts browsers and workers has the machine to itself."""

NO_TEST_FOUND = 5
"""Exit code of pytest when the arguments leave no test."""

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
NO_CHROMIUM = (
    "\n" + "!" * 78 + "\n"
    "!! PAS DE CHROMIUM : LES PARCOURS DANS UN NAVIGATEUR NE SONT PAS VÉRIFIÉS.\n"
    "!! Installez-le (sudo apt-get install -y chromium), ou donnez son chemin\n"
    "!! dans INCLUSIV_CHROMIUM, puis relancez.\n" + "!" * 78 + "\n"
)


def check() -> int:
    """Check form, style, layers, types and migrations, without any server; stop at the first failure."""
    offline = os.environ | {
        "DJANGO_SETTINGS_MODULE": "inclusiv.settings.test",
        "DATABASE_URL": "postgresql://nobody:nothing@127.0.0.1:1/nowhere",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }
    templates = _templates()
    steps = {
        "ruff format": [PYTHON, "-m", "ruff", "format", "--check", "--quiet"],
        "ruff check": [PYTHON, "-m", "ruff", "check", "--quiet"],
        "djade": [DJADE, "--check", *templates] if templates else [],
        "layers": [PYTHON, "-c", LAYERS],
        "mypy": [PYTHON, "-m", "mypy", "--no-error-summary"],
        "migrations": [
            PYTHON,
            "-W",
            "ignore::RuntimeWarning",
            "manage.py",
            "makemigrations",
            "--check",
            "--dry-run",
        ],
    }
    return _first_failure(steps, offline)


def fix() -> int:
    """Put form and style right where a tool can."""
    templates = _templates()
    steps = {
        "ruff check": [PYTHON, "-m", "ruff", "check", "--fix", "--quiet"],
        "ruff format": [PYTHON, "-m", "ruff", "format", "--quiet"],
        "djade": [DJADE, *templates] if templates else [],
    }
    return _first_failure(steps, os.environ)


def test(arguments: Sequence[str]) -> int:
    """Check, then run every test with throw-away servers; `arguments` go to pytest. Return 0 when all is well."""
    chromium = find_chromium()
    if not chromium:
        _say(NO_CHROMIUM)
    checked = check()
    with servers.temporary() as running:
        environment = os.environ | running.addresses | {"INCLUSIV_CHROMIUM": chromium}
        codes = {
            title: run_in_foreground(
                [PYTHON, "-m", "pytest", *selection, *arguments], environment=environment, folder=PROJECT
            )
            for title, selection in PARTS.items()
        }
    if not chromium:
        _say(NO_CHROMIUM)
    for title, code in {"checks": checked, **codes}.items():
        _say(f"{'NON ' if code else 'ok  '} {title}")
    return checked or verdict(list(codes.values()), filtered=bool(arguments))


def verdict(codes: Sequence[int], *, filtered: bool) -> int:
    """Return the first exit code that is a failure: a part without a test is one, unless arguments filter."""
    if filtered and set(codes) != {NO_TEST_FOUND}:
        codes = [0 if code == NO_TEST_FOUND else code for code in codes]
    return next((code for code in codes if code), 0)


def bench() -> int:
    """Run the measures with throw-away servers."""
    with servers.temporary() as running:
        command = [PYTHON, "-m", "benchmarks", *extra_arguments()]
        return run_in_foreground(command, environment=os.environ | running.addresses, folder=PROJECT)


def with_servers(command: Sequence[str]) -> int:
    """Run a command of ours with throw-away servers in its environment; return its exit code."""
    words = list(command) or [os.environ.get("SHELL", "/bin/sh")]
    if words[0] == "python":
        words[:1] = [PYTHON]
    elif words[0] == "pytest":
        words[:1] = [PYTHON, "-m", "pytest"]
    with servers.temporary() as running:
        return run_in_foreground(words, environment=os.environ | running.addresses, folder=Path.cwd())


def extra_arguments() -> list[str]:
    """Return the words of ARGS, as in `make test ARGS="tests/core -k health"`."""
    return shlex.split(os.environ.get("ARGS", ""))


def find_chromium() -> str:
    """Return the path of a Chromium that starts, INCLUSIV_CHROMIUM before any other, or nothing."""
    if "INCLUSIV_CHROMIUM" in os.environ:
        return os.environ["INCLUSIV_CHROMIUM"]
    return next((path for path in map(shutil.which, CHROMIUM_NAMES) if path and _starts(path)), "")


def _starts(path: str) -> bool:
    """Ubuntu's package is a door to snap, which a container cannot open."""
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _templates() -> list[str]:
    folders: Iterable[Path] = (
        PROJECT / name for name in ("templates", "inclusiv", "clauses", "beneficiaries", "reporting")
    )
    return sorted(str(path.relative_to(PROJECT)) for folder in folders for path in folder.rglob("*.html"))


def _first_failure(steps: Mapping[str, Sequence[str]], environment: Mapping[str, str]) -> int:
    for name, command in steps.items():
        if not command:
            continue
        began = time.monotonic()
        code = run_in_foreground(command, environment=environment, folder=PROJECT)
        _say(f"{'ok  ' if code == 0 else 'NON '} {name} ({time.monotonic() - began:.1f} s)")
        if code:
            return code
    return 0


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - this is a command line
