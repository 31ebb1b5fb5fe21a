"""Recovering dot products: a weighted sum that was written with + and * is taken apart and put together as a `dot`.

A sum's terms are what its operands add up to, as long as nobody else uses the partial sums. Terms that are products of
operands of the same two groups make one dot product; several terms of the same group make one `total`; what remains is
added. So ``b + w₀x₀ + w₁x₁`` becomes ``dot(w, x) + b`` in whatever order it was written, and ``dot([*v, *w], [*h, *x])``
becomes ``dot(v, h) + dot(w, x)``. What is subtracted makes sums of its own: ``b - w₀x₀ - w₁x₁`` becomes ``b - dot(w, x)``.

A sum that continues another in the same way as that one continued its own is a running sum, and so is the first of a chain.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from autograd.engine.operands import as_operand
from autograd.engine.value import Value
from autograd.table.primitives import TABLE
from autograd.vectorizing.grouping.groups import Group, Grouping, Located, Rows
from autograd.vectorizing.grouping.running import Chains

if TYPE_CHECKING:
    from autograd.vectorizing.grouping.grouping import Grouper

_ADD, _MULTIPLY, _TOTAL, _DOT = TABLE["add"], TABLE["multiply"], TABLE["total"], TABLE["dot"]
_SUBTRACT, _NEGATIVE = TABLE["subtract"], TABLE["negative"]
_CONSTANT = TABLE["constant"]
SUMS = (_ADD, _TOTAL, _SUBTRACT, _NEGATIVE)
TERMS = (*SUMS, _MULTIPLY, _DOT)

# A product that was recorded as such, the two factors of one that was part of a dot product, or anything else.
Term: TypeAlias = Any
_Products: TypeAlias = dict[tuple[int, int], tuple[list[int], list[int]]]
_Plain: TypeAlias = dict[int, list[int]]


class Sums:
    """The sums of a graph, while it is being grouped.

    Attributes:
        inner: of each sum and product that was recorded, whether its only user is a sum, so that it need not exist.
    """

    def __init__(self, grouper: Grouper) -> None:
        self._grouper = grouper
        self._group_of, self._position_of = grouper.group_of, grouper.position_of
        self._terms: dict[Value, list[Term]] = {}
        # The terms that a sum subtracts, where it has any.
        self._subtracted: dict[Value, list[Term]] = {}
        # Differences of two scalars: what has cancelled in one would cancel with more roundings in a longer sum.
        self._differences: set[Value] = set()
        self.inner: dict[Value, bool] = {}
        # Of each sum of a chain, which groups its step is from.
        self._ways: dict[Value, Any] = {}

    def enter_all(self, nodes: Iterable[Value], chains: Chains) -> None:
        """Enter nodes into their groups, operands first."""
        self._chains = chains
        before, starts = chains.before, chains.starts
        # One loop without calls for the common cases: a graph has as many sums and products as everything else together.
        inner, all_terms, all_subtracted = self.inner, self._terms, self._subtracted
        pop = all_terms.pop
        subtracted: list[Term]
        for node in nodes:
            primitive = node.primitive
            if primitive is _MULTIPLY:
                if inner[node]:
                    continue  # A product within a sum is a term as it stands.
                if node in before:
                    self._grouper.put_at(node, self._running_product(node))
                elif node in starts:
                    self._grouper.put_at(node, self._first_product(node))
                else:
                    self._grouper.enter(node)
                continue
            subtracted = []
            if primitive is _ADD and not all_subtracted:
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
        """What a sum adds and what it subtracts; a negative that is no term of a sum is entered and has none."""
        primitive, first, second = node.primitive, node._first, node._second
        if primitive is _NEGATIVE:
            if not self.inner[node] or self._is_scalar(first):
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
        """Whether a Value is a term as it stands and no product."""
        return value not in self._terms and not (value.primitive is _MULTIPLY and self.inner[value])

    def _close(self, value: Value) -> None:
        """Enter a sum or product that was waiting for the sum it would be part of."""
        terms = self._terms.pop(value, None)
        if terms is not None:
            self._differences.discard(value)
            self._grouper.put_at(value, self._sum_of(terms, self._subtracted.pop(value, []), value))
        elif value.primitive is _MULTIPLY and self.inner[value]:
            self.inner[value] = False
            self._grouper.enter(value)

    def _taken(self, value: Value, *, flat: bool = False) -> tuple[list[Term], list[Term]]:
        """What an operand of a sum adds to it and subtracts from it.

        Args:
            flat: take a difference of two scalars apart too.
        """
        if value in self._differences and not flat:
            self._close(value)
        terms = self._terms.pop(value, None)
        if terms is None:
            return [value], []
        self._differences.discard(value)
        return terms, self._subtracted.pop(value, [])

    def _terms_of_dot(self, node: Value) -> list[Term]:
        """The terms of a dot product whose operands come from several groups; a plain one is entered and has none."""
        rows = [self._grouper.sequence(node._first), self._grouper.sequence(node._second)]
        (left_runs, left), (right_runs, _) = rows
        if len(left_runs) == len(right_runs) == 1 and len(left) > 1:
            rows.sort(key=lambda row: row[0][0][0])
            self._grouper.put_at(node, self._grouper.computed_from_rows("dot", rows, node))
            return []
        return list(zip(node._first, node._second, strict=True))

    def _sum_of(self, terms: list[Term], subtracted: list[Term], node: Value | None) -> Located:
        """Where a sum is: its dot products and totals first, as long as nothing is subtracted from a scalar."""
        grouper = self._grouper
        if node in self._chains.before:
            located = self._running_sum(terms, subtracted, node)
            if located is not None:
                return located
        n_terms = len(terms) + len(subtracted)
        products, plain = self._classes(terms, n_terms)
        products_less, plain_less = self._classes(subtracted, n_terms) if subtracted else ({}, {})
        n_parts = len(products) + len(plain) + len(products_less) + len(plain_less)
        if not (products or products_less) and {*plain, *plain_less} <= {Grouping.CONSTANTS}:
            assert node is not None, "a step of constants is one of them"
            return Grouping.CONSTANTS, grouper.position_of_constant(node)
        if n_parts == 1 and not subtracted:
            return (self._products(products, node) or self._totals(plain, node))[0]
        whole = node if n_parts == 1 and not (products_less or plain_less) else None
        parts = [("add", part) for part in self._products(products, whole)]
        scalars = [("add", part) for part in self._totals(plain, whole)]
        if not subtracted:
            parts += scalars
        else:
            parts += [("subtract", part) for part in self._products(products_less, None)]
            scalars += [("subtract", part) for part in self._totals(plain_less, None)]
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

    def _running_sum(self, terms: list[Term], subtracted: list[Term], node: Value) -> Located | None:
        """Where a sum is that starts a chain or continues one in the same way as the one before; None for any other."""
        chains = self._chains
        one = chains.before[node]
        place = next((place for place, term in enumerate(terms) if term is one), None)
        if place is None:
            return None
        rest = terms[:place] + terms[place + 1 :]
        n_terms = len(terms) + len(subtracted)
        products, plain = self._classes(rest, n_terms)
        products_less, plain_less = self._classes(subtracted, n_terms)
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
            step = self._sum_of(rest, subtracted, None)
        before = None if one.primitive is _CONSTANT and repr(one._data) == "0.0" else self._start(one, step)
        return self._grouper.accumulated("running sum", before, step, node)

    def _step(self, products: _Products, plain: _Plain, *, is_total: bool) -> Located:
        """Where the sum of terms of one class is.

        Args:
            is_total: also of a single one.
        """
        for number, positions in plain.items():
            if len(positions) == 1 and not is_total:
                return number, positions[0]
            return self._grouper.computed_from_rows("total", [(((number, len(positions)),), tuple(positions))], None)
        return self._products(products, None)[0]

    def _start(self, value: Value, step: Located) -> Located | None:
        """Where the sum is that a step is added to. What a chain starts with is its first step, if it is from the same group."""
        grouper = self._grouper
        if value in self._chains.before or value in self._chains.starts:
            return grouper.locate(value)
        products, plain = self._classes([(value._first, value._second) if value.primitive is _MULTIPLY else value], 1)
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
        if value.primitive is _MULTIPLY and self.inner[value]:
            return self._products(products, None)[0] if products else (Grouping.CONSTANTS, plain[Grouping.CONSTANTS][0])
        return grouper.locate(value)

    def _first_product(self, node: Value) -> Located:
        """Where a product is that sums of products start with: with these sums."""
        products, plain = self._classes([(node._first, node._second)], 1)
        if plain:
            return Grouping.CONSTANTS, self._grouper.position_of_constant(node)
        return self._grouper.accumulated("running sum", None, self._products(products, None)[0], node)

    def _running_product(self, node: Value) -> Located:
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

    def _products(self, products: _Products, node: Value | None) -> list[Located]:
        grouper = self._grouper
        parts: list[Located] = []
        for (first, second), (left, right) in products.items():
            rows = [(((first, len(left)),), tuple(left)), (((second, len(right)),), tuple(right))]
            parts.append(grouper.computed_from_rows("dot", rows, node))
        return parts

    def _totals(self, plain: _Plain, node: Value | None) -> list[Located]:
        parts: list[Located] = []
        for number, positions in plain.items():
            if node is not None or (len(positions) > 1 and number != Grouping.CONSTANTS) or len(positions) > 2:
                row = (((number, len(positions)),), tuple(positions))
                parts.append(self._grouper.computed_from_rows("total", [row], node))
            else:
                parts += [(number, position) for position in positions]
        return parts

    def _classes(self, terms: list[Term], n_terms: int) -> tuple[_Products, _Plain]:
        """Terms by the groups of what is multiplied, or of what is added: the positions in these groups."""
        products: _Products = {}
        plain: _Plain = {}
        group_of, position_of, inner, locate = self._group_of, self._position_of, self.inner, self._grouper.locate
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
                plain.setdefault(first, []).append(self._grouper.position_of_constant(product))
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


def settle(groups: Sequence[Group]) -> None:
    """Make dot products with nothing but ones, whatever they were grouped with, the totals that they are."""
    members = groups[Grouping.CONSTANTS].members
    ones = [place for place, member in enumerate(members) if member is not None and member._data == 1.0]
    for group in groups:
        if group.primitive == "dot" and ones:
            for slot, other in (group.slots, group.slots[::-1]):
                assert isinstance(slot, Rows)
                if slot.runs == ((Grouping.CONSTANTS, slot.length),) and list(slot.number_of) == [tuple(ones * slot.length)]:
                    group.primitive, group.slots = "total", [other]
                    break


def _joined(one: tuple[list[Term], list[Term]], other: tuple[list[Term], list[Term]]) -> tuple[list[Term], list[Term]]:
    """The terms of two sums together, the longer lists extended by the shorter."""
    joined = []
    for terms, more in zip(one, other, strict=True):
        if len(more) > len(terms):
            terms, more = more, terms
        terms += more
        joined.append(terms)
    return joined[0], joined[1]
