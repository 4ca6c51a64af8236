"""`python -m benchmarks`, under the servers that `make bench` starts."""

import os
import sys

import django

if __name__ == "__main__":
    # The settings of the tests are those of production as far as speed goes: no debugging, templates kept compiled.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inclusiv.settings.test")
    django.setup()
    from benchmarks.command import main

    sys.exit(main(sys.argv[1:]))
