"""Recovering dot products: a weighted sum that was written with + and * is taken apart and put together as a `dot`.

A sum's terms are what its operands add up to, as long as nobody else uses the partial sums. Terms that are products of
operands of the same two groups make one dot product; three terms or more of the same group make one `total`; what remains
is added. So ``b + w₀x₀ + w₁x₁`` becomes ``dot(w, x) + b`` in whatever order it was written, and ``dot([*v, *w], [*h, *x])``
becomes ``dot(v, h) + dot(w, x)``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from autograd.primitives import TABLE
from autograd.rules import Primitive
from autograd.value import Value
from autograd.vectorizing.groups import Located

if TYPE_CHECKING:
    from autograd.vectorizing.grouping import _Grouper

_ADD, _MULTIPLY, _TOTAL, _DOT = TABLE["add"], TABLE["multiply"], TABLE["total"], TABLE["dot"]
_SUMS = (_ADD, _TOTAL)
_TERMS = (_ADD, _TOTAL, _MULTIPLY, _DOT)

# A product of two operands, or one operand and None.
Term = tuple[Located, Located | None]


class Sums:
    """The sums of a graph, while it is being grouped."""

    def __init__(self, grouper: _Grouper) -> None:
        self._grouper = grouper
        self._user: dict[Value, Primitive | None] = {}
        self._terms: dict[Value, list[Term]] = {}

    def note_use(self, operand: Value, user: Primitive | None) -> None:
        """Take note that an operation, or the caller (None), uses an operand."""
        if operand.primitive in _TERMS:
            # A second user makes it a scalar that has to exist.
            self._user[operand] = None if operand in self._user else user

    def take(self, node: Value) -> bool:
        """Enter a node if it is a sum, a product within a sum, or a dot product; whether it was."""
        primitive = node.primitive
        if primitive not in _TERMS:
            return False
        inner = self._user.get(node) in _SUMS
        if primitive is _MULTIPLY:
            if not inner:
                return False
            self._terms[node] = [(self._grouper.locate(node._first), self._grouper.locate(node._second))]
            return True
        if primitive is _DOT:
            terms = self._terms_of_dot(node)
            if terms is None:
                return True
        elif primitive is _ADD:
            terms = self._joined((node._first, node._second))
        else:
            terms = self._joined(node._first)
        if inner:
            self._terms[node] = terms
        else:
            self._grouper._put_at(node, self._sum_of(terms, node))
        return True

    def _terms_of_dot(self, node: Value) -> list[Term] | None:
        """The terms of a dot product whose operands come from several groups; a plain one is entered, and None the answer."""
        rows = [self._grouper.sequence(node._first), self._grouper.sequence(node._second)]
        (left_runs, left), (right_runs, right) = rows
        if len(left_runs) == len(right_runs) == 1 and len(left) > 1:
            rows.sort(key=lambda row: row[0][0][0])
            self._grouper._put_at(node, self._grouper.computed_from_rows("dot", rows, node))
            return None
        groups = [number for number, length in left_runs for _ in range(length)], [n for n, length in right_runs for _ in range(length)]
        return [((g, i), (h, j)) for g, i, h, j in zip(groups[0], left, groups[1], right, strict=True)]

    def _joined(self, operands: Iterable[Value]) -> list[Term]:
        joined: list[Term] = []
        for place, operand in enumerate(operands):
            terms = self._terms.pop(operand, None)
            if terms is None:
                joined.append((self._grouper.locate(operand), None))
            elif place == 0:
                # Not copied: a chain of a million additions takes time in proportion to its length.
                joined = terms
            elif len(terms) > len(joined):
                terms += joined
                joined = terms
            else:
                joined += terms
        return joined

    def _sum_of(self, terms: list[Term], node: Value) -> Located:
        classes: dict[Any, list[Term]] = {}
        is_constant = self._grouper.is_constant
        for left, right in terms:
            if right is not None and (is_constant(left, 1.0) or is_constant(right, 1.0)):
                left, right = (right if is_constant(left, 1.0) else left), None
            if right is None:
                if len(terms) > 1 and is_constant(left, 0.0):
                    continue  # where Python's `sum` starts
                classes.setdefault(left[0], []).append((left, None))
                continue
            if right[0] < left[0]:
                left, right = right, left
            classes.setdefault((left[0], right[0]), []).append((left, right))
        products = [(key, members) for key, members in classes.items() if isinstance(key, tuple)]
        plain = [(key, members) for key, members in classes.items() if not isinstance(key, tuple)]
        n_parts = len(products) + sum(1 if len(members) > 2 else len(members) for _, members in plain)
        whole = node if n_parts == 1 else None
        parts: list[Located] = []
        for (first, second), members in products:
            if len(members) == 1:
                left, right = members[0]
                assert right is not None
                parts.append(self._grouper.computed("multiply", (left, right), whole))
            else:
                rows = [
                    (((first, len(members)),), tuple([left[1] for left, _ in members])),
                    (((second, len(members)),), tuple([right[1] for _, right in members if right is not None])),
                ]
                parts.append(self._grouper.computed_from_rows("dot", rows, whole))
        for number, members in plain:
            if len(members) > 2:
                row = (((number, len(members)),), tuple([term[1] for term, _ in members]))
                parts.append(self._grouper.computed_from_rows("total", [row], whole))
            else:
                parts += [term for term, _ in members]
        result = parts[0]
        for place, part in enumerate(parts[1:], start=2):
            result = self._grouper.computed("add", (result, part), node if place == len(parts) else None)
        return result
