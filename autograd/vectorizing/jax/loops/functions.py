"""A rolled program as two functions of JAX: the losses of a batch, and their mean with its gradient."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
import numpy

from autograd.engine.value import Value
from autograd.table.primitives import TABLE
from autograd.vectorizing.example.recorded import RecordedExample
from autograd.vectorizing.jax.loops.expressions import PlaceInText
from autograd.vectorizing.jax.loops.interpreter import Interpreter
from autograd.vectorizing.jax.loops.text import Text, text_of
from autograd.vectorizing.jax.loops.turns import FINITE, IN_RANGE
from autograd.vectorizing.printed_loops.source import source_of
from autograd.vectorizing.rolled.program import Array, Index, Kind, Operation, Place, RolledProgram, Run

Numbers: TypeAlias = Any  # jax.Array
# More examples than any axis of a program is long.
_VERY_MANY = 1_000_003


class LoopFunctions(NamedTuple):
    """Pure functions of θ and a list of the input arrays of a batch, made for `jax.jit`.

    Attributes:
        losses: gives the loss of each example.
        value_and_grad: gives the mean loss and its gradient.
    """

    losses: Callable[[Numbers, Sequence[Numbers]], Numbers]
    value_and_grad: Callable[[Numbers, Sequence[Numbers]], tuple[Numbers, Numbers]]


def functions_of_loops(rolled: RolledProgram, recorded: RecordedExample, n_parameters: int) -> LoopFunctions:
    """The functions that the printed source of a program says, with its loops as `lax.scan`.

    An example that the eager engine would refuse has the loss nan, and so have the mean of its batch and all of the gradient.

    Args:
        rolled: the program.
        recorded: what the function recorded, for the names and shapes of its arguments.
        n_parameters: the length of θ; parameters that nothing depends on stand at its end.
    """
    program = _Program(text_of(source_of(_with_demands(rolled), recorded, n_parameters)), bool(rolled.demands))
    return LoopFunctions(program.losses, program.value_and_grad)


class _Program:
    def __init__(self, text: Text, has_demands: bool) -> None:
        self._text = text
        self._has_demands = has_demands
        self._positions = _inputs_of_positions(text)

    def losses(self, theta: Numbers, arrays: Sequence[Numbers]) -> Numbers:
        """The loss of each example."""
        losses, _, fine = self._forward(theta, arrays)
        return _refused(losses, fine)

    def value_and_grad(self, theta: Numbers, arrays: Sequence[Numbers]) -> tuple[Numbers, Numbers]:
        """The mean loss and its gradient."""
        losses, interpreter, fine = self._forward(theta, arrays)
        del interpreter.names[FINITE]
        interpreter.run(self._text.backward)
        # The backward pass computes places anew.
        fine = (fine & interpreter.names[IN_RANGE]).all()
        return _refused(losses.mean(), fine), _refused(interpreter.gradient(), fine)

    def _forward(self, theta: Numbers, arrays: Sequence[Numbers]) -> tuple[Numbers, Interpreter, Numbers]:
        """The losses, what has computed them, and whether the eager engine computes each of them too."""
        interpreter = self._interpreter(theta, arrays, self._of_examples(theta, arrays))
        losses = self._losses(interpreter, arrays)
        # A loss that is not finite says so itself.
        fine = interpreter.names[IN_RANGE] & (interpreter.names[FINITE] | ~jnp.isfinite(losses))
        return losses, interpreter, fine & ~jnp.isnan(losses) if self._has_demands else fine

    def _interpreter(self, theta: Numbers, arrays: Sequence[Numbers], of_examples: frozenset[PlaceInText]) -> Interpreter:
        theta = jnp.asarray(theta)
        names: dict[str, Any] = {"theta": theta, "nan": float("nan"), "inf": float("inf")}
        for name, array in zip(self._text.inputs, arrays, strict=True):
            names[name] = jnp.asarray(array) if name in self._positions else jnp.asarray(array, theta.dtype)
        for name, constants in self._text.constants.items():
            names[name] = constants if constants.dtype.kind == "i" else constants.astype(theta.dtype)
        names[IN_RANGE] = names[FINITE] = jnp.ones(_count(arrays), bool)
        return Interpreter(names, theta.dtype, of_examples)

    def _losses(self, interpreter: Interpreter, arrays: Sequence[Numbers]) -> Numbers:
        interpreter.run(self._text.forward)
        return jnp.broadcast_to(jnp.asarray(interpreter.value(self._text.loss), interpreter.dtype), (_count(arrays),))

    def _of_examples(self, theta: Numbers, arrays: Sequence[Numbers]) -> frozenset[PlaceInText]:
        """The places in the text of arrays that have an axis of examples: those that grow with their number."""
        found: set[PlaceInText] = set()

        def note(place: PlaceInText, shape: tuple[int, ...]) -> None:
            if shape[-1:] == (_VERY_MANY,):
                found.add(place)

        def forward(theta: Numbers, *arrays: Numbers) -> Numbers:
            interpreter = self._interpreter(theta, arrays, frozenset())
            interpreter.note = note
            return self._losses(interpreter, arrays)

        # Nothing is computed, only shapes are.
        many = [jax.ShapeDtypeStruct((_VERY_MANY, *jnp.shape(array)[1:]), jnp.result_type(array)) for array in arrays]
        if many:
            jax.eval_shape(forward, jax.ShapeDtypeStruct(jnp.shape(theta), jnp.result_type(theta)), *many)
        return frozenset(found)


def _count(arrays: Sequence[Numbers]) -> int:
    """The number of examples; without inputs all are the same one."""
    return len(arrays[0]) if arrays else 1


def _refused(results: Numbers, fine: Numbers) -> Numbers:
    """Results with nan for what is not fine. As a product: derivatives of it are nan too."""
    return results * jnp.where(fine, 1.0, jnp.nan).astype(results.dtype)


def _inputs_of_positions(text: Text) -> set[str]:
    """The inputs that are made indices before anything else: as whole numbers they are not rounded."""
    found = set()
    for statement in text.forward:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name(id="as_index"))) if name in text.inputs:
                found.add(name)
            case _:
                pass
    return found


def _with_demands(rolled: RolledProgram) -> RolledProgram:
    """The same program with a loss of nan where a condition doesn't hold."""
    items, loss = list(rolled.items), rolled.loss
    for place in rolled.demands:
        batched = place.array.batched or loss.array.batched
        result = Array(Kind.COMPUTED, 1, number=-len(items) - 1, batched=batched, active=loss.array.active)
        nan = Array(Kind.CONSTANTS, 1, constants=(numpy.nan,))
        runs = tuple([Run(one.array, one.index, 1) for one in (place, loss, Place(nan, Index(0)))])
        loss = Place(result, Index(0))
        items.append(Operation(TABLE["where"], (runs,), loss, Value(0.0)))
    return replace(rolled, items=items, loss=loss)
