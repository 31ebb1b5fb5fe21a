"""Entering running sums and products into groups: each by its step, which is added to the one before or multiplied with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autograd.engine.value import Value
from autograd.table.primitives import TABLE
from autograd.vectorizing.grouping.grouper import Grouper
from autograd.vectorizing.grouping.groups import Grouping, Located
from autograd.vectorizing.grouping.running import Chains
from autograd.vectorizing.grouping.terms import Plain, Products, Term, Terms

_MULTIPLY, _CONSTANT = TABLE["multiply"], TABLE["constant"]


class Accumulations:
    """The chains of a graph while it is being grouped.

    Args:
        grouper: the groups.
        terms: enters the sums that steps are.
        inner: for each sum and product that was recorded, whether its only user is a sum.
        chains: which sums and products continue others.
    """

    def __init__(self, grouper: Grouper, terms: Terms, inner: Mapping[Value, bool], chains: Chains) -> None:
        self._grouper = grouper
        self._terms = terms
        self._inner = inner
        self._chains = chains
        # For each sum of a chain, which groups its step is from.
        self._ways: dict[Value, Any] = {}

    def running_sum(self, terms: Sequence[Term], subtracted: Sequence[Term], node: Value) -> Located | None:
        """Where a sum is that starts a chain, or continues it in the same way as the sum before; None for any other sum."""
        chains = self._chains
        one = chains.before[node]
        place = next((place for place, term in enumerate(terms) if term is one), None)
        if place is None:
            return None
        rest = [*terms[:place], *terms[place + 1 :]]
        n_terms = len(terms) + len(subtracted)
        products, plain = self._terms.classes(rest, n_terms)
        products_less, plain_less = self._terms.classes(subtracted, n_terms)
        way = self._ways[node] = [frozenset(classes) for classes in (products, plain, products_less, plain_less)]
        if one in chains.before and self._ways.get(one) != way:
            return None
        step: Located | None = None
        n_parts = len(products) + len(plain)
        if not (products or products_less) and {*plain, *plain_less} <= {Grouping.CONSTANTS}:
            if subtracted or len(plain.get(Grouping.CONSTANTS, ())) != 1:
                return None
            step = Grouping.CONSTANTS, plain[Grouping.CONSTANTS][0]
        elif n_parts == 1 and not subtracted:
            step = self._step(products, plain, is_total=chains.first[node] in chains.uneven)
        else:
            step = self._terms.sum_of(rest, subtracted, None)
        before = None if one.primitive is _CONSTANT and repr(one._data) == "0.0" else self._start(one, step)
        return self._grouper.accumulated("running sum", before, step, node)

    def running_product(self, node: Value) -> Located:
        """Where a product is that starts a chain or continues one."""
        grouper, one = self._grouper, self._chains.before[node]
        before = grouper.locate(one)
        step = grouper.locate(node._second if node._first is one else node._first)
        if one not in self._chains.before:
            if one.primitive is _CONSTANT and one._data == 1.0:
                return grouper.accumulated("running product", None, step, node)
            if before[0] == step[0] != Grouping.CONSTANTS:
                before = grouper.accumulated("running product", None, before, None)
        return grouper.accumulated("running product", before, step, node)

    def first_product(self, node: Value) -> Located:
        """Where a product is that a running sum of products starts with: in the group of that sum."""
        products, plain = self._terms.classes([(node._first, node._second)], 1)
        if plain:
            return Grouping.CONSTANTS, self._grouper.position_of_constant(node)
        return self._grouper.accumulated("running sum", None, self._terms.products(products, None)[0], node)

    def _step(self, products: Products, plain: Plain, *, is_total: bool) -> Located:
        """Where the sum of terms of one class is.

        Args:
            is_total: whether a single term is a total too.
        """
        for number, positions in plain.items():
            if len(positions) == 1 and not is_total:
                return number, positions[0]
            return self._grouper.computed_from_rows("total", [(((number, len(positions)),), tuple(positions))], None)
        return self._terms.products(products, None)[0]

    def _start(self, value: Value, step: Located) -> Located | None:
        """Where the sum is that a step is added to. The start of a chain is its first step, if it is from the same group."""
        grouper = self._grouper
        if value in self._chains.before or value in self._chains.starts:
            return grouper.locate(value)
        products, plain = self._terms.classes([(value._first, value._second) if value.primitive is _MULTIPLY else value], 1)
        group = grouper.groups[step[0]]
        like: Located | None = None
        if [group.primitive, *products] == ["dot", tuple(group.operand_groups())] or (
            group.primitive == "total" and [*plain] == group.operand_groups()
        ):
            like = self._step(products, plain, is_total=True)
        elif [*plain] == [step[0]] and step[0] != Grouping.CONSTANTS:
            like = self._step(products, plain, is_total=False)
        if like is not None and like[0] == step[0]:
            return grouper.accumulated("running sum", None, like, None)
        if value.primitive is _MULTIPLY and self._inner[value]:
            return self._terms.products(products, None)[0] if products else (Grouping.CONSTANTS, plain[Grouping.CONSTANTS][0])
        return grouper.locate(value)
