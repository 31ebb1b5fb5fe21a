"""Entering the terms of a sum into groups: its products as dot products, and its other terms as totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from autograd.engine.operands import as_operand
from autograd.engine.value import Value
from autograd.table.primitives import TABLE
from autograd.vectorizing.grouping.grouper import Grouper
from autograd.vectorizing.grouping.groups import Grouping, Located

_MULTIPLY = TABLE["multiply"]

Term: TypeAlias = Any
"""A product that was recorded as such, the two factors of a product in a dot product, or any other Value."""
Products: TypeAlias = dict[tuple[int, int], tuple[list[int], list[int]]]
"""The positions of left and right factors, by the groups they are in."""
Plain: TypeAlias = dict[int, list[int]]
"""The positions of terms that are not products, by the group they are in."""


class Terms:
    """Enters the sums of given terms into groups.

    Args:
        grouper: the groups.
        inner: for each sum and product that was recorded, whether its only user is a sum, so that it does not have to exist.
    """

    def __init__(self, grouper: Grouper, inner: Mapping[Value, bool]) -> None:
        self._grouper = grouper
        self._inner = inner

    def sum_of(self, terms: Sequence[Term], subtracted: Sequence[Term], node: Value | None) -> Located:
        """Where a sum is. Its dot products and totals come first, unless something is subtracted from a scalar."""
        grouper = self._grouper
        n_terms = len(terms) + len(subtracted)
        products, plain = self.classes(terms, n_terms)
        products_less, plain_less = self.classes(subtracted, n_terms) if subtracted else ({}, {})
        n_parts = len(products) + len(plain) + len(products_less) + len(plain_less)
        if not (products or products_less) and {*plain, *plain_less} <= {Grouping.CONSTANTS}:
            assert node is not None, "a step of constants is one of them"
            return Grouping.CONSTANTS, grouper.position_of_constant(node)
        if n_parts == 1 and not subtracted:
            return (self.products(products, node) or self.totals(plain, node))[0]
        whole = node if n_parts == 1 and not (products_less or plain_less) else None
        parts = [("add", part) for part in self.products(products, whole)]
        scalars = [("add", part) for part in self.totals(plain, whole)]
        if not subtracted:
            parts += scalars
        else:
            parts += [("subtract", part) for part in self.products(products_less, None)]
            scalars += [("subtract", part) for part in self.totals(plain_less, None)]
            parts = scalars + parts if plain_less else parts + scalars
            first = next((place for place, (sign, _) in enumerate(parts) if sign == "add"), None)
            if first is not None:
                parts.insert(0, parts.pop(first))
            elif terms:
                parts.insert(0, ("add", grouper.locate(terms[0])))  # 0.0 - x is not -x where x is 0.0
        (sign, result), *others = parts
        if sign == "subtract":
            result = grouper.computed("negative", (result,), None if others else node)
        for place, (sign, part) in enumerate(others, start=1):
            result = grouper.computed(sign, (result, part), node if place == len(others) else None)
        return result

    def classes(self, terms: Sequence[Term], n_terms: int) -> tuple[Products, Plain]:
        """The positions of factors and of other terms in their groups, by these groups."""
        products: Products = {}
        plain: Plain = {}
        grouper, inner = self._grouper, self._inner
        group_of, position_of, locate = grouper.group_of, grouper.position_of, grouper.locate
        for term in terms:
            if term.__class__ is tuple:
                left, right = term
            elif term.primitive is _MULTIPLY and inner[term]:
                left, right = term._first, term._second
            else:
                located = locate(term)
                if n_terms > 1 and located[0] == Grouping.CONSTANTS and repr(term._data) == "0.0":
                    continue  # where Python's `sum` starts; not -0.0
                plain.setdefault(located[0], []).append(located[1])
                continue
            try:
                first, second = group_of[left], group_of[right]
                i, j = position_of[left], position_of[right]
            except KeyError:
                (first, i), (second, j) = locate(left), locate(right)
            if first == second == Grouping.CONSTANTS:
                product = as_operand(_MULTIPLY.calculate(left._data, right._data)) if term.__class__ is tuple else term
                plain.setdefault(first, []).append(grouper.position_of_constant(product))
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

    def products(self, products: Products, node: Value | None) -> list[Located]:
        """Where the dot products of all classes of products are."""
        parts: list[Located] = []
        for (first, second), (left, right) in products.items():
            rows = [(((first, len(left)),), tuple(left)), (((second, len(right)),), tuple(right))]
            parts.append(self._grouper.computed_from_rows("dot", rows, node))
        return parts

    def totals(self, plain: Plain, node: Value | None) -> list[Located]:
        """Where the totals of all classes of other terms are, and the terms that stay scalars."""
        parts: list[Located] = []
        for number, positions in plain.items():
            if node is not None or (len(positions) > 1 and number != Grouping.CONSTANTS) or len(positions) > 2:
                row = (((number, len(positions)),), tuple(positions))
                parts.append(self._grouper.computed_from_rows("total", [row], node))
            else:
                parts += [(number, position) for position in positions]
        return parts
