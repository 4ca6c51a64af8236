#!/usr/bin/env python
"""Command line of Inclusiv."""

import os
import sys


def main() -> None:
    """Run the command named on the command line, with the local settings unless told otherwise."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inclusiv.settings.local")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
