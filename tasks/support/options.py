"""Types of options on the command line, for `add_argument(type=...)`, and the wording of complaints about them."""

import argparse
from collections.abc import Iterable
from difflib import get_close_matches
from functools import partial
from math import inf, nan
from pathlib import Path


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """Returns a question for a complaint about a name: whether the closest known name was meant; empty when none is close.

    >>> did_you_mean("sentimnt", ["units", "sentiment"]), did_you_mean("x", ["units"])
    (" (did you mean 'sentiment'?)", '')
    """
    near = get_close_matches(name, names, 1)
    return f" (did you mean {near[0]!r}?)" if near else ""


def whole_number(text: str, *, least: int = 0) -> int:
    """Reads a whole number that is `least` or more: the type of seeds.

    Raises:
        argparse.ArgumentTypeError: The text is something else.

    >>> whole_number("12")
    12
    """
    # Python itself refuses to read more than 4300 digits.
    if not (text.isascii() and text.isdecimal()) or len(text) > 100 or int(text) < least:
        raise argparse.ArgumentTypeError(f"expected a whole number that is {least} or more, not {shorten(text)}")
    return int(text)


positive_whole_number = partial(whole_number, least=1)
"""Reads a whole number that is 1 or more: the type of numbers of runs, epochs, units."""


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
        raise argparse.ArgumentTypeError(f"expected a number greater than 0, not {shorten(text)}")
    return number


def folder(text: str) -> Path:
    """Reads the path of a folder: the type of `--out`.

    Raises:
        argparse.ArgumentTypeError: The text is empty, as where a variable of the shell is not set.

    >>> folder("out").name
    'out'
    """
    if not text.strip():
        raise argparse.ArgumentTypeError(f"expected the name of a folder, not {text!r}")
    return Path(text)


def shorten(text: str) -> str:
    """Returns what was typed, in quotes, shortened with an ellipsis when it is too long for a complaint.

    >>> shorten("3x"), len(shorten("9" * 5000))
    ("'3x'", 43)
    """
    return repr(text if len(text) <= 41 else f"{text[:40]}…")


def counted(number: int, noun: str, plural: str = "") -> str:
    """Returns a number and what it counts.

    >>> counted(1, "fold"), counted(12, "fold"), counted(3, "class", "classes")
    ('1 fold', '12 folds', '3 classes')
    """
    return f"{number} {noun if number == 1 else plural or f'{noun}s'}"
