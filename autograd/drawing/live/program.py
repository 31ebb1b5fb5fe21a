"""A graph as a program of a page: its nodes as data, and the operations that it needs as functions of JavaScript."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograd.checking.replay.kink_search import is_smooth
from autograd.engine import graph
from autograd.engine.value import Value
from autograd.number_systems.javascript.functions import definitions
from autograd.number_systems.javascript.rules import NotInJavaScriptError, WrittenPrimitive
from autograd.table.rules import Selection, Summed

# From this number of nodes on, a page doesn't recompute: moving a slider would not be smooth any more.
MOST_LIVE_NODES = 3_000
# What the page has to know of an operation; see model.js.
_SELECTS, _CHOOSES, _BY_TERMS, _QUIET = 1, 2, 4, 8


@dataclass(frozen=True, slots=True)
class LiveProgram:
    """What a page computes.

    Attributes:
        nodes: a row for each node, operands before results; see model.js.
        operations: the functions of the operations, as the text of a script.
        has_kinks: whether an operation has points without a derivative.
        still: why the page can't recompute, as a sentence; empty if it can.
    """

    nodes: tuple[list[Any], ...]
    operations: str
    has_kinks: bool
    still: str


def live_program(order: Sequence[Value], box_of: Mapping[Value, int], edge_of: Mapping[tuple[Value, int], int]) -> LiveProgram:
    """Write a graph as a program.

    Args:
        order: all nodes, operands before results.
        box_of: the number of the box that shows the numbers of a node.
        edge_of: the number of the edge for each use of an operand, by node and operand position.
    """
    place_of = {node: place for place, node in enumerate(order)}
    operations = _Operations()
    rows: list[list[Any]] = []
    for node in order:
        box = box_of.get(node, -1)
        if node._first is None:
            is_constant = node.primitive.name == "constant"
            rows.append([box, json_number(node._data), *([1] if is_constant else [])])
            continue
        operands = graph.operands(node)
        number, is_exact = operations.number_of(node)
        recorded: Any = 0
        if not is_exact:
            recorded = [json_number(node._data), list(map(json_number, graph.local_derivatives(node)))]
        edges = [edge_of.get((node, position), -1) for position in range(len(operands))]
        rows.append([box, number, [place_of[operand] for operand in operands], edges, recorded])
    still = ""
    if operations.plain:
        names = " and ".join(operations.plain)
        still = f"These numbers stay as they are: the rule of {names} is plain Python, which a page can't compute."
    elif len(order) > MOST_LIVE_NODES:
        still = (
            f"These numbers stay as they are: a page recomputes at most {MOST_LIVE_NODES:,} nodes, and there are {len(order):,}."
        )
    return LiveProgram(tuple(rows), operations.text(), operations.has_kinks, still)


def json_number(x: float) -> Any:
    """A number for JSON, which has no infinity and no nan; model.js reads it back."""
    if math.isnan(x):
        return None
    if math.isinf(x):
        return "Infinity" if x > 0.0 else "-Infinity"
    return int(x) if x == int(x) and abs(x) < 1e15 and repr(x) != "-0.0" else x


def to_json(data: Any) -> str:
    """Data as JSON that can't end the script in which it stands."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return re.sub("<(?=/?script|!--)", r"\\u003c", text, flags=re.IGNORECASE)


class _Operations:
    """The operations that a graph needs, each once for each number of operands."""

    def __init__(self) -> None:
        self._numbers: dict[Any, tuple[int, bool]] = {}
        self._rows: list[str] = []
        self._needs: set[str] = set()
        self.plain: dict[str, None] = {}
        self.has_kinks = False

    def number_of(self, node: Value) -> tuple[int, bool]:
        """The number of a node's operation, and whether it gives the same bits as Python does."""
        primitive = node.primitive
        groups = graph.groups(node)
        shape = tuple(len(group) if isinstance(group, tuple) else None for group in groups)
        key = (primitive, shape)
        if key not in self._numbers:
            self._numbers[key] = self._write(node, shape)
        return self._numbers[key]

    def _write(self, node: Value, shape: Sequence[int | None]) -> tuple[int, bool]:
        primitive = node.primitive
        n = len(graph.operands(node))
        kind = _SELECTS * primitive.selects + _QUIET * primitive.is_quiet
        first, end = 0, n
        if isinstance(primitive, Selection):
            kind += _CHOOSES
            first, end = primitive.first, shape[0] or 0
        kind += _BY_TERMS * (isinstance(primitive, Summed) and len(shape) > 1)
        described = [kind, primitive.name, primitive.domain, first, end]
        try:
            written = WrittenPrimitive(primitive, shape)
        except NotInJavaScriptError:
            self.plain[primitive.name] = None
            functions, is_exact = "0,0,0", False
        else:
            ties = "0" if is_smooth(node) else written.ties
            self.has_kinks |= ties != "0"
            self._needs |= written.needs
            functions, is_exact = f"{written.forward},{written.derivatives},{ties}", written.is_exact
        self._rows.append(f"[{functions},{to_json(described)[1:-1]}]")
        return len(self._rows) - 1, is_exact

    def text(self) -> str:
        """The functions as constants of a script."""
        return f"{definitions(self._needs)}const OPERATIONS=[{','.join(self._rows)}];"
