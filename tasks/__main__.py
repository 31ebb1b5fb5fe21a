"""Runs the command line: `python -m tasks`."""

from autograd import terminals
from tasks.command_line import main

if __name__ == "__main__":
    terminals.leave(main())
