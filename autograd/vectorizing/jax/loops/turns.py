"""One loop of a printed program as one `lax.scan`, or as `jax.vmap` where no turn needs what another has computed."""

from __future__ import annotations

import ast
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import jax
import jax.numpy as jnp
from jax import lax

from autograd.vectorizing.jax.loops.accesses import Accesses, Replacement, accesses_of, with_rows
from autograd.vectorizing.jax.loops.affine import Affine, Leaf
from autograd.vectorizing.jax.loops.lanes import Lanes, lanes_of
from autograd.vectorizing.jax.loops.pieces import Pieces, in_pieces, whole
from autograd.vectorizing.jax.loops.windows import Window, known_rows, row_name, row_named, rows_at, window_of

Numbers = Any  # jax.Array
_Named: TypeAlias = dict[str, Numbers]
# The names of what says which examples have had no index out of range so far, and of which no function was infinite or undefined
# that raises an error then.
IN_RANGE, FINITE = MASKS = "in range", "finite"


class State(Protocol):
    """What reads the statements of a program: the names that it knows, and the counters of the loops around.

    Attributes:
        names: arrays and numbers by name.
        counters: the numbers of counters, and of elements of tables.
        dtype: that of θ.
    """

    names: dict[str, Any]
    counters: dict[str, Any]
    dtype: Any

    def run(self, statements: Sequence[ast.stmt]) -> None:
        """Compute what statements say."""

    def inside(self, names: Mapping[str, Any], counter: str, number: Numbers) -> State:
        """The same in a turn of a loop."""


@dataclass
class _Plan:
    """How the arrays of a loop's body take part in it.

    Attributes:
        body: the statements, with rows by names of their own.
        parts: arrays that stand for a part of another one, by name.
        rows: for an array of which only some rows are used, the axis of these rows, and their numbers.
        windows: for an array whose rows come and go, its window.
    """

    body: list[ast.stmt]
    parts: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, tuple[int, list[int]]] = field(default_factory=dict)
    windows: dict[str, Window] = field(default_factory=dict)


def run_turns(state: State, counter: str, trips: int, body: Sequence[ast.stmt], *, backwards: bool) -> None:
    """Compute a loop; afterwards the names that were there before are what the last turn has left behind."""
    plan = _planned(state, counter, trips, body, backwards=backwards)
    known = {**state.names, **plan.parts}
    accesses = accesses_of(plan.body)
    mentioned = [name for name in [*accesses.indices, *accesses.stored] if name in known]
    carried = [name for name in known if name in accesses.stored]
    carried += [name for name in MASKS if name in known]
    constant = {name: whole(known[name]) for name in mentioned if name not in accesses.stored}
    before = {name: _as_array(known[name], state.dtype) for name in carried}
    arrays = {name: in_pieces(known[name], window.axis) for name, window in plan.windows.items()}
    for name, window in plan.windows.items():
        for offset in window.handed_on:
            before[row_name(name, offset)] = whole(arrays[name].row(window.first + offset))
    entering = {
        row_name(name, offset): rows
        for name, window in plan.windows.items()
        for offset in window.entering
        if (rows := rows_at(arrays[name], window, offset)) is not None
    }
    empty = {
        row_name(name, offset): Pieces(_row_shape(arrays[name], window), arrays[name].dtype)
        for name, window in plan.windows.items()
        for offset in window.entering
        if row_name(name, offset) not in entering
    }

    leaving = [(name, row_name(name, offset)) for name, window in plan.windows.items() for offset in window.leaving]

    def turn(carry: _Named, given: tuple[Numbers, _Named]) -> tuple[_Named, _Named]:
        number, rows = given
        inner = state.inside({**constant, **empty, **carry, **rows}, counter, number)
        inner.run(plan.body)
        after = {name: inner.names[name] for name in carried}
        left = {row: _as_array(inner.names[row], arrays[name].dtype) for name, row in leaving}
        for name, window in plan.windows.items():
            for offset in window.handed_on:
                after[row_name(name, offset)] = inner.names[row_name(name, window.in_next_turn(offset))]
        return {name: _like(after[name], carry[name]) for name in carry}, left

    def at_once(lanes: Lanes) -> tuple[_Named, _Named]:
        """All turns side by side, each with sums of its own."""
        sums: dict[str, Any] = {name: Pieces(before[name].shape, before[name].dtype) for name in carried if name not in MASKS}
        sums |= {name: before[name] for name in carried if name in MASKS}

        def lane(rows: _Named) -> tuple[_Named, _Named]:
            inner = state.inside({**constant, **empty, **sums, **rows}, counter, None)
            inner.run(lanes.body)
            left = {row: _as_array(inner.names[row], arrays[name].dtype) for name, row in leaving}
            return {name: _like(inner.names[name], before[name]) for name in carried}, left

        after, left = jax.vmap(lane)({**entering, **lanes.rows})
        return {name: numbers.all(0) if name in MASKS else before[name] + numbers.sum(0) for name, numbers in after.items()}, left

    lanes = None
    if not any(window.handed_on for window in plan.windows.values()):
        sums = {name: before[name] for name in carried if name not in MASKS}
        lanes = lanes_of(plan.body, counter, trips, constant, sums, entering, _leaf(state, {counter, *accesses.counters}))
    if lanes is None:
        numbers = jnp.arange(trips, dtype=jnp.int32)
        after, left = lax.scan(turn, before, (numbers, entering), reverse=backwards)
    else:
        after, left = at_once(lanes)
    known.update({name: after[name] for name in carried})
    for name, window in plan.windows.items():
        known[name] = _put_together(arrays[name], window, name, left, after)
    for name, (axis, places) in reversed(plan.rows.items()):
        array = in_pieces(known[name], axis)
        for place in places:
            row = row_name(name, place)
            if row in accesses.stored or row in plan.windows or row in plan.rows:
                array = array.replaced(place, _as_array(known[row], array.dtype)[None])
        known[name] = array
    state.names.update({name: known[name] for name in state.names})


# ------------------------------------------------------------------------------------------------ planning


def _planned(state: State, counter: str, trips: int, body: Sequence[ast.stmt], *, backwards: bool) -> _Plan:
    plan = _Plan(list(body))
    inside: set[str] = {counter}
    leaf = _leaf(state, inside)
    # Rows of rows: as long as there are arrays of which a few rows are used.
    while True:
        accesses = accesses_of(plan.body)
        inside |= accesses.counters
        rules = _rules_of_rows(state, plan, accesses, leaf)
        if not rules:
            break
        plan.body = with_rows(plan.body, rules)
    rules = {}
    for name, array in {**state.names, **plan.parts}.items():
        indices = accesses.indices.get(name)
        if not indices or not hasattr(array, "shape") or (name not in accesses.stored and not isinstance(array, Pieces)):
            continue
        window = window_of(indices, array.shape, counter, trips, leaf, backwards=backwards)
        if window is not None and name in accesses.stored:
            plan.windows[name] = window
            rules[name] = window.axis, row_named(name, leaf)
        elif window is not None and isinstance(array, Pieces) and array.axis == window.axis:
            part = array.part_with(*_span(window))
            if part is not None:
                plan.parts[f"{name} of {counter}"] = part[0]
                rules[name] = window.axis, _row_of_part(f"{name} of {counter}", part[1])
    plan.body = with_rows(plan.body, rules)
    for name in plan.windows:
        plan.parts.setdefault(name, state.names.get(name))
    return plan


def _leaf(state: State, inside: Container[str]) -> Leaf:
    """What whole numbers and counters are, with those of the loop and of loops in it."""

    def leaf(node: ast.expr) -> Affine | None:
        if not isinstance(node, ast.Name):
            return None
        known = state.names.get(node.id)
        if isinstance(known, int) and not isinstance(known, bool):
            return Affine(known)
        return Affine.of(node.id) if node.id in inside or node.id in state.counters else None

    return leaf


def _rules_of_rows(state: State, plan: _Plan, accesses: Accesses, leaf: Leaf) -> dict[str, tuple[int, Replacement]]:
    """The arrays of which a few rows are used, that have not been found yet."""
    rules: dict[str, tuple[int, Replacement]] = {}
    for name, array in {**state.names, **plan.parts}.items():
        indices = accesses.indices.get(name)
        if not indices or not hasattr(array, "shape") or (name not in accesses.stored and not isinstance(array, Pieces)):
            continue
        found = known_rows(indices, len(array.shape), leaf)
        if found is None:
            continue
        axis, places = plan.rows[name] = found
        pieces = in_pieces(array, axis)
        plan.parts |= {row_name(name, place): pieces.row(place) for place in places}
        rules[name] = axis, row_named(name, leaf)
    return rules


def _row_of_part(name: str, start: int) -> Replacement:
    def replacement(index: ast.expr) -> ast.expr:
        moved = ast.BinOp(index, ast.Sub(), ast.Constant(start)) if start else index
        return ast.Subscript(ast.Name(name, ast.Load()), moved, ast.Load())

    return replacement


def _span(window: Window) -> tuple[int, int]:
    """Between which rows all lie that a loop sees."""
    ends = (0, window.step * (window.trips - 1))
    return min(ends) + window.lowest, max(ends) + window.highest + 1


# ------------------------------------------------------------------------------------------------ arrays and rows


def _put_together(array: Pieces, window: Window, name: str, left: Mapping[str, Numbers], after: Mapping[str, Numbers]) -> Pieces:
    """The array with the rows that have gone out of a loop, and those that the last turn would have handed on."""
    columns = [left[row_name(name, offset)] for offset in window.leaving]
    if window.step < 0:
        columns = [jnp.flip(column, 0) for column in columns]
    rows = columns[0] if len(columns) == 1 else jnp.stack(columns, 1).reshape(-1, *columns[0].shape[1:])
    array = array.replaced(min(window.first, window.last) + window.leaving[0], rows)
    for offset in window.handed_on:
        array = array.replaced(window.last + window.in_next_turn(offset), after[row_name(name, offset)][None])
    return array


def _row_shape(array: Pieces, window: Window) -> tuple[int, ...]:
    return (*array.shape[: window.axis], *array.shape[window.axis + 1 :])


def _as_array(value: Any, dtype: Any) -> Numbers:
    """A number or an array of numbers in the precision of θ; what is no number stays what it is."""
    array = whole(value)
    is_mask = isinstance(array, jax.Array) and array.dtype.kind == "b"
    return array if is_mask else jnp.asarray(array, dtype)


def _like(value: Any, other: Numbers) -> Numbers:
    """A value in the form in which the next turn takes it."""
    array = jnp.asarray(whole(value), other.dtype)
    assert array.shape == other.shape, f"a turn leaves {array.shape} behind where it found {other.shape}"
    return array
