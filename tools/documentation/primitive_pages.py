"""A page for each primitive: everything on it is computed from its line of the table when the site is built."""

from __future__ import annotations

import ast
import code
import contextlib
import io
import math
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from autograd import Value, step_through
from autograd.checking.random_expressions import recorded_on
from autograd.checking.replay.kink_search import kink_at
from autograd.drawing.diagram.kinks import sentence_on_kink
from autograd.engine import graph
from autograd.notation.formulas import equation, partial
from autograd.notation.mathml import math as mathml
from autograd.notation.numbers import format_number
from autograd.number_systems.formulas import formula_of, local_derivative_of
from autograd.stepping.expression_reader import read_expression
from autograd.structures import leaves
from autograd.table.operators import OPERATORS
from autograd.table.rules import MANY, TABLE, Primitive, Summed
from tools.documentation.accuracy import accuracy_of, units_in_machine_code
from tools.documentation.curves import Curve, defined_part, plot
from tools.generate import letter, operands_of

ROOT = Path(__file__).resolve().parents[2]
SIGNS = {
    "add": "a + b", "subtract": "a - b", "multiply": "a * b", "divide": "a / b", "power": "a ** b", "modulo": "a % b",
    "floor_divide": "a // b", "less": "a < b", "less_equal": "a <= b", "greater": "a > b", "greater_equal": "a >= b",
    "negative": "-x", "abs": "abs(x)",
}  # fmt: skip
DIGITS = 4
_EXAMPLES_OF_ONE = (0.5, 1.5)
_EXAMPLE_OF_TWO = (3.0, 2.0)
# Where one would ask for the derivative that a formula doesn't have.
_DOUBTFUL: dict[int, tuple[tuple[float, ...], ...]] = {
    1: ((0.0,), (1.0,), (-1.0,)),
    2: ((1.0, 1.0), (4.0, 2.0), (0.0, 1.0), (1.0, 0.0), (0.0, 0.0)),
    MANY: ((2.0, 2.0, 1.0),),
}
_FENCE = "`" * 12


class Example:
    """A primitive at work on Values with names: those of the formulas, and what is typed to use it.

    Attributes:
        names: the operands' names.
        call: the expression.
        imports: the functions of `autograd` that it calls.
    """

    def __init__(self, primitive: Primitive) -> None:
        self.primitive = primitive
        self.imports: list[str] = []
        name = primitive.name
        if primitive.arity in (1, 2):
            self.names: Sequence[str] = "x" if primitive.arity == 1 else "ab"
            self.call = SIGNS.get(name) or self._called(", ".join(self.names))
        elif name == "where":
            self.names, self.call = ("condition", "a", "b"), self._called("condition, a, b")
        elif isinstance(primitive, Summed) and primitive.n_sequences == 2:
            self.names = ("w1", "w2", "x1", "x2")
            self.call = self._called("[w1, w2], [x1, x2]")
        else:
            self.names = ("x1", "x2", "x3")
            self.call = self._called("[x1, x2, x3]" + (", 1" if name == "pick" else ""))

    def _called(self, operands: str) -> str:
        name = self.primitive.name
        if self.primitive.exported:
            self.imports.append(name)
            return f"{name}({operands})"
        if self.primitive.is_method:
            first, _, others = operands.partition(", ")
            return f"{first}.{name}({others})"
        return f"functions.{name}({operands})"

    def at(self, numbers: Sequence[float]) -> Value:
        """The result at some numbers, recorded."""
        operands = [Value(number, name) for number, name in zip(numbers, self.names, strict=True)]
        if self.primitive.name == "pick":
            operands.append(Value(1.0, "index"))
        return recorded_on(self.primitive, operands)

    @property
    def numbers(self) -> tuple[float, ...]:
        """Plain numbers at which it is shown."""
        if self.primitive.arity == 1:
            return next((x,) for x in _EXAMPLES_OF_ONE if math.isfinite(_value(self.primitive, (x,))))
        if self.primitive.arity == 2:
            return _EXAMPLE_OF_TWO
        return {"where": (1.0, 3.0, 2.0), "dot": (2.0, -1.0, 0.5, 3.0)}.get(self.primitive.name, (1.0, 2.5, -0.5))


def page_of(name: str) -> str:
    """The page of a primitive, in Markdown."""
    primitive = TABLE[name]
    example = Example(primitive)
    return "\n\n".join(
        [
            f"# `{name}`",
            f"{_plain(primitive.meaning)}. [All primitives](../primitives.md)",
            _html(_formulas(primitive)),
            _html(_plots(primitive)),
            "{.facts}\n" + "\n\n".join(f"{what}\n: {said}" for what, said in _facts(primitive, example)),
            *_conventions(primitive, example),
            *_in_python(primitive),
            "## Example",
            f"```python\n{_transcript(_program(example))}\n```",
            "The same as a page of steps:",
            _html(f'<div class="shown">{step_through(_named(example)).html()}</div>'),
            *_in_the_playground(example),
            "## Its line in the table",
            "Everything above follows from this entry of `autograd/table/primitives.py`; the derivative is stated nowhere else.",
            f"```python\n{_entries()[name]}\n```",
        ]
    )


def _html(text: str) -> str:
    return f"{_FENCE}{{raw}} html\n{text}\n{_FENCE}"


# -------------------------------------------------------------------------------------------------------- formulas


def _formulas(primitive: Primitive) -> str:
    groups = operands_of(primitive)
    y = letter("y")
    lines = [equation(y, formula_of(primitive, groups))]
    operands = [x for group in groups for x in (group if isinstance(group, tuple) else (group,))]
    for operand, derivative in zip(operands, local_derivative_of(primitive, groups, y), strict=True):
        lines.append(equation(partial(y, operand), derivative))
    written = "".join(mathml(line, block=True) for line in lines)
    return f'<div class="formula">{written}</div>'


# ----------------------------------------------------------------------------------------------------------- plots


def _value(primitive: Primitive, operands: Sequence[float]) -> float:
    try:
        return float(primitive.calculate(*_groups(primitive, operands)))
    except (ArithmeticError, ValueError):
        return math.nan


def _slope(primitive: Primitive, operands: Sequence[float], place: int) -> float:
    y = _value(primitive, operands)
    if math.isnan(y):
        return y
    return float(primitive.quiet_local_derivatives(_groups(primitive, operands), y)[place])


def _groups(primitive: Primitive, operands: Sequence[float]) -> Sequence[Any]:
    if primitive.arity != MANY:
        return operands
    if isinstance(primitive, Summed) and primitive.n_sequences == 2:
        half = len(operands) // 2
        return tuple(operands[:half]), tuple(operands[half:])
    return (tuple(operands), 1.0) if primitive.name == "pick" else (tuple(operands),)


def _plots(primitive: Primitive) -> str:
    example = Example(primitive)
    numbers = example.numbers
    # A condition is a choice, and no axis.
    places = {1: (0,), 2: (0, 1)}.get(primitive.arity) or ((1, 2) if primitive.name == "where" else (0,))
    return f'<div class="plots">{"".join(_plot(primitive, example, numbers, place) for place in places)}</div>'


def _plot(primitive: Primitive, example: Example, numbers: Sequence[float], place: int) -> str:
    def moved(x: float) -> list[float]:
        operands = list(numbers)
        operands[place] = x
        return operands

    name = example.names[place]
    curve = Curve("result", lambda x: _value(primitive, moved(x)))
    slope = Curve("slope", lambda x: _slope(primitive, moved(x), place))
    first, last = defined_part(curve.function, -4.0, 4.0)
    others = [f"{other} = {number:g}" for k, (other, number) in enumerate(zip(example.names, numbers, strict=True)) if k != place]
    where = f" at {', '.join(others)}" if others else ""
    title = f"{primitive.name} and its derivative as functions of {name}{where}"
    legend = f'<span class="result">y</span> and <span class="slope">∂y/∂{name}</span>, over {name}{where}'
    return f"<figure>{plot([slope, curve], first, last, title)}<figcaption>{legend}</figcaption></figure>"


# ----------------------------------------------------------------------------------------------------------- facts


def _facts(primitive: Primitive, example: Example) -> Iterator[tuple[str, str]]:
    yield "written", _ways(primitive, example)
    yield "in pictures", _plain(primitive.symbol)
    yield "defined for", _plain(primitive.domain or "all numbers")
    if primitive.outside:
        yield "elsewhere", _refusal(primitive, example)
    accuracy = accuracy_of(primitive)
    tested = f"at the {accuracy.points} points of the table's tests, from tiny to huge"
    yield "digits", f"the result has {_digits(accuracy.result)}, a local derivative {_digits(accuracy.derivatives)}, {tested}"
    units = units_in_machine_code(ROOT / "docs" / "machine-code.md").get(primitive.name)
    if units:
        yield "in machine code", f"the largest error found is {units} units in the last place ([more](../machine-code.md))"


def _plain(text: str) -> str:
    """Text in which no sign means anything to Markdown."""
    return re.sub(r"([*_|`<>+=\[\]\\^~$-])", r"\\\1", text)


def _ways(primitive: Primitive, example: Example) -> str:
    ways = [example.call]
    if primitive.is_method and primitive.exported:
        others = "" if primitive.arity == 1 else "b"
        ways.append(f"{example.names[0]}.{primitive.name}({others})")
    if primitive.exported and primitive.name in OPERATORS:
        ways.append(f"autograd.{primitive.name}(x)")
    written = ", ".join(f"`{way}`" for way in dict.fromkeys(ways))
    if primitive.aliases:
        written += "; NumPy calls it " + ", ".join(f"`{alias}`" for alias in primitive.aliases)
    return written


def _refusal(primitive: Primitive, example: Example) -> str:
    point = primitive.outside[0]
    try:
        example.at([float(number) for number in leaves(point)])
    except (ArithmeticError, ValueError) as error:
        return f"an error, as of plain floats: `{type(error).__name__}: {error}`"
    raise AssertionError(f"{primitive.name} raises nothing at {point}")


def _digits(number: float) -> str:
    return "all its digits" if number >= 17.0 else f"at least {math.floor(10 * number) / 10} digits"


# ----------------------------------------------------------------------------------------- where there is no derivative


def _conventions(primitive: Primitive, example: Example) -> Iterator[str]:
    sentences: list[str] = []
    told: set[int] = set()
    for point in _DOUBTFUL[primitive.arity]:
        if len(point) != len(example.names) or primitive.name == "where" or not math.isfinite(_value(primitive, point)):
            continue
        node = example.at(point)
        here = ", ".join(f"{name} = {format_number(x, DIGITS)}" for name, x in zip(example.names, point, strict=True))
        for place, slope in enumerate(graph.local_derivatives(node)[: len(example.names)]):
            derivative = f"∂y/∂{example.names[place]}"
            kink = kink_at(node, place)
            if not math.isfinite(slope):
                kind = "undefined, and `nan`" if math.isnan(slope) else f"infinite, and `{slope}`"
                sentences.append(f"At {here}, {derivative} is {kind} in the backward pass.")
            elif kink is not None and place not in told:
                told.add(place)
                names = "y", example.names[place]
                said = sentence_on_kink(kink, node, place, names, derivative, DIGITS, with_slopes=True)
                sentences.append(_plain(said if len(point) == 1 else f"At {here}: {said}"))
    if sentences:
        yield "## Where the derivative does not exist"
        yield "\n".join(f"- {sentence}" for sentence in sentences)


# --------------------------------------------------------------------------------------------------------- example


def _program(example: Example) -> list[str]:
    imported = ", ".join(["Value", "gradcheck", *example.imports])
    lines = [f"from autograd import {imported}"]
    if example.call.startswith("functions."):
        lines[0] = "from autograd import Value, functions, gradcheck"
    names = ", ".join(example.names)
    values = ", ".join(f'Value({number!r}, "{name}")' for name, number in zip(example.names, example.numbers, strict=True))
    lines += [f"{names} = {values}", f"y = {example.call}", "y", "y.backward()"]
    lines.append(", ".join(f"{name}.gradient" for name in example.names))
    # A condition or an index is chosen by, and has no derivative to compare.
    parameters = [name for name in example.names if name != "condition"]
    call = example.call.replace("condition", "True")
    checked = ", ".join(repr(n) for name, n in zip(example.names, example.numbers, strict=True) if name != "condition")
    lines.append(f"gradcheck(lambda {', '.join(parameters)}: {call}, {checked}).verdict.value")
    return lines


def _in_the_playground(example: Example) -> Iterator[str]:
    numbers = dict(zip(example.names, example.numbers, strict=True))
    try:
        read_expression(example.call, numbers)
    except ValueError:
        return  # it reads formulas, not all of Python
    expression = quote(example.call.replace(" ", ""), safe="*()+,/")
    state = "&".join([f"step={expression}", *(f"{name}={number:g}" for name, number in numbers.items())])
    yield f"```{{playground}} {state}\nChange it in the playground\n```"


def _named(example: Example) -> Value:
    y = example.at(example.numbers)
    y.label = "y"
    return y


def _in_python(primitive: Primitive) -> Iterator[str]:
    if primitive.exported:
        yield "## In Python"
        yield f"```{{eval-rst}}\n.. autofunction:: autograd.{primitive.name}\n```"


def _transcript(lines: Sequence[str]) -> str:
    """What the lines print at a prompt, with the lines."""
    console = code.InteractiveInterpreter()
    written: list[str] = []
    for line in lines:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            console.runsource(line)
        if "Traceback" in printed.getvalue():
            raise RuntimeError(f"{line}\n{printed.getvalue()}")
        written += [f">>> {line}", *printed.getvalue().splitlines()]
    return "\n".join(written)


def _entries() -> dict[str, str]:
    """The source of each entry of the table."""
    if not _sources:
        text = (ROOT / "autograd" / "table" / "primitives.py").read_text(encoding="utf-8")
        for node in ast.parse(text).body:
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
                for inner in ast.walk(node):
                    if isinstance(inner, ast.Call) and inner.args and isinstance(inner.args[0], ast.Constant):
                        _sources[str(inner.args[0].value)] = ast.get_source_segment(text, node) or ""
                        break
    return _sources


_sources: dict[str, str] = {}

if __name__ == "__main__":
    print(page_of(sys.argv[1]))
