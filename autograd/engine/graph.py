"""A recorded graph as plain data: its order, its edges, and recomputing it.

The functions here read the slots of Values and know nothing else of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any, Protocol, TypeVar

from autograd.errors import explain, explain_overflow, explain_stale
from autograd.table.floats import QUIET, QuietFloat
from autograd.table.rules import Primitive, Selection, Summed


class Node(Protocol):
    """What the engine knows of a Value: its slots, which `autograd.engine.value.Value` describes."""

    _data: float
    _first: Any
    _second: Any
    _scope: Any
    _tick: int
    gradient: float | None
    label: str
    primitive: Primitive


N = TypeVar("N", bound=Node)
S = TypeVar("S")

tick_of = attrgetter("_tick")

# The gradient of what a choice left out, as long as nothing else has arrived there: a zero known by its identity, which passes
# itself on, whatever the local derivative (0 × inf too). Added to anything else it is an ordinary zero.
OFF = float("0.0")


def groups(node: Node) -> tuple[Any, ...]:
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


def operands(node: N) -> tuple[N, ...]:
    """A node's operands in order; empty for a leaf."""
    first, second = node._first, node._second
    # Without a call of another function: this is asked of every node on every walk.
    if first.__class__ is not tuple:
        return () if first is None else (first,) if second is None else (first, second)
    if second is None:
        return first
    return (*first, *second) if second.__class__ is tuple else (*first, second)


def regrouped(node: Node, flat: Sequence[Any]) -> tuple[Any, Any]:
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


def topological_order(*roots: N) -> list[N]:
    """All nodes that the roots were computed from, themselves included, oldest first: operands before results.

    Raises:
        StaleGraphError: a node is older than one of its operands.
    """
    nodes = _reachable(roots)
    nodes.sort(key=tick_of)
    return nodes


def _reachable(roots: Sequence[N], *, check: bool = True) -> list[N]:
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


def ticks_below(roots: Sequence[Node]) -> list[int]:
    """The ticks of all computed nodes that the roots depend on, youngest first.

    Raises:
        StaleGraphError: a node is older than one of its operands.
    """
    return sorted((node._tick for node in _reachable(roots) if node._first is not None), reverse=True)


def computed_by_age(*roots: N) -> list[N]:
    """The computed nodes at and below the roots, oldest first, also where an assigned leaf is younger than its results."""
    return sorted([node for node in _reachable(roots, check=False) if node._first is not None], key=tick_of)


def forget_gradients(root: Node, since: int) -> None:
    """Set the gradient of computed nodes younger than a tick to None, after a pass over them was given up."""
    for node in _reachable([root], check=False):
        if node._first is not None and node._tick > since:
            node.gradient = None


def is_outdated(node: Node) -> bool:
    """Whether an operand changed after the node was computed from it."""
    return any(operand._tick > node._tick for operand in operands(node))


def order_ignoring_staleness(root: N, known: Container[N] = ()) -> list[N]:
    """Operands before results, also where an assigned leaf is younger than what was computed from it.

    What is `known` is left out, with all that is reached through it only.
    """
    order: list[N] = []
    done: set[Node] = set()
    stack: list[tuple[N, Iterator[N]]] = [(root, iter(operands(root)))]
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


def recompute(root: N, given: Mapping[Any, float] | None = None) -> tuple[list[N], list[float]]:
    """The computed nodes of a graph and what they would be now, without changing any.

    Args:
        given: other numbers for some leaves than those they have.

    Raises:
        ArithmeticError, ValueError: an operation fails on the leaves' present data.
    """
    computed = [node for node in order_ignoring_staleness(root) if node._first is not None]
    return computed, recomputed(computed, given or {})


def recomputed(nodes: Sequence[N], given: Mapping[Any, float]) -> list[float]:
    """What computed nodes would be, of which each comes behind its operands, with other numbers for some leaves.

    Raises:
        ArithmeticError, ValueError: an operation fails on these numbers; the first one in this order is named.
    """
    fresh: dict[Node, float] = dict(given)
    for node in nodes:
        operand_groups = groups(node)
        data = [
            tuple([fresh.get(v, v._data) for v in g]) if isinstance(g, tuple) else fresh.get(g, g._data) for g in operand_groups
        ]
        try:
            fresh[node] = result = node.primitive.calculate(*data)
        except (ArithmeticError, ValueError) as error:
            raise explain(node.primitive, flatten(operand_groups), error, flatten(data)) from None
        if math.isnan(result) and not node.primitive.is_quiet and all(map(math.isfinite, flatten(data))):
            raise explain_overflow(node.primitive, flatten(operand_groups), flatten(data))
    return [fresh[node] for node in nodes]


def quiet_forward(primitive: Primitive, operand_groups: Sequence[Any]) -> float:
    """The result of a primitive where floats would raise: its limit, inf or nan."""
    quiet = [tuple(map(QuietFloat, g)) if isinstance(g, tuple) else QuietFloat(g) for g in numbers_of(operand_groups)]
    return float(primitive.forward(QUIET, *quiet))


def local_derivatives(node: Node) -> list[float]:
    """∂node/∂operand for each operand, as floats: inf where it is infinite, nan where it is undefined.

    >>> from autograd import Value
    >>> local_derivatives(Value(3.0) * Value(4.0))
    [4.0, 3.0]
    """
    return node.primitive.quiet_local_derivatives(numbers_of(groups(node)), node._data)


def quiet_pull(node: Node, upstream: float, position: int) -> float:
    """The downstream gradient of one operand, where the compiled rule would raise."""
    derivative = local_derivatives(node)[position]
    return OFF if node.primitive.selects and not derivative else upstream * derivative


def contributions(node: N, upstream: float) -> Iterator[tuple[N, float]]:
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
        for place in places_in_order(node):
            operand, derivative = pairs[place]
            yield operand, OFF if primitive.selects and not derivative else upstream * derivative


def places_in_order(node: Node) -> Sequence[int]:
    """The places of a node's operands in the order in which the backward pass takes them: a dot product's term by term.

    That matters to the last bit where an operand recurs.
    """
    n = len(operands(node))
    if isinstance(node.primitive, Summed) and node._second is not None:
        return [place for term in range(n // 2) for place in (term, term + n // 2)]
    return range(n)


def walk_back(order: Sequence[N], sums: Mapping[N, S]) -> Iterator[tuple[N, S]]:
    """The computed nodes that a gradient has reached, youngest first, each with that gradient: the frame of a backward pass.

    While walking, add to `sums` what each node passes on to its operands. A node's own sum is complete when its turn comes, since
    all that was computed from it is younger.

    Args:
        order: the nodes, operands before results.
        sums: the gradients so far; at the start those of the outputs.

    >>> from autograd import Value
    >>> a, b = Value(3.0), Value(4.0)
    >>> c = a * b
    >>> d = c * c
    >>> sums = {d: 1.0}
    >>> for node, upstream in walk_back([a, b, c, d], sums):
    ...     for operand, downstream in contributions(node, upstream):
    ...         sums[operand] = accumulated(sums.get(operand), downstream)
    >>> sums[c], sums[a]
    (24.0, 96.0)
    """
    for node in reversed(order):
        if node._first is not None and node in sums:
            yield node, sums[node]


def accumulated(known: float | None, part: float) -> float:
    """A gradient with one more part, which may be `OFF`; None is one that nothing has reached yet."""
    return part if known is None or known is OFF is part else known + part
