"""Examples as arrays: those of one structure form an array for each argument, and a batch is some of its rows."""

from __future__ import annotations

import numbers
from collections.abc import Container, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from autograd import Value
from autograd.structures import leaves, map_leaves
from nn.examples import Examples

Numbers = Any  # numpy.ndarray

# The usual types of numbers, which are recognised without a step of the interpreter for each number.
_USUAL = frozenset([float, int, bool])
# Larger batches are computed in parts, so that intermediate results need little memory however large the batch is.
EXAMPLES_AT_ONCE = 1024


@dataclass(frozen=True, slots=True)
class Batch:
    """Examples of one structure.

    Attributes:
        structure: what they have in common.
        places: where they are in the sequence of all examples, a list or an array.
        rows: where they are in the arrays of their structure: an array, a list or a slice.
        masks: the masks of dropout that were drawn for them, a row for each; none where nothing is left out.
    """

    structure: Hashable
    places: Any
    rows: Any
    masks: tuple[Numbers, ...] = ()


class ExampleArrays:
    """Examples, converted once.

    Args:
        examples: tuples of numbers, lists, tuples, dictionaries and arrays.
        name: what error messages call them.
        reached: Values that take a gradient, which an example must not hold, because in an array they would be mere numbers.
        mask_sizes: how many numbers each mask has that the loss takes besides an example.

    Attributes:
        structures: those that there are, in the order in which they come first.

    Raises:
        TypeError: an example holds a Value that is one of these, or that was computed.
    """

    def __init__(
        self,
        examples: Sequence[tuple[Any, ...]],
        name: str,
        reached: Container[Value],
        mask_sizes: Sequence[int] = (),
        dtype: Any = float,
    ) -> None:
        import numpy

        self.examples = examples
        self._mask_sizes = mask_sizes
        self._dtype = dtype
        # Where each example is among those of a batch.
        self._position = numpy.zeros(len(examples), numpy.intp)
        self.name = name
        if isinstance(examples, Examples):
            self._take(examples)
            return
        alike: dict[Hashable, list[int]] = {}
        for place, example in enumerate(examples):
            alike.setdefault(tuple(map(structure_of, example)), []).append(place)
        self._stacks: dict[Hashable, list[Any]] = {}
        for structure, places in alike.items():
            n_arguments = len(examples[places[0]])
            try:
                self._stacks[structure] = [
                    _stacked([examples[place][argument] for place in places], reached) for argument in range(n_arguments)
                ]
            except _NoMereNumberError as error:
                raise TypeError(f"{name} hold {error}; engine='eager' takes them as they are") from None
        self.structures = list(alike)
        self._kind = numpy.empty(len(examples), numpy.intp)
        self._row = numpy.empty(len(examples), numpy.intp)
        for kind, places in enumerate(alike.values()):
            self._kind[places] = kind
            self._row[places] = numpy.arange(len(places))
        self._whole = [batch for structure, places in alike.items() for batch in _in_parts(structure, places)]

    def _take(self, examples: Examples) -> None:
        """Take over examples that are arrays, all of one structure."""
        import numpy

        n = len(examples)
        structure = tuple([array.shape[1:] for array in examples.arrays])
        self.structures = [structure] if n else []
        self._stacks = {structure: list(examples.arrays)}
        self._kind, self._row = numpy.zeros(n, numpy.intp), numpy.arange(n)
        self._whole = list(_in_parts(structure, range(n)))

    def n_of(self, structure: Hashable) -> int:
        """How many examples have a structure."""
        return sum(len(batch.places) for batch in self._whole if batch.structure == structure)

    def batches(self, places: Sequence[int], masks: tuple[Numbers, ...] = ()) -> list[Batch]:
        """Return the examples at some places, those of the same structure together.

        Args:
            places: all of them in their order, or some in any order.
            masks: the masks that were drawn for them, a row for each.
        """
        import numpy

        chosen = numpy.asarray(places, numpy.intp)
        batches = self._whole if len(places) == len(self.examples) else self._some(chosen)
        if not masks:
            return batches
        self._position[chosen] = numpy.arange(len(chosen))
        rows = [self._position[numpy.asarray(batch.places, numpy.intp)] for batch in batches]
        return [replace(batch, masks=tuple([mask[own] for mask in masks])) for batch, own in zip(batches, rows, strict=True)]

    def _some(self, chosen: Numbers) -> list[Batch]:
        import numpy

        kinds = self._kind[chosen]
        if len(self.structures) == 1 or (kinds == kinds[0]).all():
            divided = [(int(kinds[0]), chosen)]
        else:
            divided = [(kind, chosen[kinds == kind]) for kind in numpy.unique(kinds).tolist()]
        return [
            Batch(self.structures[kind], part, self._row[part])
            for kind, some in divided
            for part in (some[start : start + EXAMPLES_AT_ONCE] for start in range(0, len(some), EXAMPLES_AT_ONCE))
        ]

    def arrays(self, batch: Batch) -> list[Any]:
        """Return the arrays that a program for the structure of a batch takes."""
        arguments = [map_leaves(argument, lambda array: array[batch.rows]) for argument in self._stacks[batch.structure]]
        if not self._mask_sizes:
            return arguments
        import numpy

        m = len(batch.places)
        return arguments + list(batch.masks or [numpy.ones((m, n), self._dtype) for n in self._mask_sizes])

    def arguments_at(self, place: int, masks: Sequence[Numbers] = ()) -> tuple[Any, ...]:
        """Return what the loss takes for an example: itself, and masks, which leave nothing out unless they are given."""
        own = [mask.tolist() for mask in masks] or [[1.0] * n for n in self._mask_sizes]
        return (*self.examples[place], *own)

    def all_arrays(self, structure: Hashable) -> list[Any]:
        """Return the arrays that a program for a structure takes, one after the other, with all examples of the structure."""
        return list(leaves(self._stacks[structure]))

    def one(self, place: int, masks: Sequence[Numbers] = ()) -> Batch:
        """Return a batch of one example, with its masks."""
        row = int(self._row[place])
        own = tuple([mask[None] for mask in masks])
        return Batch(self.structures[self._kind[place]], [place], slice(row, row + 1), own)

    def twice(self, place: int) -> Batch:
        """Return a batch of one example and the same one again."""
        row = int(self._row[place])
        return Batch(self.structures[self._kind[place]], [place, place], [row, row])

    def convert(self, structure: Hashable, limits: Sequence[int | None]) -> None:
        """Give the arrays of a structure the types that a program wants, so that it need not convert each batch.

        Args:
            structure: of the examples.
            limits: for each of their arrays, in order, None if it holds numbers to compute with.
        """
        remaining = iter(limits)

        def converted(array: Any) -> Any:
            # Indices keep their type: the program refuses one that is not whole, in the batch it is in.
            return array.astype(self._dtype, copy=False) if next(remaining) is None else array

        if structure in self._stacks:
            self._stacks[structure] = map_leaves(self._stacks[structure], converted)


def structure_of(thing: Any) -> Hashable:
    """The shape of a number, an array or a rectangular nest of numbers; the shapes of the parts of anything else.

    >>> structure_of([[1, 2, 3], [4, 5, 6]]), structure_of(0.5)
    ((2, 3), ())
    >>> structure_of({"left": [1, 2], "right": [[1], [2, 3]]})
    ('dict', (('left', (2,)), ('right', ('list', ((1,), (2,))))))
    """
    if thing.__class__ in _USUAL:
        return ()
    if isinstance(thing, list | tuple):
        if thing and _USUAL.issuperset(map(type, thing)):
            return (len(thing),)
        parts = tuple(map(structure_of, thing))
        first = parts[0] if parts else None
        # Shapes hold nothing but lengths.
        if isinstance(first, tuple) and (not first or isinstance(first[0], int)) and parts.count(first) == len(parts):
            return (len(parts), *first)
        return ("list", parts)
    if isinstance(thing, dict):
        return ("dict", tuple([(key, structure_of(part)) for key, part in thing.items()]))
    if isinstance(thing, numbers.Real | Value):
        return ()
    shape = getattr(thing, "shape", None)
    if isinstance(shape, tuple):
        # Of a NumPy array.
        return shape
    return ("other", type(thing))


class _NoMereNumberError(Exception):
    """A Value that is more than a number."""


def _stacked(parts: Sequence[Any], reached: Container[Value]) -> Any:
    """One argument of examples of the same structure, as arrays with a leading axis of examples."""
    import numpy

    structure: Any = structure_of(parts[0])
    kind = structure[0] if structure else 0
    if kind == "dict":
        return {key: _stacked([part[key] for part in parts], reached) for key, _ in structure[1]}
    if kind == "list":
        return [_stacked([part[place] for part in parts], reached) for place in range(len(structure[1]))]
    if kind == "other":
        # It is refused when the loss is compiled, with the argument's name.
        return numpy.empty(len(parts))
    array = numpy.array(parts)
    if array.dtype == object:
        # Values, fractions, whole numbers too large for the machine's.
        plain = [_plain(one, reached) for one in array.ravel().tolist()]
        array = numpy.array(plain).reshape(array.shape)
    return array


def _plain(number: Any, reached: Container[Value]) -> float:
    if not isinstance(number, Value):
        return float(number)
    if number.operands or number in reached:
        what = "computed" if number.operands else "a parameter"
        raise _NoMereNumberError(f"{number!r}, a Value that is {what}, through which a gradient would flow")
    return number.data


def _in_parts(structure: Hashable, places: Sequence[int]) -> Iterator[Batch]:
    for start in range(0, len(places), EXAMPLES_AT_ONCE):
        stop = min(start + EXAMPLES_AT_ONCE, len(places))
        yield Batch(structure, places[start:stop], slice(start, stop))
