"""`python -m inclusiv.devstack COMMAND`: what the Makefile calls once the environment is installed."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from inclusiv.devstack import servers
from inclusiv.devstack.processes import run_in_foreground, stop_signals_raise
from inclusiv.devstack.trouble import Trouble

PROJECT = Path(__file__).resolve().parent.parent.parent


def with_servers(command: Sequence[str]) -> int:
    """Run a command with throw-away servers in its environment; return its exit code."""
    words = list(command)
    if words and words[0] in {"python", "pytest"}:
        words[:1] = [sys.executable] if words[0] == "python" else [sys.executable, "-m", words[0]]
    with servers.temporary() as addresses:
        return run_in_foreground(words, environment=os.environ | addresses, folder=Path.cwd())


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m inclusiv.devstack", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    shell = commands.add_parser(
        "with-servers", aliases=["shell"], help="run a command with throw-away servers"
    )
    shell.add_argument("words", nargs=argparse.REMAINDER, metavar="-- COMMAND")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; a trouble is one line on the error output."""
    chosen = _arguments(arguments)
    try:
        with stop_signals_raise():
            return with_servers([word for word in chosen.words if word != "--"])
    except Trouble as trouble:
        print(trouble, file=sys.stderr)  # noqa: T201 - this is a command line
        return 1


if __name__ == "__main__":
    sys.exit(main())
