"""`python -m inclusiv.devstack COMMAND`: what the Makefile calls once the environment is installed."""

import argparse
import sys
from collections.abc import Callable, Sequence

from inclusiv.devstack import checks, supervisor
from inclusiv.devstack.processes import Stopped, stop_signals_raise
from inclusiv.devstack.trouble import Trouble

COMMANDS: dict[str, tuple[str, Callable[[Sequence[str]], int]]] = {
    "run": ("serve Inclusiv here", lambda _words: supervisor.run()),
    "test": ("check, then run every test", lambda _words: checks.test(checks.extra_arguments())),
    "check": ("check form, style, layers, types and migrations", lambda _words: checks.check()),
    "fix": ("put form and style right", lambda _words: checks.fix()),
    "bench": ("measure", lambda _words: checks.bench()),
    "with-servers": ("run a command with throw-away servers", checks.with_servers),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; a trouble is said on the error output."""
    parser = argparse.ArgumentParser(prog="python -m inclusiv.devstack", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (help_text, _) in COMMANDS.items():
        commands.add_parser(name, help=help_text).add_argument(
            "words", nargs=argparse.REMAINDER, metavar="-- ..."
        )
    chosen = parser.parse_args(arguments)
    words = chosen.words[1:] if chosen.words[:1] == ["--"] else chosen.words
    try:
        with stop_signals_raise():
            return COMMANDS[chosen.command][1](words)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)  # noqa: T201 - this is a command line
        return 1
    except Stopped as stopped:
        return 128 + stopped.number


if __name__ == "__main__":
    sys.exit(main())
