"""What the expressions of a printed program are while JAX traces: names are arrays of JAX."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy

from autograd.table.primitives import TABLE
from autograd.vectorizing.jax.loops.affine import Affine, affine_of, number_of
from autograd.vectorizing.jax.loops.indexing import At, Chosen, Entry, New, Stretch, read
from autograd.vectorizing.jax.loops.pieces import Pieces, whole
from autograd.vectorizing.jax.loops.turns import FINITE, IN_RANGE
from autograd.vectorizing.jax.loops.vocabulary import function_named

Numbers = Any  # jax.Array
_OPERATORS: Mapping[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: jnp.floor_divide,
    ast.Mod: jnp.mod,
    ast.Pow: jnp.power,
    ast.MatMult: operator.matmul,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_RAISING = frozenset(name for name, primitive in TABLE.items() if primitive.outside)
_RAISING_SIGNS = (ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)

PlaceInText: TypeAlias = tuple[int, int, int]
"""Where an expression begins in a text, and its last column."""
Note: TypeAlias = Callable[[PlaceInText, tuple[int, ...]], None]


class Expressions:
    """Computes the expressions of a printed program.

    Args:
        names: arrays and numbers by name.
        dtype: that of θ.
        of_examples: the places in the text of expressions that have an axis of examples, the last one.
        note: takes such places, and the shape of what stands there.
    """

    def __init__(
        self, names: Mapping[str, Any], dtype: Any, of_examples: Container[PlaceInText] = (), note: Note | None = None
    ) -> None:
        self.names = dict(names)
        self.counters: dict[str, Any] = {}
        self.dtype = dtype
        self.of_examples = of_examples
        self.note = note

    def value(self, node: ast.expr) -> Any:
        """What an expression is: an array, a number, or a whole number that depends on counters."""
        match node:
            case ast.Name(id=name):
                return Affine.of(name) if name in self.counters else whole(self.names[name])
            case ast.Constant(value=value):
                return value
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -self.value(operand)
            case ast.BinOp(left=left, op=sign, right=right):
                result = self._computed(_OPERATORS[type(sign)], self.value(left), self.value(right))
                return self._seen(node, result) if isinstance(sign, _RAISING_SIGNS) else result
            case ast.Compare(left=left, ops=[sign], comparators=[right]):
                return self._computed(_OPERATORS[type(sign)], self.value(left), self.value(right))
            case ast.Subscript(value=of, slice=index):
                return self._part(node, of, index)
            case ast.Attribute(value=of, attr="T"):
                array = self.value(of)
                return array.T if array.ndim > 1 else array
            case ast.Attribute(value=of, attr=name):
                return getattr(self.value(of), name)
            case ast.Call():
                return self._called(node)
            case ast.Tuple(elts=parts):
                return tuple(map(self.value, parts))
            case ast.List(elts=parts):
                return list(map(self.value, parts))
            case _:
                raise AssertionError(f"{ast.unparse(node)} is no expression of a printed program")

    def _computed(self, function: Callable[..., Any], left: Any, right: Any) -> Any:
        if isinstance(left, Affine) is isinstance(right, Affine) or isinstance(left, int) or isinstance(right, int):
            return function(left, right)
        # Places from a table, moved by a counter.
        return function(*[number_of(one, self.counters) if isinstance(one, Affine) else one for one in (left, right)])

    def _called(self, call: ast.Call) -> Any:
        options = {keyword.arg: self.value(keyword.value) for keyword in call.keywords if keyword.arg}
        match call.func:
            case ast.Name(id="as_index"):
                return self._as_index(call.args[0], self.value(call.args[1]))
            case ast.Name(id=name):
                result = function_named(name)(*map(self.value, call.args), **options)
                return self._seen(call, result) if name in _RAISING else result
            case ast.Attribute(value=of, attr="reshape"):
                return self.value(of).reshape(*map(self.value, call.args))
            case ast.Attribute(value=of, attr="copy"):
                return self.value(of)
            case ast.Attribute(value=of, attr=name):
                return getattr(jnp, name)(self.value(of), **options)
            case _:
                raise AssertionError(f"{ast.unparse(call)} is no call of a printed program")

    def _seen(self, node: ast.expr, result: Any) -> Any:
        """What raises an error in the eager engine where it is infinite or undefined; note for which examples it is."""
        if FINITE in self.names and isinstance(result, jax.Array):
            self.names[FINITE] = self.names[FINITE] & self._for_each(node, jnp.isfinite(result))
        return result

    def _for_each(self, node: ast.expr, masks: Numbers) -> Numbers:
        """Whether all hold that belong to an example; all together, where an expression isn't known to have examples."""
        if self.note is not None:
            self.note(_place_in_text(node), masks.shape)
        return masks.all(tuple(range(masks.ndim - 1)) if _place_in_text(node) in self.of_examples else None)

    def _as_index(self, node: ast.expr, length: int) -> Numbers:
        """Computed numbers as indices; examples with a number that is none are not valid."""
        numbers = jnp.asarray(self.value(node))
        is_index = (numbers >= 0) & (numbers < length)
        if numbers.dtype.kind == "f":
            is_index &= numbers == jnp.floor(numbers)
        self.names[IN_RANGE] = self.names[IN_RANGE] & self._for_each(node, is_index)
        return jnp.where(is_index, numbers, 0).astype(jnp.int32)

    # ------------------------------------------------------------------------------------------------ places

    def _part(self, node: ast.expr, of: ast.expr, index: ast.expr) -> Any:
        known = self._integer(node)
        if known is not None:
            return known.base if known.is_known else known
        array = self.names[of.id] if isinstance(of, ast.Name) else self.value(of)
        entries = self.entries(index, array.shape)
        if isinstance(array, Pieces):
            found = rows_of(array, entries)
            entry = entries[found[0]] if found is not None else None
            if found is not None and found[0] == array.axis and isinstance(entry, At):
                return whole(array.row(found[1]))
            array = array.whole()
        return read(array, entries, self.counters)

    def entries(self, index: ast.expr, shape: Sequence[int]) -> list[Entry]:
        """The entries of an index, for all axes of an array."""
        elements = list(index.elts) if isinstance(index, ast.Tuple) else [index]
        entries: list[Entry] = []
        lengths = list(shape)
        for element in elements:
            if isinstance(element, ast.Constant) and element.value is None:
                entries.append(New())
            elif isinstance(element, ast.Constant) and element.value is ...:
                break
            else:
                entries.append(self._entry(element, lengths.pop(0)))
        return [*entries, *(Stretch(Affine(0), length) for length in lengths)]

    def _entry(self, element: ast.expr, length: int) -> Entry:
        if isinstance(element, ast.Slice):
            step = 1 if element.step is None else self.value(element.step)
            if step < 0:
                assert element.lower is None and element.upper is None
                return Stretch(Affine(length - 1), length, step)
            start = Affine(0) if element.lower is None else self._needed(element.lower)
            stop = Affine(length) if element.upper is None else self._needed(element.upper)
            span = stop - start
            assert span.is_known, f"the length of {ast.unparse(element)} is not known"
            return Stretch(start, -(-span.base // step), step)
        place = self._integer(element)
        if place is not None:
            return At(place)
        numbers = self.value(element)
        return At(numbers) if isinstance(numbers, Affine) else Chosen(numbers)

    def _needed(self, node: ast.expr) -> Affine:
        place = self._integer(node)
        assert place is not None, f"{ast.unparse(node)} is no place"
        return place

    def _integer(self, node: ast.expr) -> Affine | None:
        """A place that is a sum of multiples of counters and of elements of tables; None for anything else."""
        return affine_of(node, self._leaf) if not isinstance(node, ast.Constant) or isinstance(node.value, int) else None

    def _leaf(self, node: ast.expr) -> Affine | None:
        match node:
            case ast.Name(id=name) if name in self.counters:
                return Affine.of(name)
            case ast.Name(id=name):
                known = self.names.get(name)
                return Affine(known) if isinstance(known, int) and not isinstance(known, bool) else None
            case ast.Subscript(value=ast.Name(id=name), slice=index):
                table = self.names.get(name)
                place = affine_of(index, self._leaf)
                if place is None or not isinstance(table, numpy.ndarray) or table.dtype.kind != "i":
                    return None
                if place.is_known:
                    return Affine(int(table[place.base]))
                text = ast.unparse(node)
                self.counters.setdefault(text, read(table, [At(place)], self.counters))
                return Affine.of(text)
            case _:
                return None


def _place_in_text(node: ast.expr) -> PlaceInText:
    return node.lineno, node.col_offset, node.end_col_offset or 0


def rows_of(array: Pieces, entries: Sequence[Entry]) -> tuple[int, int, int] | None:
    """The axis, the place and the number of rows that lie one behind the other in an array in pieces; None for other parts."""
    others = [
        axis
        for axis, entry in enumerate(entries)
        if not (isinstance(entry, Stretch) and axis < array.ndim and entry.is_all(array.shape[axis]))
    ]
    if len(others) != 1 or len(entries) != array.ndim or array.axis not in (None, others[0]):
        return None
    (axis,) = others
    match entries[axis]:
        case At(Affine(base, terms)) if not terms:
            return axis, base, 1
        case Stretch(Affine(base, terms), length, 1) if not terms:
            return axis, base, length
        case _:
            return None
