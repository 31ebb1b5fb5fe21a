"""Running the function to be checked, and finding out whether what it records is all it does."""

from __future__ import annotations

import inspect
import numbers
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from operator import is_
from typing import Any

from autograd.engine import graph
from autograd.engine.habits.lost_gradients import expecting_lost_gradients
from autograd.engine.modes import recording as recording_on
from autograd.engine.outputs import Outputs
from autograd.engine.source_lines import SourceLines, noting_lines
from autograd.engine.value import Value
from autograd.errors import is_real_number, number_in
from autograd.structures import map_leaves, named_leaves


def is_number(argument: Any) -> bool:
    """Whether an argument is one number, or a Value that stands for one."""
    return isinstance(argument, Value) or (is_real_number(argument) and not is_array(argument))


def map_numbers(argument: Any, change: Callable[[Any], Any]) -> Any:
    """Nested lists, tuples and dictionaries with each number in them changed; all else as it is."""

    def changed(leaf: Any) -> Any:
        return change(leaf) if is_number(leaf) else _map_array(leaf, change) if is_array(leaf) else leaf

    return map_leaves(argument, changed)


def is_array(argument: Any) -> bool:
    """Whether an argument is a NumPy array; asked without importing NumPy."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(argument, numpy.ndarray)


def _map_array(array: Any, change: Callable[[Any], Any]) -> Any:
    import numpy

    changed = [change(element) for element in array.ravel().tolist()]
    # Of objects if they are Values: NumPy's functions then call the methods of the same names.
    kind = object if any(isinstance(element, Value) for element in changed) else float
    result = numpy.empty(len(changed), dtype=kind)
    result[:] = changed
    return result.reshape(array.shape)


def named_numbers(argument: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Each number in nested lists, tuples and dictionaries, with its name: ``w[0]``, ``p['bias']``."""
    for name_of_leaf, leaf in named_leaves(argument, name):
        if is_number(leaf):
            yield (isinstance(leaf, Value) and leaf.label) or name_of_leaf, leaf
        elif is_array(leaf):
            import numpy

            for index in numpy.ndindex(leaf.shape):
                yield from named_numbers(leaf[index], f"{name_of_leaf}[{', '.join(map(str, index))}]" if index else name_of_leaf)


def as_number(argument: Any) -> float:
    """The float of a number or of a Value."""
    return argument._data if isinstance(argument, Value) else float(argument)


def argument_names(f: Callable[..., Any], count: int) -> list[str]:
    """What f calls its arguments; x1, x2, … where that can't be known."""
    try:
        parameters = inspect.signature(f).parameters.values()
    except (TypeError, ValueError):
        parameters = []  # type: ignore[assignment]
    names: list[str] = []
    for parameter in parameters:
        if parameter.kind is parameter.VAR_POSITIONAL:
            names += [f"{parameter.name}[{place}]" for place in range(count - len(names))]
        elif parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            names.append(parameter.name)
    if len(names) < count:
        names = ["x"] if count == 1 else [f"x{place + 1}" for place in range(count)]
    return names[:count]


def output_name(f: Callable[..., Any]) -> str:
    """What to call the function's output where it has no label."""
    name = getattr(f, "__name__", "")
    return name if name and name.isidentifier() else "f"


@dataclass
class Recording:
    """One run of a function on Values.

    Attributes:
        leaves: the Values that stood for the numbers of the point, in order.
        names: what they are called.
        outputs: what came out, in order: Values, or plain numbers where the function gave such.
        output_names: what they are called.
        lines: where each node was computed.
    """

    leaves: list[Value]
    names: list[str]
    outputs: list[Any]
    output_names: list[str]
    lines: SourceLines = field(default_factory=SourceLines)

    @property
    def data(self) -> list[float]:
        """The outputs' numbers."""
        return [as_number(output) for output in self.outputs]

    @cached_property
    def nodes(self) -> list[Value]:
        """All nodes of the outputs' graphs, operands before results."""
        return graph.topological_order(*(output for output in self.outputs if isinstance(output, Value)))


class Function:
    """A function and the point at which it is checked.

    Args:
        f: takes Values in the arrangement of the point, and returns a Value, or lists, tuples and dictionaries of Values.
        point: numbers, or lists, tuples, dictionaries and arrays of them; other arguments are handed on as they are.
        parameters: leaves that f uses without getting them as arguments, to be moved with the point.

    Raises:
        TypeError: there is no number to differentiate with respect to.
    """

    def __init__(self, f: Callable[..., Any], point: Sequence[Any], parameters: Sequence[Value] = ()) -> None:
        if not callable(f):
            raise TypeError(f"gradcheck takes a function or a recorded Value, not {f!r}")
        self.f = f
        self.point = tuple(point)
        self.parameters = list(parameters)
        names = argument_names(f, len(self.point))
        named = [pair for argument, name in zip(self.point, names, strict=True) for pair in named_numbers(argument, name)]
        self.names = [name for name, _ in named] + [p.label or f"parameter {n}" for n, p in enumerate(self.parameters, 1)]
        self.numbers = [as_number(number) for _, number in named] + [p._data for p in self.parameters]
        self.output_name = output_name(f)
        # By the latest run.
        self.returned: Any = None
        # What is given as an int may be an index, which can't move a little.
        self.whole = [isinstance(number_in(number), numbers.Integral) for _, number in named] + [False for _ in self.parameters]
        if not self.numbers:
            raise TypeError(f"gradcheck of {self.output_name}: give the point at which to check it, as numbers, lists or dicts")

    def record(self, at: Sequence[float] | None = None, *, note_lines: bool = False) -> Recording:
        """Run the function at the point, or with other numbers in its place, and note the line of each node if asked to.

        Raises:
            TypeError: what comes out is no number.
        """
        numbers_at = list(self.numbers if at is None else at)
        own = len(numbers_at) - len(self.parameters)
        leaves = [*map(Value, numbers_at[:own], self.names), *self.parameters]
        entering = iter(leaves)
        arguments = [map_numbers(argument, lambda _: next(entering)) for argument in self.point]
        lines = SourceLines()
        with (
            self._parameters_at(numbers_at),
            recording_on(),
            expecting_lost_gradients(),  # of which the check says more
            noting_lines(lines) if note_lines else nullcontext(),
        ):
            result = self._called(arguments)
        # What hands an input on is called after the function, not after the input.
        outputs = [
            (default if output in leaves else name, output)
            for (name, output), default in zip(self._outputs(result), self._unlabelled(result), strict=True)
        ]
        return Recording(leaves, self.names, [output for _, output in outputs], [name for name, _ in outputs], lines)

    def _unlabelled(self, result: Any) -> list[str]:
        return [name for name, _ in named_numbers(map_numbers(result, lambda _: 0.0), self.output_name)]

    def floats(self, at: Sequence[float] | None = None) -> list[float]:
        """The outputs' numbers, computed on plain floats.

        Raises:
            TypeError: what comes out is no number.
        """
        numbers_at = list(self.numbers if at is None else at)
        entering = iter(numbers_at)
        arguments = [map_numbers(argument, lambda _: next(entering)) for argument in self.point]
        with self._parameters_at(numbers_at):
            return [as_number(output) for _, output in self._outputs(self._called(arguments))]

    def _called(self, arguments: Sequence[Any]) -> Any:
        result = self.f(*arguments)
        self.returned = result
        return result[0] if result.__class__ is Outputs and len(result) == 1 else result

    def _outputs(self, result: Any) -> list[tuple[str, Any]]:
        outputs = list(named_numbers(result, self.output_name))
        if not outputs:
            raise TypeError(f"{self.output_name} returned {result!r}, which holds no Value and no number to differentiate")
        return outputs

    @contextmanager
    def _parameters_at(self, numbers_at: Sequence[float]) -> Iterator[None]:
        """Have the parameters at other numbers for a while; they are as old as they were afterwards."""
        if not self.parameters:
            yield
            return
        before = [(p, p._data, p._tick) for p in self.parameters]
        for parameter, number in zip(self.parameters, numbers_at[len(numbers_at) - len(self.parameters) :], strict=True):
            parameter._data = number
        try:
            yield
        finally:
            for parameter, number, tick in before:
                parameter._data, parameter._tick = number, tick


@dataclass(frozen=True)
class Difference:
    """How two runs of a function differ.

    Attributes:
        kind: ``"path"``: other operations; ``"constant"``: a number that is no input changed.
        node: where, in the first run.
        before: the constant in the first run.
    """

    kind: str
    node: Value | None
    before: float = 0.0


def difference_between(first: Recording, second: Recording) -> Difference | None:
    """The first difference between two runs other than the numbers that follow from their inputs; None if there is none."""
    if len(first.outputs) != len(second.outputs):
        return Difference("path", None)
    for one, other in zip(first.outputs, second.outputs, strict=True):
        if isinstance(one, Value) != isinstance(other, Value):
            return Difference("path", None)
        if not isinstance(one, Value) and float(one).hex() != float(other).hex():
            return Difference("constant", None, float(one))
    partner: dict[Any, Any] = dict(zip(first.leaves, second.leaves, strict=True))
    partner[None] = None
    for one, other in zip(first.nodes, second.nodes, strict=False):
        known = partner.get(one)
        if known is not None:
            if known is not other:
                return Difference("path", one)
            continue
        before, after = one._first, other._first
        if one.primitive is not other.primitive or (before is None) != (after is None):
            return Difference("path", one)
        if before is None:
            if one._data != other._data and not (one._data != one._data and other._data != other._data):
                return Difference("constant", one, one._data)
        elif not _match(before, after, partner) or not _match(one._second, other._second, partner):
            return Difference("path", one)
        partner[one] = other
    for one, other in zip(first.outputs, second.outputs, strict=True):
        if isinstance(one, Value) and partner.get(one) is not other:
            return Difference("path", one)
    return None


def _match(one: Any, other: Any, partner: dict[Any, Any]) -> bool:
    """Whether what one operand slot holds is the partner of what another holds."""
    if one.__class__ is tuple:
        return other.__class__ is tuple and len(one) == len(other) and all(map(is_, map(partner.get, one), other))
    return partner.get(one) is other
