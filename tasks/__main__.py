"""Runs the command line: `python -m tasks`."""

import sys

from tasks.command_line import main

if __name__ == "__main__":
    sys.exit(main())
