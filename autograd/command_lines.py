"""What all command lines have in common: pipes that close, Ctrl-C, full disks, and terminals that lack a character.

A command line's module ends with

    if __name__ == "__main__":
        command_lines.leave(main())

and its `main` returns `command_lines.status_of(work)`, where `work` is a function that does the work and prints.
"""

from __future__ import annotations

import argparse
import codecs
import os
import sys
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from errno import EFBIG, EIO, ENOSPC
from io import TextIOWrapper
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from _typeshed import SupportsWrite


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are one sentence, raised, instead of a page of usage, printed."""

    def error(self, message: str) -> NoReturn:
        """Raise the complaint as a `ValueError` that points to `--help`."""
        raise ValueError(f"{message}; see {self.prog} --help")

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        """Print the help; what keeps it from being written is raised, which argparse itself passes over."""
        print(self.format_help(), end="", file=file)


def status_of(work: Callable[[], int | None], *, prefix: str = "error") -> int:
    """Do the work of a command line, and return its exit status.

    The status is what `work` returns, where None is 0. Whatever else ends the work becomes a status too:

    - 2, after one sentence on the standard error stream, for a mistake that the user can put right: a ValueError, an
      ArithmeticError, an OSError (no such file, a full disk), too little memory, a closed standard output;
    - 130 after Ctrl-C; the sentence is the message of the KeyboardInterrupt where it has one;
    - 141, silently, where the reader of the output has gone, as in ``| head``.

    Characters that the terminal lacks are spelled in those it has: ``∂L/∂w₁`` becomes ``dL/dw1`` in ASCII.

    Args:
        work: Prints to `sys.stdout`.
        prefix: What stands before the colon of a complaint.

    Raises:
        SystemExit: `work` raised it, as argparse does after `--help`.
        Exception: `work` raised something else, which is a mistake in the program and keeps its traceback.

    >>> status_of(lambda: print("three"))
    three
    0
    """
    _never_fail_on_a_character()
    if sys.stdout is None:
        complain(f"{prefix}: there is no standard output to print to; it was closed")
        return 2
    try:
        try:
            return work() or 0
        finally:
            # Here, so that a full disk, or a reader who has gone, is noticed while it can still be handled.
            sys.stdout.flush()
    except KeyboardInterrupt as stopped:
        complain(str(stopped) or "Stopped by Ctrl-C.")
        return 130
    except BrokenPipeError:
        return 141
    except OSError as error:
        # A file that is written has its name in the error; the stream that `print` writes to has not.
        place = error.filename or ("standard output" if error.errno in (ENOSPC, EFBIG, EIO) else "")
        complain(f"{prefix}: {place}{': ' * bool(place)}{error.strerror or error}")
        return 2
    except MemoryError as error:
        complain(f"{prefix}: there is not enough memory for this. {error}")
        return 2
    except (ValueError, ArithmeticError) as error:
        complain(f"{prefix}: {error}")
        return 2


def leave(status: int) -> NoReturn:
    """End the process with a status from `status_of`; after Ctrl-C by the signal itself, so that a shell's loop stops too."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        # Python flushes once more at its end, and would complain then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if status == 130:
        # Python cleans up and ends itself by the signal after a KeyboardInterrupt that nobody catches; it was reported already.
        sys.excepthook = lambda *report: None
        raise KeyboardInterrupt
    sys.exit(status)


def complain(sentence: str) -> None:
    """Print one line to the standard error stream, whatever line ends the sentence holds."""
    if sys.stderr is not None:
        with suppress(OSError):
            print(" ".join(sentence.split()), file=sys.stderr)


# ------------------------------------------------------------------------------------------------------- characters


def as_shown(text: str) -> str:
    """The text as standard output spells it, whose length is what the columns of a table have to fit.

    >>> as_shown("σ(z)") in ("σ(z)", "sigma(z)")
    True
    """
    encoding = getattr(sys.stdout, "encoding", None)
    return text.encode(encoding, "spelled").decode(encoding) if encoding else text


# One character for one where that can be read, so that the columns of tables stay straight.
_SPELLINGS = {
    **{"∂": "d", "×": "*", "·": "*", "÷": "/", "−": "-", "→": "->", "←": "<-", "√": "sqrt ", "∞": "inf", "±": "+-", "∇": "grad "},
    **{"≤": "<=", "≥": ">=", "≈": "~", "≠": "!=", "–": "-", "—": "-", "’": "'", "‘": "'", "′": "'", "“": '"', "”": '"', "•": "*"},
    **{"─": "-", "═": "=", "│": "|", "├": "|", "└": "`"},
}  # fmt: skip


def _never_fail_on_a_character() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="spelled")
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")


def _spelled(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    spelling, above = "", False
    for character in error.object[error.start : error.end]:
        # x² is not x2.
        was_above, above = above, unicodedata.decomposition(character).startswith("<super>")
        spelling += "^" * (above and not was_above) + _spelling(character)
    return spelling, error.end


def _spelling(character: str) -> str:
    """The character in ASCII.

    >>> [_spelling(character) for character in "∂é₁⁻Σλ漢"]
    ['d', 'e', '1', '-', 'Sigma', 'lambda', '?']
    """
    # The digit of a subscript, the letter under an accent.
    plain = "".join(_SPELLINGS.get(part, part) for part in unicodedata.normalize("NFKD", character))
    plain = "".join(part for part in plain if not unicodedata.combining(part))
    if plain.isascii() and plain:
        return plain
    script, _, letter = unicodedata.name(character, "").rpartition(" LETTER ")
    if script.startswith("GREEK") and letter.isalpha():
        letter = letter.replace("LAMDA", "LAMBDA")
        return letter.capitalize() if "CAPITAL" in script else letter.lower()
    return "?"


codecs.register_error("spelled", _spelled)
