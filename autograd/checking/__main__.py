"""`python -m autograd.checking --self-test`: break every rule of the table, and see whether the check finds out."""

from __future__ import annotations

import argparse
import sys


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m autograd.checking", description="Check the check of derivatives.")
    parser.add_argument(
        "--self-test", action="store_true", help="break every rule of the table in turn, and count how many breaks are found"
    )
    options = parser.parse_args(arguments)
    if not options.self_test:
        parser.print_help()
        return 2
    from autograd.checking.self_test import run

    return 0 if run() else 1


if __name__ == "__main__":
    sys.exit(main())
