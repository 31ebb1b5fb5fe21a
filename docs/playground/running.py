"""Runs what is typed into the playground, an expression or a program, and tells the page what there is to show.

The page's worker calls `play`. Nothing here knows the browser, so that it is tested without one.
"""

from __future__ import annotations

import ast
import builtins
import io
import linecache
import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from importlib import import_module
from time import monotonic
from typing import Any, NoReturn

from as_python import PROGRAM, check_of, imports_of, number_of

from autograd import draw, step_through
from autograd.stepping.expression_reader import read_expression

Tell = Callable[[str, str], None]
"""Takes the kind of what there is to show (``"printed"``, ``"text"``, ``"html"``, ``"error"``, ``"trace"``), and its text."""

_MOST_PRINTED = 100_000
_MOST_PLACES = 8
# So many lines are told one by one, and later ones together, after as many seconds.
_FIRST_LINES, _EVERY = 1_000, 0.1


def play(mode: str, text: str, numbers: Mapping[str, str], tell: Tell) -> None:
    """Run an expression or a program; whatever happens is told, and nothing is raised.

    Args:
        mode: ``"step"``, ``"draw"`` or ``"check"`` for an expression, ``"code"`` for a program.
        text: the expression or the program.
        numbers: what the names in the expression stand for, as they were typed.
        tell: called with each thing to show.

    >>> told = []
    >>> play("code", "a = Value(3); b = Value(2)\\nprint('a product'); (a * b).data", {}, lambda *what: told.append(what))
    >>> told
    [('printed', 'a product\\n'), ('text', '6.0')]
    """
    printed = _Printed(tell)
    try:
        with redirect_stdout(printed), redirect_stderr(printed):
            shown = _of_program(text) if mode == "code" else _of_expression(mode, text, numbers)
            printed.flush()
            _show(shown, tell)
    except SystemExit as end:
        printed.flush()
        if end.code:
            tell("error", str(end.code))
    except Exception as error:
        printed.flush()
        if mode == "code":
            _tell_error(error, tell)
        else:
            tell("error", str(error) or type(error).__name__)


def _of_expression(mode: str, text: str, numbers: Mapping[str, str]) -> Any:
    point = {name: number_of(name, number) for name, number in numbers.items()}
    output = read_expression(text, point)
    if mode == "step":
        return step_through(output)
    if mode == "draw":
        return draw(output, local_derivatives=True)
    return _of_program(check_of(text, numbers))


def _of_program(text: str) -> Any:
    """Run a program; return its last line if that is an expression, as a notebook would show it."""
    if "nn" in sys.modules:
        sys.modules["nn"].seed(0)  # networks without a seed start as in a new program
    lines = text.splitlines(keepends=True)
    linecache.cache[PROGRAM] = len(text), None, lines, PROGRAM
    tree = ast.parse(text, PROGRAM)
    module = type(sys)("__main__")
    sys.modules["__main__"] = module
    namespace = vars(module)
    namespace.update(__builtins__=builtins, input=_no_input)
    for package, names in imports_of(tree).items():
        namespace.update((name, getattr(import_module(package), name)) for name in names)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, PROGRAM, "exec"), namespace)
    return eval(compile(ast.Expression(last.value), PROGRAM, "eval"), namespace) if isinstance(last, ast.Expr) else None


def _no_input(*prompt: object) -> NoReturn:
    raise RuntimeError("nobody can be asked here: write the answer into the program instead of input(…)")


class _Printed(io.TextIOBase):
    """Where a program prints to. Lines are told as they come, up to a bound."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._left = _MOST_PRINTED
        self._waiting: list[str] = []
        self._times = 0
        self._latest = 0.0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self._left <= 0:
            return len(text)
        self._waiting.append(text[: self._left])
        self._left -= len(text)
        if self._left <= 0:
            self._waiting.append(f"\n… more is not shown than these {_MOST_PRINTED:,} characters.\n")
        if "\n" in text and (self._times < _FIRST_LINES or monotonic() - self._latest > _EVERY):
            self.flush()
        return len(text)

    def flush(self) -> None:
        if self._waiting:
            self._tell("printed", "".join(self._waiting))
            self._waiting.clear()
            self._times += 1
            self._latest = monotonic()


def _show(shown: Any, tell: Tell) -> None:
    """Tell the richest form that an object has for notebooks, or else its `repr`."""
    if shown is None:
        return

    def form(name: str) -> Any:
        method = None if isinstance(shown, type) else getattr(shown, name, None)
        return method() if callable(method) else None

    bundle = form("_repr_mimebundle_") or {}
    bundle = bundle[0] if isinstance(bundle, tuple) else bundle
    html = bundle.get("text/html") or form("_repr_html_") or bundle.get("image/svg+xml") or form("_repr_svg_")
    if html:
        tell("html", str(html))
    else:
        tell("text", repr(shown))


# What Python's own sentence doesn't say.
_HINTS = {
    "numpy": "NumPy is not to be had in the playground",
    "matplotlib": "matplotlib is not to be had in the playground",
}


def _tell_error(error: BaseException, tell: Tell) -> None:
    """The error's own words after the lines of the program that led to it; then all lines, if there are others."""
    frames = traceback.extract_tb(error.__traceback__)
    first = next((place for place, frame in enumerate(frames) if frame.filename == PROGRAM), len(frames))
    of_program = [frame for frame in frames[first:] if frame.filename == PROGRAM]
    places = [_place(frame) for frame in of_program]
    if len(places) > _MOST_PLACES:  # a recursion without an end has a thousand
        places[_MOST_PLACES // 2 : -_MOST_PLACES // 2] = ["…"]
    words = "".join(traceback.format_exception_only(error)).strip().replace(f'File "{PROGRAM}", ', "")
    if isinstance(error, ModuleNotFoundError):
        words += f". {_HINTS.get(str(error.name), 'The playground has the standard library, autograd, nn and tasks')}."
    tell("error", "\n".join([*places, words]))
    elsewhere = [frame for frame in frames[first:] if frame.filename not in (PROGRAM, __file__)]
    if elsewhere or error.__cause__ or error.__context__:
        described = traceback.TracebackException.from_exception(error)
        described.stack = traceback.StackSummary.from_list(frames[first:])
        tell("trace", "".join(described.format()))


def _place(frame: traceback.FrameSummary) -> str:
    return f"line {frame.lineno}{'' if frame.name == '<module>' else f', in {frame.name}'}: {frame.line}"
