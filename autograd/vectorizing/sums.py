"""Recovering dot products: a weighted sum that was written with + and * is taken apart and put together as a `dot`.

A sum's terms are what its operands add up to, as long as nobody else uses the partial sums. Terms that are products of
operands of the same two groups make one dot product; three terms or more of the same group make one `total`; what remains
is added. So ``b + w₀x₀ + w₁x₁`` becomes ``dot(w, x) + b`` in whatever order it was written, and ``dot([*v, *w], [*h, *x])``
becomes ``dot(v, h) + dot(w, x)``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

from autograd.primitives import TABLE
from autograd.value import Value
from autograd.vectorizing.groups import Grouping, Located

if TYPE_CHECKING:
    from autograd.vectorizing.grouping import Grouper

_ADD, _MULTIPLY, _TOTAL, _DOT = TABLE["add"], TABLE["multiply"], TABLE["total"], TABLE["dot"]
_CONSTANT = TABLE["constant"]
SUMS = (_ADD, _TOTAL)
TERMS = (_ADD, _TOTAL, _MULTIPLY, _DOT)

# A product that was recorded as such, the two factors of one that was part of a dot product, or anything else.
Term: TypeAlias = Any


class Sums:
    """The sums of a graph, while it is being grouped.

    Attributes:
        inner: of each sum and product that was recorded, whether its only user is a sum, so that it need not exist.
    """

    def __init__(self, grouper: Grouper) -> None:
        self._grouper = grouper
        self._group_of, self._position_of = grouper.group_of, grouper.position_of
        self._terms: dict[Value, list[Term]] = {}
        self.inner: dict[Value, bool] = {}

    def enter_all(self, nodes: Iterable[Value]) -> None:
        """Enter nodes into their groups, operands first."""
        # One loop without calls for the common cases: a graph has as many sums and products as everything else together.
        inner, all_terms = self.inner, self._terms
        pop = all_terms.pop
        for node in nodes:
            primitive = node.primitive
            if primitive is _MULTIPLY:
                if inner[node]:
                    continue  # A product within a sum is a term as it stands.
                self._grouper.enter(node)
                continue
            if primitive is _ADD:
                left, right = node._first, node._second
                terms = pop(left) if left in all_terms else [left]
                # Not copied but extended, the longer by the shorter: a chain of additions takes time in proportion to its length.
                if right not in all_terms:
                    terms.append(right)
                else:
                    more = pop(right)
                    if len(more) > len(terms):
                        terms, more = more, terms
                    terms += more
            elif primitive is _TOTAL:
                terms = []
                for operand in node._first:
                    if operand in all_terms:
                        terms += pop(operand)
                    else:
                        terms.append(operand)
            elif primitive is _DOT:
                terms = self._terms_of_dot(node)
                if not terms:
                    continue
            else:
                self._grouper.enter(node)
                continue
            if inner[node]:
                all_terms[node] = terms
            else:
                self._grouper.put_at(node, self._sum_of(terms, node))

    def _terms_of_dot(self, node: Value) -> list[Term]:
        """The terms of a dot product whose operands come from several groups; a plain one is entered and has none."""
        rows = [self._grouper.sequence(node._first), self._grouper.sequence(node._second)]
        (left_runs, left), (right_runs, _) = rows
        if len(left_runs) == len(right_runs) == 1 and len(left) > 1:
            rows.sort(key=lambda row: row[0][0][0])
            self._grouper.put_at(node, self._grouper.computed_from_rows("dot", rows, node))
            return []
        return list(zip(node._first, node._second, strict=True))

    def _sum_of(self, terms: list[Term], node: Value) -> Located:
        products, plain = self._classes(terms)
        n_parts = len(products) + sum(1 if len(positions) > 2 else len(positions) for positions in plain.values())
        whole = node if n_parts == 1 else None
        parts: list[Located] = []
        grouper = self._grouper
        for (first, second), (left, right) in products.items():
            if len(left) == 1:
                parts.append(grouper.computed("multiply", ((first, left[0]), (second, right[0])), whole))
            else:
                rows = [(((first, len(left)),), tuple(left)), (((second, len(right)),), tuple(right))]
                parts.append(grouper.computed_from_rows("dot", rows, whole))
        for number, positions in plain.items():
            if len(positions) > 2:
                parts.append(grouper.computed_from_rows("total", [(((number, len(positions)),), tuple(positions))], whole))
            else:
                parts += [(number, position) for position in positions]
        if not parts:
            return grouper.locate(terms[0])  # a sum of zeros
        result = parts[0]
        for place, part in enumerate(parts[1:], start=2):
            result = grouper.computed("add", (result, part), node if place == len(parts) else None)
        return result

    def _classes(self, terms: list[Term]) -> tuple[dict[tuple[int, int], tuple[list[int], list[int]]], dict[int, list[int]]]:
        """Terms by the groups of what is multiplied, or of what is added: the positions in these groups."""
        products: dict[tuple[int, int], tuple[list[int], list[int]]] = {}
        plain: dict[int, list[int]] = {}
        group_of, position_of, inner, locate = self._group_of, self._position_of, self.inner, self._grouper.locate
        constants = Grouping.CONSTANTS
        for term in terms:
            if term.__class__ is tuple:
                left, right = term
            elif term.primitive is _MULTIPLY and inner[term]:
                left, right = term._first, term._second
            else:
                if term._first is None and _is_constant(term, "0.0") and len(terms) > 1:
                    continue  # where Python's `sum` starts
                located = locate(term)
                plain.setdefault(located[0], []).append(located[1])
                continue
            try:
                first, second = group_of[left], group_of[right]
                i, j = position_of[left], position_of[right]
            except KeyError:
                (first, i), (second, j) = locate(left), locate(right)
            if first == constants or second == constants:
                if _is_constant(left, "1.0"):
                    plain.setdefault(second, []).append(j)
                    continue
                if _is_constant(right, "1.0"):
                    plain.setdefault(first, []).append(i)
                    continue
            if second < first:
                first, second, i, j = second, first, j, i
            known = products.get((first, second))
            if known is None:
                products[first, second] = [i], [j]
            else:
                known[0].append(i)
                known[1].append(j)
        return products, plain


def _is_constant(value: Value, number: str) -> bool:
    """Whether a Value is the constant that is written so; 0.0 is not -0.0."""
    return value.primitive is _CONSTANT and repr(value._data) == number
