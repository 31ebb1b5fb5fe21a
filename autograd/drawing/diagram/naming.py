"""The names of nodes in pictures: their labels, the names that a network gives its parameters, or v₁, v₂, … in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from autograd.engine import graph
from autograd.engine.scopes import Scope, symbols_of
from autograd.engine.value import Value
from autograd.notation.names import Name, Run, name_of_label
from autograd.notation.numbers import format_number

_ORDINALS = ("first", "second", "third")
_read_label = lru_cache(maxsize=4096)(name_of_label)


def name_of_use(node: Value, position: int, name: str) -> str:
    """Which use of an operand is meant, such as ``the first a``; empty if the node has the operand once.

    >>> a = Value(2.0, "a")
    >>> name_of_use(a * a, 1, "a"), name_of_use(a * 2, 0, "a")
    ('the second a', '')
    """
    operands = graph.operands(node)
    places = [place for place, operand in enumerate(operands) if operand is operands[position]]
    if len(places) == 1:
        return ""
    number = places.index(position)
    return f"the {_ORDINALS[number]} {name}" if number < len(_ORDINALS) else f"use {number + 1} of {name}"


def name_nodes(
    order: Sequence[Value], roots: Sequence[Value], digits: int, given: Mapping[Value, Name] | None = None
) -> dict[Value, Name]:
    """A name for every node.

    An unlabelled constant is called by its number, and an unlabelled output L, unless another node has that name. All other nodes
    without a label are called v₁, v₂, …, as in the literature on automatic differentiation.

    Args:
        order: all nodes, operands before results.
        roots: the outputs.
        digits: how many significant digits the numbers of constants have.
        given: names that are already known, of nodes without a label.
    """
    given = given or {}
    symbols = symbols_of_graph(order)
    labels = {node: symbols.get(node) or node.label for node in order}
    taken = set(labels.values())
    if len(roots) == 1 and not labels[roots[0]] and roots[0]._first is not None and "L" not in taken:
        labels[roots[0]] = "L"
    names: dict[Value, Name] = {}
    number = 0
    for node in order:
        label = labels[node]
        if label:
            names[node] = _read_label(label)
        elif node in given:
            names[node] = given[node]
        elif node.primitive.name == "constant":
            names[node] = (Run(format_number(node._data, digits)),)
        else:
            number += 1
            while taken and (f"v{number}" in taken or f"v_{number}" in taken):
                number += 1
            names[node] = (Run("v", italic=True), Run(str(number), -1))
    return names


def symbols_of_graph(order: Sequence[Value]) -> dict[Value, str]:
    """The names that networks give parameters without a label; those of an outer network take precedence over an inner one's."""
    chains: dict[int, list[Scope]] = {}
    for node in order:
        scope = node._scope
        if scope is None or id(scope) in chains:
            continue
        chain: list[Scope] = []
        around: Scope | None = scope
        while around is not None:
            chain.append(around)
            around = around[0]
        chains[id(scope)] = chain
    symbols: dict[Value, str] = {}
    asked: set[int] = set()
    deepest = max(map(len, chains.values()), default=0)
    for depth in range(1, deepest + 1):
        for chain in chains.values():
            if len(chain) >= depth and id(chain[-depth][1]) not in asked:
                asked.add(id(chain[-depth][1]))
                for value, symbol in symbols_of(chain[-depth]).items():
                    symbols.setdefault(value, symbol)
    return symbols
