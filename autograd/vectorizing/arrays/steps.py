"""Views of arrays as steps of NumPy's, which both ways of writing a program take, and the lengths of axes that these need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from autograd.vectorizing.arrays.array import Array
from autograd.vectorizing.arrays.views import Shape, View

_ALL = (None, None)


@dataclass(frozen=True, slots=True)
class Length:
    """A number of elements, for each of m examples if there is one array an example.

    >>> str(Length(3, True)), Length(3, True).at(10), str(Length(1, True)), Length(3, False).at(10)
    ('m * 3', 30, 'm', 3)
    """

    factor: int
    batched: bool

    def at(self, m: int) -> int:
        """How many that is for a batch of m examples."""
        return self.factor * m if self.batched else self.factor

    def __str__(self) -> str:
        if not self.batched:
            return str(self.factor)
        return "m" if self.factor == 1 else f"m * {self.factor}"


EXAMPLES = Length(1, True)

Lengths: TypeAlias = tuple[Length | int, ...]


def lengths_of(shape: Shape, batched: bool) -> Lengths:
    """The lengths of an array's axes, that of the examples first."""
    return (EXAMPLES, *shape) if batched else shape


ViewStep: TypeAlias = tuple[str, tuple[Any, ...]]
"""`"reshape"` and lengths, `"transpose"` and an order of axes, or `"index"` and an index, in which a pair is a slice."""


def steps_of(view: View, batched: bool, *, brief: bool = False) -> tuple[ViewStep, ...]:
    """A view as steps.

    Args:
        view: the view, in which no elements are gathered.
        batched: whether the array has an axis of examples.
        brief: for reading: a single element is a number, and not an array without axes.
    """
    steps: list[ViewStep] = []
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
        steps.append(("index", (*before, *axes)))
    return tuple(steps)


def alignment(source: Array, shape: Shape) -> tuple[ViewStep, ...]:
    """The axes that an array of examples needs to be repeated over a shape."""
    missing = len(shape) - len(source.shape)
    if not source.batched or missing <= 0:
        return ()
    return (("index", (_ALL, *[None] * missing, *[_ALL] * len(source.shape))),)


def text_of_steps(text: str, steps: tuple[ViewStep, ...]) -> str:
    """Views as Python writes them.

    >>> text_of_steps("a", (("reshape", (EXAMPLES, 6)), ("index", ((None, None), (2, 4))), ("transpose", (1, 0))))
    'a.reshape(m, 6)[:, 2:4].T'
    """
    for step, what in steps:
        if step == "reshape":
            text += f".reshape({', '.join(map(str, what)) if what else '()'})"
        elif step == "index":
            text += f"[{', '.join(map(_text_of_index, what))}]"
        elif what == (1, 0):
            text += ".T"
        else:
            text += f".transpose({', '.join(map(str, what))})"
    return text


def _text_of_index(index: Any) -> str:
    if isinstance(index, tuple):
        return ":" if index == _ALL else f"{index[0]}:{index[1]}"
    return "..." if index is Ellipsis else str(index)
