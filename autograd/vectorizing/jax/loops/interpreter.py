"""Reads a printed program while JAX traces: names are arrays of JAX, loops are scans."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy

from autograd.table.primitives import TABLE
from autograd.vectorizing.jax.loops.accesses import added_at, base_of
from autograd.vectorizing.jax.loops.affine import Affine, affine_of, number_of
from autograd.vectorizing.jax.loops.indexing import (
    At,
    Chosen,
    Entry,
    New,
    Stretch,
    composed,
    read,
    shape_of,
    written,
)
from autograd.vectorizing.jax.loops.pieces import Pieces, whole
from autograd.vectorizing.jax.loops.turns import FINITE, IN_RANGE, run_turns
from autograd.vectorizing.jax.loops.vocabulary import function_named

Numbers = Any  # jax.Array
# Loops of so few turns are written out.
_FEW_TURNS = 3
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
_GRADIENT = "gradient"

PlaceInText: TypeAlias = tuple[int, int, int]
"""Where an expression begins in a text, and its last column."""
Note: TypeAlias = Callable[[PlaceInText, tuple[int, ...]], None]


class Interpreter:
    """Computes the statements of a printed program.

    The views of the gradient, such as ``dW = gradient[0:6].reshape(2, 3)``, are arrays of their own: nothing but sums goes into
    them, which `gradient` puts where they belong.

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
        self.note = note
        self._of_examples = of_examples
        self._views: dict[str, ast.expr] = {}

    def inside(self, names: Mapping[str, Any], counter: str, number: Numbers) -> Interpreter:
        """The same in a turn of a loop, with the names that it uses."""
        inner = Interpreter(names, self.dtype, self._of_examples, self.note)
        inner.counters = {**self.counters, counter: number}
        return inner

    def gradient(self) -> Numbers:
        """The gradient, with all that has been added to its views."""
        whole_gradient = whole(self.names[_GRADIENT])
        like = jax.ShapeDtypeStruct(whole_gradient.shape, whole_gradient.dtype)
        for name, view in self._views.items():
            (part,) = jax.linear_transpose(lambda numbers, view=view: self._with(numbers, view), like)(whole(self.names[name]))
            whole_gradient = whole_gradient + part
        return whole_gradient

    def _with(self, numbers: Numbers, view: ast.expr) -> Numbers:
        return Interpreter({_GRADIENT: numbers}, self.dtype).value(view)

    # ------------------------------------------------------------------------------------------------ statements

    def run(self, statements: Sequence[ast.stmt]) -> None:
        """Compute what statements say."""
        for statement in statements:
            match statement:
                case ast.Assign(targets=[target], value=value):
                    self._assign(target, value)
                case ast.AugAssign(target=target, op=sign, value=value):
                    numbers = self.value(value)
                    self._add(target, -numbers if isinstance(sign, ast.Sub) else numbers)
                case ast.For():
                    self._loop(statement)
                case _:
                    adding = added_at(statement)
                    assert adding is not None, f"{ast.unparse(statement)} is no statement of a printed program"
                    array, places, numbers = adding
                    self._add(ast.Subscript(array, places, ast.Store()), self.value(numbers))

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        match target:
            case ast.Name(id=name) if _is_view(value):
                like = jax.eval_shape(lambda: self._with(whole(self.names[_GRADIENT]), value))
                self._views[name] = value
                self.names[name] = Pieces(like.shape, self.dtype)
            case ast.Name(id=name):
                self.names[name] = self.value(value)
            case ast.Tuple(elts=targets):
                assert isinstance(value, ast.Tuple)
                for one, numbers in zip(targets, [self.value(part) for part in value.elts], strict=True):
                    assert isinstance(one, ast.Name)
                    self.names[one.id] = numbers
            case _:
                numbers = self.value(value)
                self._write(target, jnp.stack(numbers) if isinstance(numbers, tuple) else numbers, adds=False)

    def _add(self, target: ast.expr, numbers: Any) -> None:
        if not isinstance(target, ast.Name):
            self._write(target, numbers, adds=True)
            return
        before = self.names[target.id]
        after = whole(before) + numbers
        self.names[target.id] = jnp.broadcast_to(jnp.asarray(after, self.dtype), getattr(before, "shape", jnp.shape(after)))

    def _write(self, target: ast.expr, numbers: Any, *, adds: bool) -> None:
        name = base_of(target)
        array = self.names[name]
        entries = self._entries_of_target(target, array.shape)
        if isinstance(array, Pieces):
            found = _row_of_pieces(array, entries)
            if found is not None:
                axis, start, length = found
                block = jnp.broadcast_to(jnp.asarray(numbers, array.dtype), shape_of(entries))
                block = block[None] if isinstance(entries[axis], At) else jnp.moveaxis(block, axis, 0)
                array = array.along(axis)
                rows = array.rows(start, start + length) if adds else None
                self.names[name] = array.replaced(start, block if rows is None else rows + block)
                return
            array = array.whole()
        self.names[name] = written(array, entries, numbers, self.counters, adds=adds)

    def _loop(self, loop: ast.For) -> None:
        numbers, backwards = loop.iter, False
        if isinstance(numbers, ast.Call) and isinstance(numbers.func, ast.Name) and numbers.func.id == "reversed":
            (numbers,), backwards = numbers.args, True
        match loop.target, numbers:
            case ast.Name(id=counter), ast.Call(func=ast.Name(id="range"), args=[ast.Constant(value=int(n))]):
                pass
            case _:
                raise AssertionError(f"{ast.unparse(loop)} is no loop of a printed program")
        if n > _FEW_TURNS:
            run_turns(self, counter, n, loop.body, backwards=backwards)
            return
        for number in reversed(range(n)) if backwards else range(n):
            self.names[counter] = number
            self.run(loop.body)

    # ------------------------------------------------------------------------------------------------ expressions

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
        return masks.all(tuple(range(masks.ndim - 1)) if _place_in_text(node) in self._of_examples else None)

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
        entries = self._entries(index, array.shape)
        if isinstance(array, Pieces):
            found = _row_of_pieces(array, entries)
            entry = entries[found[0]] if found is not None else None
            if found is not None and found[0] == array.axis and isinstance(entry, At):
                return whole(array.row(found[1]))
            array = array.whole()
        return read(array, entries, self.counters)

    def _entries_of_target(self, target: ast.expr, shape: Sequence[int]) -> list[Entry]:
        assert isinstance(target, ast.Subscript)
        if isinstance(target.value, ast.Name):
            return self._entries(target.slice, shape)
        outer = self._entries_of_target(target.value, shape)
        return composed(outer, self._entries(target.slice, shape_of(outer)), self.counters)

    def _entries(self, index: ast.expr, shape: Sequence[int]) -> list[Entry]:
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


def _is_view(value: ast.expr) -> bool:
    return not isinstance(value, ast.Name) and _root_of(value) == _GRADIENT


def _root_of(node: ast.expr) -> str:
    """The name of the array that an expression is a part or a view of; empty if it is none."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Subscript(value=of) | ast.Attribute(value=of):
            return _root_of(of)
        case ast.Call(func=ast.Attribute(value=of, attr="reshape")):
            return _root_of(of)
        case ast.Call(func=ast.Name(id="moveaxis"), args=[of, *_]):
            return _root_of(of)
        case _:
            return ""


def _row_of_pieces(array: Pieces, entries: Sequence[Entry]) -> tuple[int, int, int] | None:
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
