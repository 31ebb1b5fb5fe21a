"""Recovering dot products: a weighted sum that was written with + and * is taken apart and put together as a `dot`.

The terms of a sum are what its operands add up to, unless something else uses the partial sums. Terms that are products of
operands from the same two groups make one dot product, and several terms from the same group make one `total`; the rest is
added. So ``b + w₀x₀ + w₁x₁`` becomes ``dot(w, x) + b`` in whatever order it was written, and ``dot([*v, *w], [*h, *x])``
becomes ``dot(v, h) + dot(w, x)``. What is subtracted makes sums of its own: ``b - w₀x₀ - w₁x₁`` becomes ``b - dot(w, x)``.

A sum that continues another sum in the way in which that one continues its own is a running sum (`accumulating.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from autograd.engine.value import Value
from autograd.table.primitives import TABLE
from autograd.vectorizing.grouping.accumulating import Accumulations
from autograd.vectorizing.grouping.grouper import Grouper
from autograd.vectorizing.grouping.groups import Group, Grouping, Located
from autograd.vectorizing.grouping.running import Chains
from autograd.vectorizing.grouping.terms import Term, Terms
from autograd.vectorizing.grouping.traversal import SUMS

_ADD, _MULTIPLY, _TOTAL, _DOT = TABLE["add"], TABLE["multiply"], TABLE["total"], TABLE["dot"]
_NEGATIVE, _CONSTANT = TABLE["negative"], TABLE["constant"]


class Sums:
    """The sums of a graph, while it is being grouped.

    Args:
        grouper: the groups.
        inner: for each sum and product that was recorded, whether its only user is a sum, so that it does not have to exist.
        chains: which sums and products continue others.
    """

    def __init__(self, grouper: Grouper, inner: dict[Value, bool], chains: Chains) -> None:
        self._grouper = grouper
        self._inner = inner
        self._chains = chains
        self._parts = Terms(grouper, inner)
        self._accumulations = Accumulations(grouper, self._parts, inner, chains)
        self._terms: dict[Value, list[Term]] = {}
        # The terms that a sum subtracts, where it has any.
        self._subtracted: dict[Value, list[Term]] = {}
        # Differences of two scalars: in a longer sum, what cancels in one of them would cancel with more rounding errors.
        self._differences: set[Value] = set()

    def enter_all(self, nodes: Iterable[Value]) -> None:
        """Enter nodes into their groups, operands first."""
        before, starts = self._chains.before, self._chains.starts
        # One loop without calls for the common cases, since about half of a graph's nodes are sums and products.
        inner, all_terms, all_subtracted = self._inner, self._terms, self._subtracted
        pop = all_terms.pop
        subtracted: list[Term]
        for node in nodes:
            primitive = node.primitive
            if primitive is _MULTIPLY:
                if inner[node]:
                    continue  # A product within a sum is a term as it stands.
                if node in before:
                    self._grouper.put_at(node, self._accumulations.running_product(node))
                elif node in starts:
                    self._grouper.put_at(node, self._accumulations.first_product(node))
                else:
                    self._grouper.enter(node)
                continue
            subtracted = []
            if primitive is _ADD and not all_subtracted:
                left, right = node._first, node._second
                terms = pop(left) if left in all_terms else [left]
                # The longer list is extended by the shorter, so that a chain of additions takes time in proportion to its length.
                if right not in all_terms:
                    terms.append(right)
                else:
                    more = pop(right)
                    if len(more) > len(terms):
                        terms, more = more, terms
                    terms += more
            elif primitive is _TOTAL and not all_subtracted:
                terms = []
                for operand in node._first:
                    if operand in all_terms:
                        terms += pop(operand)
                    else:
                        terms.append(operand)
            elif primitive in SUMS:
                signed = self._signed_terms(node)
                if signed is None:
                    continue
                terms, subtracted = signed
            elif primitive is _DOT:
                terms = self._terms_of_dot(node)
                if not terms:
                    continue
            else:
                self._grouper.enter(node)
                continue
            if inner[node]:
                all_terms[node] = terms
                if subtracted:
                    all_subtracted[node] = subtracted
            else:
                self._grouper.put_at(node, self._sum_of(terms, subtracted, node))

    def _signed_terms(self, node: Value) -> tuple[list[Term], list[Term]] | None:
        """What a sum adds and what it subtracts; None for a negative that is not a term of a sum, which is entered."""
        primitive, first, second = node.primitive, node._first, node._second
        if primitive is _NEGATIVE:
            if not self._inner[node] or self._is_scalar(first):
                self._close(first)
                self._grouper.enter(node)
                return None
            terms, subtracted = self._taken(first)
            return subtracted, terms
        if primitive is _TOTAL:
            terms, subtracted = [], []
            for operand in first:
                terms, subtracted = _joined((terms, subtracted), self._taken(operand))
            return terms, subtracted
        if first in self._differences and (primitive is _ADD or not self._is_scalar(second)):
            self._close(first)
        if primitive is _ADD:
            return _joined(self._taken(first), self._taken(second))
        if self._is_scalar(first) and self._is_scalar(second) and first.primitive is not _CONSTANT:
            self._differences.add(node)
        more, less = self._taken(second)
        return _joined(self._taken(first, flat=True), (less, more))

    def _is_scalar(self, value: Value) -> bool:
        """Whether a Value is a term as it stands, and not a product."""
        return value not in self._terms and not (value.primitive is _MULTIPLY and self._inner[value])

    def _close(self, value: Value) -> None:
        """Enter a sum or product that was waiting for the sum that it would be part of."""
        terms = self._terms.pop(value, None)
        if terms is not None:
            self._differences.discard(value)
            self._grouper.put_at(value, self._sum_of(terms, self._subtracted.pop(value, []), value))
        elif value.primitive is _MULTIPLY and self._inner[value]:
            self._inner[value] = False
            self._grouper.enter(value)

    def _taken(self, value: Value, *, flat: bool = False) -> tuple[list[Term], list[Term]]:
        """What an operand of a sum adds to it and subtracts from it.

        Args:
            flat: whether to take a difference of two scalars apart too.
        """
        if value in self._differences and not flat:
            self._close(value)
        terms = self._terms.pop(value, None)
        if terms is None:
            return [value], []
        self._differences.discard(value)
        return terms, self._subtracted.pop(value, [])

    def _terms_of_dot(self, node: Value) -> list[Term]:
        """The terms of a dot product whose operands come from several groups; none for any other, which is entered."""
        rows = [self._grouper.sequence(node._first), self._grouper.sequence(node._second)]
        (left_runs, left), (right_runs, _) = rows
        if len(left_runs) == len(right_runs) == 1 and len(left) > 1:
            rows.sort(key=lambda row: row[0][0][0])
            self._grouper.put_at(node, self._grouper.computed_from_rows("dot", rows, node))
            return []
        return list(zip(node._first, node._second, strict=True))

    def _sum_of(self, terms: list[Term], subtracted: list[Term], node: Value) -> Located:
        if node in self._chains.before:
            located = self._accumulations.running_sum(terms, subtracted, node)
            if located is not None:
                return located
        return self._parts.sum_of(terms, subtracted, node)


def settle(groups: Sequence[Group]) -> None:
    """Turn dot products with nothing but ones into totals."""
    members = groups[Grouping.CONSTANTS].members
    ones = [place for place, member in enumerate(members) if member is not None and member._data == 1.0]
    for group in groups:
        if group.primitive == "dot" and ones:
            for slot, other in (group.rows, group.rows[::-1]):
                if slot.runs == ((Grouping.CONSTANTS, slot.length),) and list(slot.number_of) == [tuple(ones * slot.length)]:
                    group.primitive, group.slots = "total", [other]
                    break


def _joined(one: tuple[list[Term], list[Term]], other: tuple[list[Term], list[Term]]) -> tuple[list[Term], list[Term]]:
    """The terms of two sums together; the longer lists are extended by the shorter ones."""
    joined = []
    for terms, more in zip(one, other, strict=True):
        if len(more) > len(terms):
            terms, more = more, terms
        terms += more
        joined.append(terms)
    return joined[0], joined[1]
