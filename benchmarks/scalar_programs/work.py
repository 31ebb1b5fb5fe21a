"""What a scalar program is to the benchmark, and to tests that need programs nobody wrote them for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

Array = Any  # numpy.ndarray, or the array of a peer
Scalar = Any
Scalars = Sequence[Any]


@dataclass(frozen=True)
class Work:
    """The loss of one example as a function of parameters, and where its examples come from.

    Attributes:
        name: of its file, and what `--only` takes.
        title: what a table says.
        scalars: ``scalars(m, theta, *example)`` is the loss of an example, written in scalars over the functions of m: this
            project's own, or CasADi's under the same names (see `systems`). theta is a list.
        start: the numbers of the parameters.
        batch: ``batch(m, seed)`` gives m examples: an array for each argument, with a leading axis of m.
        arrays: ``arrays(xp, theta, *batch)`` is the same loss as somebody would write it who knows JAX or PyTorch well: on
            arrays, loops over time as a scan. It serves one example, which JAX maps over a batch, and batches with leading
            axes, as PyTorch takes them. None: nothing in the program is an array, and these run `scalars` too.
        batches: how many examples it is timed with.
    """

    name: str
    title: str
    scalars: Callable[..., Scalar]
    start: tuple[float, ...]
    batch: Callable[[int, int], tuple[Array, ...]]
    arrays: Callable[..., Any] | None = None
    batches: tuple[int, ...] = (1, 32, 256)

    @cached_property
    def parameters(self) -> tuple[Any, ...]:
        """The parameters as Values, in the order of `start`."""
        from autograd import Value

        return tuple([Value(number) for number in self.start])

    @property
    def example(self) -> tuple[Any, ...]:
        """One example: numbers and nested lists of numbers."""
        return self.examples(*self.batch(1, 0))[0]

    @property
    def f(self) -> Callable[..., Any]:
        """The function to be compiled: the loss of one example as a Value."""
        from scalar_programs.systems import of_values

        parameters = self.parameters  # made before the function runs: what a function makes is no parameter of it
        return lambda *example: self.scalars(of_values, parameters, *example)

    @staticmethod
    def examples(*batch: Array) -> list[tuple[Any, ...]]:
        """A batch as a list of examples of plain numbers."""
        return list(zip(*[array.tolist() for array in batch], strict=True))


def vector(theta: Iterator[Scalar], n: int) -> list[Scalar]:
    """The next n parameters."""
    return [next(theta) for _ in range(n)]


def matrix(theta: Iterator[Scalar], n_rows: int, n_columns: int) -> list[list[Scalar]]:
    """The next parameters as rows."""
    return [vector(theta, n_columns) for _ in range(n_rows)]


def split(theta: Array, *shapes: tuple[int, ...]) -> list[Array]:
    """A flat array of parameters as arrays of these shapes, one after the other."""
    parts, start = [], 0
    for shape in shapes:
        parts.append(theta[start : start + prod(shape)].reshape(shape))
        start += prod(shape)
    return parts
