#!/usr/bin/env python
"""Django's command line. Where no SECRET_KEY is set, `quickstart` turns DEBUG on."""

import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orgsite.settings")
    if sys.argv[1:2] == ["quickstart"] and "SECRET_KEY" not in os.environ:
        # On a laptop. Settings are read before a command runs, so this cannot stand in the command itself.
        os.environ.setdefault("DEBUG", "1")
    try:
        from django.core.management import execute_from_command_line
    except ImportError as error:
        raise SystemExit(
            "Django is not installed here. Run the first command of README.md: "
            "it makes a virtual environment and installs requirements.txt."
        ) from error
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
