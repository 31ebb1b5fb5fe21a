"""Writes what follows from the table of primitives and is read by people and type checkers; `make generated` runs it.

- ``autograd/engine/methods.py`` and ``autograd/engine/signatures.py``: the types of methods and functions;
- ``docs/primitives.md``: the reference of all primitives.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from autograd.functions import EXPORTED
from autograd.notation.formulas import Formula, symbol
from autograd.notation.names import name_of_label
from autograd.notation.plain import to_plain
from autograd.number_systems.formulas import formula_of, local_derivative_of
from autograd.table.operators import OPERATORS
from autograd.table.primitives import BUILT_IN, TABLE
from autograd.table.rules import MANY, Primitive, Selection, Summed

ROOT = Path(__file__).parents[1]
WRITTEN_OUT = ("gelu", "pick", "where")  # their functions take other arguments than operands, so they are no part of this

METHODS = '''"""The types of the methods that `Value` has from the table. Written by `make generated`: don't edit it."""

# fmt: off
from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

V = TypeVar("V")


class Methods(Generic[V]):
    """What type checkers know of the methods that are compiled from the table; ``V`` is Value."""

    if TYPE_CHECKING:
'''

SIGNATURES = '''"""The types of the functions that come from the table. Written by `make generated`: don't edit it."""

# ruff: noqa: E501
# fmt: off
from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from autograd.engine.operands import Operand
from autograd.engine.value import Value

if TYPE_CHECKING:
'''

PAGE = """# The primitives

All operations on Values, as the table in `autograd/table/primitives.py` states them. This page is written from the table by
`make generated`.

In the formulas, *y* is the result of the operation. A derivative is the local one, ∂y/∂operand; where it is infinite it is
`inf`, and where it is undefined it is `nan`. What a choice leaves out takes no part in the backward pass. Conventions at kinks:
ReLU′(0) = 1, |x|′(0) = 0, and a tie in `maximum` goes to the first operand.

To add an operation of your own, see [your own primitive](your-own-primitive.md).
"""


OPERATIONS, FUNCTIONS = "Operators", "Functions"
OF_MANY, OF_OTHERS = "Functions of many numbers", "What the derivatives of others need"
HEAD = "| name | meaning | *y* | local derivatives | defined for |\n| --- | --- | --- | --- | --- |"


def methods() -> str:
    """The file with the types of methods and operators."""
    return METHODS + "\n".join(_lines_of_methods()) + "\n"


def _lines_of_methods() -> Iterator[str]:
    for name, python in OPERATORS.items():
        special = python.__name__
        operand = ", other: V | float" if TABLE[name].arity == 2 else ""
        yield f"        def __{special}__(self{operand}) -> V: ..."
        if hasattr(float, f"__r{special}__"):
            yield f"        def __r{special}__(self, other: V | float) -> V: ..."
    for primitive in TABLE.values():
        if primitive.is_method and primitive.name not in WRITTEN_OUT:
            other = ", y: V | float" if primitive.arity == 2 else ""
            yield f'        def {primitive.name}(self{other}) -> V: """{primitive.meaning}."""'
            yield from (f"        {alias} = {primitive.name}" for alias in primitive.aliases)


def signatures() -> str:
    """The file with the types of functions."""
    lines = []
    for name in EXPORTED:
        primitive = TABLE[name]
        if name not in WRITTEN_OUT:
            lines.append(f'    def {name}({_parameters(primitive)}) -> Value: """{primitive.meaning}."""')
    return SIGNATURES + "\n".join(lines) + "\n"


def _parameters(primitive: Primitive) -> str:
    if isinstance(primitive, Summed):
        return ", ".join(f"{name}: Iterable[Operand]" for name in ("first", "second")[: primitive.n_sequences])
    if isinstance(primitive, Selection):
        return "*values: Operand | Iterable[Operand]"
    if primitive.arity == MANY:
        return "values: Iterable[Operand]"
    return "x: Operand" if primitive.arity == 1 else "x: Operand, y: Operand"


def page(*, linked: bool = False) -> str:
    """The reference of all primitives; on the site, where each has a page of its own, names are linked to these."""
    tables: dict[str, list[str]] = {title: [] for title in (OPERATIONS, FUNCTIONS, OF_MANY, OF_OTHERS)}
    for name in BUILT_IN:
        primitive = TABLE[name]
        if primitive.arity:
            tables[kind_of(primitive)].append(_row(primitive, linked))
    return PAGE + "".join(f"\n## {title}\n\n{HEAD}\n" + "\n".join(rows) + "\n" for title, rows in tables.items())


def kind_of(primitive: Primitive) -> str:
    """The heading under which a primitive stands."""
    if primitive.arity == MANY:
        return OF_MANY
    if primitive.name in OPERATORS:
        return OPERATIONS
    return FUNCTIONS if primitive.exported else OF_OTHERS


def _row(primitive: Primitive, linked: bool) -> str:
    groups = operands_of(primitive)
    formula = to_plain(formula_of(primitive, groups))
    derivatives = local_derivative_of(primitive, groups, letter("y"))
    written = ", ".join(to_plain(derivative) for derivative in derivatives)
    name = f"[`{primitive.name}`](primitives/{primitive.name}.md)" if linked else f"`{primitive.name}`"
    cells = (name, primitive.meaning, formula, written, primitive.domain or "all numbers")
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def operands_of(primitive: Primitive) -> list[Formula | tuple[Formula, ...]]:
    """The letters that stand for the operands in formulas."""
    if primitive.arity != MANY:
        return [letter(label) for label in ("x" if primitive.arity == 1 else "ab")]
    if primitive.name == "where":
        return [tuple(map(letter, ("condition", "a", "b")))]
    sequences: list[Formula | tuple[Formula, ...]] = [tuple(letter(f"{label}{place}") for place in (1, 2, 3)) for label in "xw"]
    if primitive.name == "pick":
        return [sequences[0], letter("index")]
    return sequences[::-1] if isinstance(primitive, Summed) and primitive.n_sequences == 2 else sequences[:1]


def letter(label: str) -> Formula:
    """A variable in a formula."""
    return symbol(name_of_label(label))


GENERATED = {"autograd/engine/methods.py": methods, "autograd/engine/signatures.py": signatures, "docs/primitives.md": page}

if __name__ == "__main__":
    for path, write in GENERATED.items():
        (ROOT / path).write_text(write(), encoding="utf-8")
