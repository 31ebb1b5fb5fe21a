"""Computes the statements of a printed program while JAX traces: loops are scans."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from autograd.vectorizing.jax.loops.accesses import added_at, base_of
from autograd.vectorizing.jax.loops.expressions import Expressions, rows_of
from autograd.vectorizing.jax.loops.indexing import At, Entry, composed, shape_of, written
from autograd.vectorizing.jax.loops.pieces import Pieces, whole
from autograd.vectorizing.jax.loops.turns import run_turns

Numbers = Any  # jax.Array
# Loops of so few turns are written out.
_FEW_TURNS = 3
_GRADIENT = "gradient"


class Interpreter(Expressions):
    """Computes the statements of a printed program.

    The views of the gradient, such as ``dW = gradient[0:6].reshape(2, 3)``, are arrays of their own: nothing but sums goes into
    them, which `gradient` puts where they belong.
    """

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._views: dict[str, ast.expr] = {}

    def inside(self, names: Mapping[str, Any], counter: str, number: Numbers) -> Interpreter:
        """The same in a turn of a loop, with the names that it uses."""
        inner = Interpreter(names, self.dtype, self.of_examples, self.note)
        inner.counters = {**self.counters, counter: number}
        return inner

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
            found = rows_of(array, entries)
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
        # A later loop may have a counter of this name that is not known.
        del self.names[counter]

    def _entries_of_target(self, target: ast.expr, shape: Sequence[int]) -> list[Entry]:
        assert isinstance(target, ast.Subscript)
        if isinstance(target.value, ast.Name):
            return self.entries(target.slice, shape)
        outer = self._entries_of_target(target.value, shape)
        return composed(outer, self.entries(target.slice, shape_of(outer)), self.counters)

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
