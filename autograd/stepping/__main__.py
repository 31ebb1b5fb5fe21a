"""Step through an expression in a terminal: ``python -m autograd.stepping "c*(a + 2*b)" a=3 b=1 c=-2``."""

from __future__ import annotations

import math
import sys
from typing import TextIO

from autograd import command_lines
from autograd.stepping.expression_reader import read_expression
from autograd.stepping.stepper import Stepper, step_through

_HELP = (
    "Enter: next   b: back   a number or a name: go there (= b: to one called b)   "
    "?name: why is its gradient what it is   r: restart   q: quit"
)


def main(arguments: list[str] | None = None, stdin: TextIO | None = None) -> int:
    """Run the command line; the result is the exit status: 0, or 2 after a sentence that says what was wrong."""
    parser = command_lines.Parser(
        prog="python -m autograd.stepping",
        description="Step through the forward and the backward pass of an expression.",
        epilog=f"In a terminal it waits for you: {_HELP}.",
    )
    parser.add_argument("expression", help='such as "c*(a + 2*b)" or "d = 2*b; e = a + d; L = c*e"')
    parser.add_argument(
        "numbers", nargs="*", default=[], metavar="name=number", help="the numbers that the names stand for, such as a=3 or b=1/3"
    )
    parser.add_argument("--all", action="store_true", help="print all steps at once, as also happens without a terminal")
    parser.add_argument("--save", metavar="FILE.html", help="write the steps as a page that opens in a browser")

    def work() -> None:
        given = parser.parse_args(arguments)
        source = stdin or sys.stdin
        stepper = step_through(read_expression(given.expression, _numbers(given.numbers)))
        if given.save:
            print(f"wrote {stepper.save(given.save)}")
        elif given.all or source is None or not source.isatty():
            _print_all(stepper)
        else:
            _converse(stepper, source)

    return command_lines.status_of(work, prefix=parser.prog)


def _numbers(pairs: list[str]) -> dict[str, float]:
    numbers = {}
    for pair in pairs:
        name, equals, number = pair.partition("=")
        name = name.strip()
        if not equals or not name.isidentifier():
            raise ValueError(f"{pair!r} is not of the form name=number")
        if name in numbers:
            raise ValueError(f"{name} is given twice")
        try:
            numbers[name] = float(number)
        except ValueError:
            try:
                numbers[name] = read_expression(number, {}).data  # such as 1/3
            except (ValueError, ArithmeticError):
                raise ValueError(f"{number!r} is not a number, in {pair!r}") from None
        if not math.isfinite(numbers[name]):
            raise ValueError(f"{number!r} is not a finite number, in {pair!r}")
    return numbers


def _print_all(stepper: Stepper) -> None:
    for step in stepper:
        print(f"{step.index + 1:>3}  {step.sentence}")


def _converse(stepper: Stepper, stdin: TextIO) -> None:
    print(f"{len(stepper)} steps. {_HELP}")
    while True:
        print("> ", end="", flush=True)
        line = stdin.readline()
        if not line or line.strip() in ("q", "quit", "exit"):
            return
        print(_answer(stepper, line.strip()))


def _answer(stepper: Stepper, said: str) -> str:
    try:
        if said in ("", "n"):
            if stepper.next() is None:
                return "that was the last step"
        elif said == "b":
            stepper.back()
        elif said == "r":
            stepper.reset()
        elif said.startswith("?"):
            return str(stepper.explain(said[1:].strip()))
        elif said.lstrip("-").isdigit():
            if not 1 <= int(said) <= len(stepper):
                return f"there are {len(stepper)} steps, from 1 to {len(stepper)}"
            stepper.goto(int(said) - 1)
        else:
            stepper.goto(said.removeprefix("=").strip())
    except (LookupError, ValueError) as error:
        return f"{error.args[0]}  ({_HELP})"
    step = stepper.current
    return "before the first step" if step is None else f"{step.index + 1:>3}  {step.sentence}"


if __name__ == "__main__":
    command_lines.leave(main())
