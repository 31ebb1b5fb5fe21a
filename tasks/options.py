"""Types of numbers on the command line, for `add_argument(type=...)`: what doesn't fit is named in one sentence."""

import argparse
from collections.abc import Iterable
from difflib import get_close_matches
from math import inf, nan


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """Returns a question to put into a complaint about a name: the known one that is nearest; nothing when none is near.

    >>> did_you_mean("sentimnt", ["units", "sentiment"]), did_you_mean("x", ["units"])
    (" (did you mean 'sentiment'?)", '')
    """
    near = get_close_matches(name, names, 1)
    return f" (did you mean {near[0]!r}?)" if near else ""


def whole_number(text: str) -> int:
    """Reads a whole number that is 0 or more: the type of seeds.

    Raises:
        argparse.ArgumentTypeError: The text is something else.

    >>> whole_number("12")
    12
    """
    if not (text.isascii() and text.isdecimal()):
        raise argparse.ArgumentTypeError(f"expected a whole number that is 0 or more, not {text!r}")
    return int(text)


def positive_whole_number(text: str) -> int:
    """Reads a whole number that is 1 or more: the type of numbers of runs, epochs, units.

    Raises:
        argparse.ArgumentTypeError: The text is something else.

    >>> positive_whole_number("12")
    12
    """
    if not (text.isascii() and text.isdecimal()) or int(text) == 0:
        raise argparse.ArgumentTypeError(f"expected a whole number that is 1 or more, not {text!r}")
    return int(text)


def positive_number(text: str) -> float:
    """Reads a finite number greater than 0: the type of learning rates.

    Raises:
        argparse.ArgumentTypeError: The text is something else.

    >>> positive_number("0.5")
    0.5
    """
    try:
        number = float(text)
    except ValueError:
        number = nan
    if not 0 < number < inf:
        raise argparse.ArgumentTypeError(f"expected a number greater than 0, not {text!r}")
    return number
