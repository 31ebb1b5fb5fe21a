"""A recorded graph as plain data: its order, its edges, and recomputing it.

The functions here read the slots of Values and know nothing else of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from autograd.errors import explain, explain_overflow, explain_stale
from autograd.table.floats import QUIET, QuietFloat
from autograd.table.rules import Primitive, Selection, Summed

if TYPE_CHECKING:
    from autograd.engine.value import Value

tick_of = attrgetter("_tick")

# The gradient of what a choice left out, as long as nothing else has arrived there: a zero known by its identity, which passes
# itself on, whatever the local derivative (0 × inf too). Added to anything else it is an ordinary zero.
OFF = float("0.0")


def groups(node: Value) -> tuple[Any, ...]:
    """What a node's operand slots hold: Values, or tuples of Values for an n-ary primitive; nothing for a leaf."""
    if node._first is None:
        return ()
    return (node._first,) if node._second is None else (node._first, node._second)


def flatten(operand_groups: Sequence[Any]) -> tuple[Any, ...]:
    """Groups of operands as one tuple, in order."""
    if len(operand_groups) == 1 and isinstance(operand_groups[0], tuple):
        return operand_groups[0]
    flat: list[Any] = []
    for group in operand_groups:
        if isinstance(group, tuple):
            flat.extend(group)
        else:
            flat.append(group)
    return tuple(flat)


def operands(node: Value) -> tuple[Value, ...]:
    """A node's operands in order; empty for a leaf."""
    return flatten(groups(node))


def regrouped(node: Value, flat: Sequence[Any]) -> tuple[Any, Any]:
    """As many things as a node has operands, arranged as in its two operand slots."""
    if not isinstance(node._first, tuple):
        return flat[0], flat[1] if len(flat) > 1 else None
    count = len(node._first)
    if node._second is None:
        return tuple(flat), None
    return tuple(flat[:count]), tuple(flat[count:]) if isinstance(node._second, tuple) else flat[count]


def mapped(function: Callable[[Any], Any], operand_groups: Sequence[Any]) -> list[Any]:
    """Groups of operands with each operand replaced by what a function makes of it."""
    return [tuple(map(function, g)) if isinstance(g, tuple) else function(g) for g in operand_groups]


def numbers_of(operand_groups: Sequence[Any]) -> list[Any]:
    """The data of groups of Values, in the same shape."""
    return [tuple([v._data for v in g]) if isinstance(g, tuple) else g._data for g in operand_groups]


def topological_order(*roots: Value) -> list[Value]:
    """All nodes that the roots were computed from, themselves included, oldest first: operands before results.

    Raises:
        StaleGraphError: a node is older than one of its operands.
    """
    nodes = _reachable(roots)
    nodes.sort(key=tick_of)
    return nodes


def _reachable(roots: Sequence[Value], *, check: bool = True) -> list[Value]:
    seen = set(roots)
    nodes = list(seen)
    stack = list(seen)
    while stack:
        node = stack.pop()
        for operand in operands(node):
            if check and operand._tick > node._tick:
                raise explain_stale(node, operand)
            if operand not in seen:
                seen.add(operand)
                nodes.append(operand)
                if operand._first is not None:
                    stack.append(operand)
    return nodes


def ticks_below(roots: Sequence[Value]) -> list[int]:
    """The ticks of all computed nodes that the roots depend on, youngest first.

    Raises:
        StaleGraphError: a node is older than one of its operands.
    """
    return sorted((node._tick for node in _reachable(roots) if node._first is not None), reverse=True)


def computed_by_age(*roots: Value) -> list[Value]:
    """The computed nodes at and below the roots, oldest first, also where an assigned leaf is younger than its results."""
    return sorted([node for node in _reachable(roots, check=False) if node._first is not None], key=tick_of)


def forget_gradients(root: Value, since: int) -> None:
    """Set the gradient of computed nodes younger than a tick to None, after a pass over them was given up."""
    for node in _reachable([root], check=False):
        if node._first is not None and node._tick > since:
            node.gradient = None


def is_outdated(node: Value) -> bool:
    """Whether an operand changed after the node was computed from it."""
    return any(operand._tick > node._tick for operand in operands(node))


def order_ignoring_staleness(root: Value, known: Container[Value] = ()) -> list[Value]:
    """Operands before results, also where an assigned leaf is younger than what was computed from it.

    What is `known` is left out, with all that is reached through it only.
    """
    order: list[Value] = []
    done: set[Value] = set()
    stack: list[tuple[Value, Iterator[Value]]] = [(root, iter(operands(root)))]
    entered = {root}
    while stack:
        node, rest = stack[-1]
        for operand in rest:
            if operand not in entered and operand not in known:
                entered.add(operand)
                stack.append((operand, iter(operands(operand))))
                break
        else:
            stack.pop()
            done.add(node)
            order.append(node)
    return order


def recompute(root: Value, given: Mapping[Value, float] | None = None) -> tuple[list[Value], list[float]]:
    """The computed nodes of a graph and what they would be now, without changing any.

    Args:
        given: other numbers for some leaves than those they have.

    Raises:
        ArithmeticError, ValueError: an operation fails on the leaves' present data.
    """
    fresh: dict[Value, float] = dict(given or {})
    computed: list[Value] = []
    for node in order_ignoring_staleness(root):
        operand_groups = groups(node)
        if not operand_groups:
            continue
        data = [
            tuple([fresh.get(v, v._data) for v in g]) if isinstance(g, tuple) else fresh.get(g, g._data) for g in operand_groups
        ]
        try:
            fresh[node] = result = node.primitive.calculate(*data)
        except (ArithmeticError, ValueError) as error:
            raise explain(node.primitive, flatten(operand_groups), error, flatten(data)) from None
        if math.isnan(result) and not node.primitive.is_quiet and all(map(math.isfinite, flatten(data))):
            raise explain_overflow(node.primitive, flatten(operand_groups), flatten(data))
        computed.append(node)
    return computed, [fresh[node] for node in computed]


def quiet_forward(primitive: Primitive, operand_groups: Sequence[Any]) -> float:
    """The result of a primitive where floats would raise: its limit, inf or nan."""
    quiet = [tuple(map(QuietFloat, g)) if isinstance(g, tuple) else QuietFloat(g) for g in numbers_of(operand_groups)]
    return float(primitive.forward(QUIET, *quiet))


def local_derivatives(node: Value) -> list[float]:
    """∂node/∂operand for each operand, as floats: inf where it is infinite, nan where it is undefined.

    >>> from autograd import Value
    >>> local_derivatives(Value(3.0) * Value(4.0))
    [4.0, 3.0]
    """
    return node.primitive.quiet_local_derivatives(numbers_of(groups(node)), node._data)


def quiet_pull(node: Value, upstream: float, position: int) -> float:
    """The downstream gradient of one operand, where the compiled rule would raise."""
    derivative = local_derivatives(node)[position]
    return OFF if node.primitive.selects and not derivative else upstream * derivative


def contributions(node: Value, upstream: float) -> Iterator[tuple[Value, float]]:
    """Each operand of a node with its downstream gradient, upstream × local derivative.

    An operand that a choice left out gets `OFF`, and what is `OFF` passes that on.
    """
    primitive = node.primitive
    if upstream is OFF:
        for operand in operands(node):
            yield operand, OFF
    elif isinstance(primitive, Selection):
        chosen = node._first[int(primitive.position(QUIET, *numbers_of(groups(node))))]
        for operand in operands(node):
            if operand is chosen:
                yield operand, upstream
                chosen = None
            else:
                yield operand, OFF
    elif primitive.arity in (1, 2):
        for operand, pull in zip(operands(node), primitive.pulls, strict=True):
            yield operand, pull(node, upstream)
    else:
        pairs = list(zip(operands(node), local_derivatives(node), strict=True))
        if isinstance(primitive, Summed) and node._second is not None:
            # Term by term, in the order of the backward pass, which matters to the last bit where an operand recurs.
            half = len(pairs) // 2
            pairs = [pair for term in zip(pairs[:half], pairs[half:], strict=True) for pair in term]
        for operand, derivative in pairs:
            yield operand, OFF if primitive.selects and not derivative else upstream * derivative


def accumulated(known: float | None, part: float) -> float:
    """A gradient with one more part, which may be `OFF`; None is one that nothing has reached yet."""
    return part if known is None or known is OFF is part else known + part


def levels(output: Value) -> list[list[Value]]:
    """The nodes of a graph by level: leaves first, then what depends on leaves only, and so on.

    A node's level is the length of the longest path from a leaf to it. Within a level, nodes stand in the order of computation.

    Raises:
        StaleGraphError: a node is older than one of its operands.

    >>> from autograd import Value
    >>> a, b, c = Value(3.0, "a"), Value(1.0, "b"), Value(-2.0, "c")
    >>> [len(level) for level in levels(c * (a + b))]
    [3, 1, 1]
    """
    level_of: dict[Value, int] = {}
    by_level: list[list[Value]] = []
    for node in topological_order(output):
        level = 1 + max((level_of[operand] for operand in operands(node)), default=-1)
        level_of[node] = level
        if level == len(by_level):
            by_level.append([])
        by_level[level].append(node)
    return by_level
