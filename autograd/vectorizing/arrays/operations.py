"""The closed vocabulary of array operations: all that a back end has to be able to compute.

A program is a list of arrays in the order of computation. Each `Array` has an operation of this file, operands, a shape for one
example, a flag that says whether there is an axis of m examples before it (`batched`), and a kind. A back end computes the arrays
that it needs (`array.needed`), each from its operands. The places that do so here, `printed/expressions.py` and
`run/buffered.py`, have one ``match`` with a case for each operation, so that a type checker reports a case that is missing, also
when an operation is added. `tests/autograd/vectorizing/test_vocabulary.py` is a back end in a hundred lines. It has to know:

- **What is given** (`Given`): θ or blocks of it, input arrays, captured numbers, and two numbers that depend on m. An input array
  of kind ``"index"`` has been checked: its numbers are whole and below the limit (`ArrayProgram.index_limits`).
- **Operations without parameters** (`Plain`): conversions and copies, a choice by a mask, and choices by an index.
- **Elementwise operations** (`Elementwise`): an operator of `autograd.table.operators.OPERATORS`, ``equal``, ``sech2``, or an
  elementary function of the registry `autograd.table.elementary_functions`; and `Extreme`. Operands are broadcast as in NumPy:
  those that have an axis of examples have as many axes as the result. One factor of a product may be a mask, which counts as 1
  and 0. A graph made with ``composite=True``, for reading, keeps functions that the table states by others whole.
- **Views** (`Show`) that share their operand's memory, where a back end has views, and gathered copies (`Gather`).
- **Sums and products**: `Sum` and `Contract`; functions of rows: `OfRows`, `Running` and `RunningGradient`.
- **Additions by index** (`Accumulate`), which put the contributions to a gradient where they belong. Numbers that have an axis of
  examples and fewer axes than the view are repeated along the axes behind that one (`steps.alignment`), and so does `Broadcast`.

Kinds: ``"float"`` is the dtype of the program, float64 or float32; ``"bool"`` is a mask; ``"index"`` is a whole number. Plain
numbers take the dtype of the other operands. Arithmetic never raises: outside a function's domain it gives inf or nan, as floats
that never raise have it (`autograd.table.floats.QUIET`). Only `FloatAsIndex` refuses a number.

What a back end gives is listed in `backends.Backend`. The arrays for it are in `ArrayProgram`: the loss of each example, the mean
of which is the loss of the batch; the outputs; the gradient by blocks of θ, and what is added to all of θ; and the demands, masks
that have to hold for each example. Derivatives are not stated here: they are read off the table while the graph is made
(`kinds.py`), and the arrays of a gradient are made of the same operations.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any, Literal, TypeAlias

from autograd.vectorizing.arrays.views import Shape, View

Kind: TypeAlias = Literal["float", "bool", "index"]
Way: TypeAlias = Literal["add", "rows", "choice"]
"""How numbers are added to a view of an array: all of them; to the rows that an index names; to one element of each row."""

COMPARISONS = ("less", "less_equal", "greater", "greater_equal", "equal")

# ---------------------------------------------------------------------------------------------------------- what is given


class GivenNumbers(Enum):
    """What is given without further parameters; the values say what it is."""

    THETA = "the vector of all parameters that the results depend on"
    WEIGHT = "the number 1 ÷ m, the share of one example in a mean"
    NUMBER_OF_EXAMPLES = "the number m, as a float"


@dataclass(frozen=True, slots=True)
class ParameterBlock:
    """Neighbouring parameters as one array: the layout's block of that number says where they stand in θ."""

    number: int


@dataclass(frozen=True, slots=True)
class Input:
    """An input array of the batch; of kind ``"index"`` if its numbers do nothing but choose."""

    number: int


@dataclass(frozen=True, slots=True)
class Captured:
    """Captured numbers: their bytes in float64, and their shape."""

    data: bytes
    shape: Shape


Given: TypeAlias = GivenNumbers | ParameterBlock | Input | Captured
"""Operations whose results are there before the program runs."""
GIVEN = (GivenNumbers, ParameterBlock, Input, Captured)

# ------------------------------------------------------------------------------------------- operations without parameters


class Plain(Enum):
    """Operations without parameters; the values say what they give."""

    WHERE = "the second operand where the first, a mask, holds, and the third elsewhere: what is left out may be nan"
    MASK_AS_FLOAT = "True and False as 1 and 0"
    INDEX_AS_FLOAT = "whole numbers as floats"
    FLOAT_AS_MASK = "where a number is not 0"
    COPY = "the same elements side by side in memory, so that a view can be made of them"
    BROADCAST = "an array or a number repeated over the full shape, and for each example"
    CONCATENATE = "arrays side by side along the last axis"
    LOOK_UP = "the rows of the first operand, a table without an axis of examples, that the second chooses"
    CHOOSE = "the element of each row of the first operand that the second chooses; either may lack the axis of the examples"


# ------------------------------------------------------------------------------------------------------------ elementwise


@dataclass(frozen=True, slots=True, eq=False)
class Elementwise:
    """An operator or a function of the table applied to each element; a comparison gives a mask. Made by `elementwise` only."""

    name: str


elementwise = cache(Elementwise)
"""The operation of a name; the same object for the same name."""


@dataclass(frozen=True, slots=True)
class Extreme:
    """The larger or the smaller of two numbers, and nan if one is nan."""

    name: Literal["maximum", "minimum"]


@dataclass(frozen=True, slots=True)
class FloatAsIndex:
    """Numbers as indices of a sequence of a length; anything but a whole number from 0 to length - 1 raises an IndexError."""

    length: int


@dataclass(frozen=True, slots=True)
class Show:
    """A view, which has no numbers of its own: it shows those of its operand."""

    view: View


@dataclass(frozen=True, slots=True)
class Gather:
    """A copy of elements by their flat indices in one example of the operand."""

    view: View


# ------------------------------------------------------------------------------------------------------ sums and products


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum over some axes, which are counted without that of the examples, and perhaps over the examples too."""

    axes: tuple[int, ...]
    over_examples: bool

    def counted_axes(self, batched: bool) -> tuple[int, ...]:
        """The axes of an operand, counted with that of the examples if it has one."""
        return (*([0] if self.over_examples else []), *[axis + batched for axis in self.axes])


@dataclass(frozen=True, slots=True)
class Contract:
    """A product of two arrays summed over the axes that the result lacks, in letters as `numpy.einsum` has them.

    The letter m names the axis of the examples.

    >>> Contract("mn", "ln", "ml").summed, Contract("kmn", "kln", "kml").stacked
    ('n', 'k')
    """

    left: str
    right: str
    result: str

    @property
    def summed(self) -> str:
        """The axes that both operands have and the result lacks."""
        return "".join([axis for axis in self.left if axis in self.right and axis not in self.result])

    @property
    def stacked(self) -> str:
        """The axes that both operands and the result have."""
        return "".join([axis for axis in self.result if axis in self.left and axis in self.right])


# ------------------------------------------------------------------------------------------------ along the last axis


@dataclass(frozen=True, slots=True)
class OfRows:
    """A function of each row, along the last axis. The places of extremes are those of the first one, and of kind ``"index"``."""

    name: Literal["logsumexp", "softmax", "argmax", "argmin"]


@dataclass(frozen=True, slots=True)
class Running:
    """The sums or the products of all elements of a row up to each."""

    name: Literal["sum", "product"]


@dataclass(frozen=True, slots=True)
class RunningGradient:
    """The gradient of a running sum or product by the elements of its rows.

    Of a sum, the operand is the upstream gradient, which is summed from the end. Of a product, the operands are the upstream
    gradient, the factors and the products; no division is made, because factors may be 0.
    """

    name: Literal["sum", "product"]


@dataclass(frozen=True, slots=True)
class Accumulate:
    """The sum of contributions, each added to a view of the result; elements that none reaches are 0.

    Attributes:
        parts: of each contribution, the way it is added and the view. Its operands are the numbers; or an index, and the numbers.
            They stand among the operands of the array one contribution after the other.
    """

    parts: tuple[tuple[Way, View], ...]

    def contributions(self, operands: Sequence[Any]) -> Iterator[tuple[Way, View, Sequence[Any]]]:
        """The contributions with their operands."""
        start = 0
        for way, view in self.parts:
            stop = start + (1 if way == "add" else 2)
            yield way, view, operands[start:stop]
            start = stop


Operation: TypeAlias = (
    Given | Plain | Elementwise | Extreme | FloatAsIndex | Show | Gather | Sum | Contract | OfRows | Running | RunningGradient
    | Accumulate
)  # fmt: skip
"""Any operation: what a ``match`` has to handle."""
