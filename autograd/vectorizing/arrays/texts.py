"""Views of arrays as steps of NumPy's, for both ways of writing a program."""

from __future__ import annotations

from typing import Any

from autograd.vectorizing.arrays.array_graph import Array, Shape
from autograd.vectorizing.arrays.views import View
from autograd.vectorizing.run.calls import Step, lengths_of, text_of_steps

_ALL = (None, None)


def steps_of(view: View, batched: bool, *, brief: bool = False) -> tuple[Step, ...]:
    """A view as steps.

    Args:
        batched: whether the array has an axis of examples.
        brief: for reading: a single element is a number and no array without axes.
    """
    steps: list[Step] = []
    before: tuple[Any, ...] = (_ALL,) if batched else ()
    if view.reshaped is not None:
        steps.append(("reshape", lengths_of(view.reshaped, batched)))
    if view.slices is not None:
        taken = tuple([_ALL if s is None else s for s in view.slices])
        # An element as an array shows later changes, and can be written to.
        single = not batched and not brief and all(isinstance(s, int) for s in view.slices)
        steps.append(("index", (*before, *taken, *((...,) if single else ()))))
    if view.order is not None:
        steps.append(("transpose", (0, *(axis + 1 for axis in view.order)) if batched else view.order))
    if view.repeated:
        axes = [None if axis in view.repeated else _ALL for axis in range(len(view.shape))]
        if None in axes:
            steps.append(("index", (*before, *axes)))
    return tuple(steps)


def view_text(name: str, view: View, batched: bool, *, brief: bool = False) -> str:
    """A view of an array as an expression; see `steps_of`."""
    return text_of_steps(name, steps_of(view, batched, brief=brief))


def alignment(source: Array, shape: Shape) -> tuple[Step, ...]:
    """The axes that an array of examples needs to be repeated over a shape."""
    missing = len(shape) - len(source.shape)
    if not source.batched or missing <= 0:
        return ()
    return (("index", (_ALL, *[None] * missing, *[_ALL] * len(source.shape))),)


def aligned(text: str, source: Array, shape: Shape) -> str:
    """An operand with the axes it needs to be repeated over a shape."""
    return text_of_steps(text, alignment(source, shape))
