"""The engine's errors, and the sentences that say which operation went wrong, with which operands."""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterable
from importlib import import_module
from typing import Any

from autograd.table.rules import Primitive


class StaleGraphError(RuntimeError):
    """A graph holds results that were computed before one of their operands changed."""


class FrozenChoiceError(TypeError):
    """A function that is being compiled asked for a number that differs from example to example."""


class MiscompiledError(RuntimeError):
    """A compiled program gives something else than the eager engine, which is a fault of the compiler."""


class NonFiniteWarning(RuntimeWarning):
    """A compiled program gave inf or nan, as the eager engine would have."""


class LostGradientWarning(UserWarning):
    """A function of another library was given a Value and took only its number, so that no gradient flows back through it."""


class IdentityComparisonWarning(UserWarning):
    """Two Values were compared with ``==``, which asks whether they are one object and not whether their numbers are equal."""


def number_in(data: Any) -> Any:
    """Turn NumPy's bools, and arrays without axes, into Python's numbers; anything else is returned as it is.

    >>> import numpy
    >>> number_in(numpy.array(2.5)), number_in(numpy.True_), number_in("x")
    (2.5, True, 'x')
    """
    # Other libraries' arrays call them the same.
    return data.item() if getattr(data, "shape", None) == () and hasattr(data, "item") else data


def is_real_number(data: Any) -> bool:
    """Whether `real_number` takes it."""
    return isinstance(data, numbers.Real) or isinstance(number_in(data), numbers.Real)


def real_number(data: Any) -> float:
    """Convert what a user gave for a number, or say what is wrong with it.

    Raises:
        TypeError: it is not a real number.
    """
    if data.__class__ is float:
        return data
    if isinstance(data, numbers.Real):
        return float(data)
    inner = number_in(data)
    if isinstance(inner, numbers.Real):
        return float(inner)
    if hasattr(data, "__len__"):
        data = inner
    if hasattr(data, "primitive"):
        raise TypeError(f"{data!r} is a Value already; use it as it is, or its .data for the bare number")
    if hasattr(data, "__len__") and not isinstance(data, str | bytes):
        raise TypeError(f"a Value holds one real number, not a {type(data).__name__}; make a list of Values")
    raise TypeError(f"a Value holds one real number, not {data!r} ({type(data).__name__})")


def explain_label(label: Any, instead: str) -> TypeError:
    """The error for a label that is not a string; it says what to write instead."""
    return TypeError(f"a label is a string, not {label!r}: write {instead}")


def explain_gradients(leaves: Iterable[Any]) -> TypeError:
    """The error for a leaf whose attribute `gradient` was assigned something that is not a number."""
    wrong = next(leaf for leaf in leaves if not (leaf.gradient is None or is_real_number(leaf.gradient)))
    name = f"the leaf {wrong.label!r}" if wrong.label else "a leaf"
    return TypeError(f"the gradient of {name} was assigned {wrong.gradient!r}: assign None or a number")


def describe(node: Any, number: float | None = None) -> str:
    """Name an operand for an error message: its label, if it has one, and its number."""
    if number is None:
        number = node._data
    return f"{node.label} = {number!r}" if node.label else repr(number)


def _describe_all(nodes: Iterable[Any], data: Iterable[float] | None) -> str:
    described = [describe(node) for node in nodes] if data is None else list(map(describe, nodes, data))
    return ", ".join(described if len(described) <= 6 else [*described[:5], f"… ({len(described)} operands)"])


def explain(primitive: Primitive, nodes: Iterable[Any], error: Exception, data: Iterable[float] | None = None) -> Exception:
    """An error of the same kind as the plain float expression's, which adds the operation and the operands.

    The operands' numbers are their own, or the given ones where it failed on data they don't have yet.
    """
    return type(error)(f"{primitive.name} of {_describe_all(nodes, data)}: {error}")


def explain_overflow(primitive: Primitive, nodes: Iterable[Any], data: Iterable[float] | None = None) -> OverflowError:
    """The error for a sum whose parts overflow to both infinities although all operands are finite."""
    what = f"{primitive.name} of {_describe_all(nodes, data)}"
    return OverflowError(f"{what}: the partial sums overflow to both inf and -inf; scale the operands down")


def explain_stale(node: Any, operand: Any) -> StaleGraphError:
    """The error for a node that is older than one of its operands."""
    what = f"leaf {describe(operand)}" if operand._first is None else f"node {describe(operand)}"
    result = f"{node.primitive.name} node" + (f" {node.label}" if node.label else "")
    return StaleGraphError(
        f"{what} was assigned after the {result} was computed from it; call refresh() on the output to recompute its graph, "
        f"or compute the output anew"
    )


def of_example(error: Exception, example: int | None) -> Exception:
    """An error of a program, with the example of the batch that caused it; None stands for a program without arguments.

    The error's attribute `example` is the number of the example, for code that took the batch from a larger set and knows the
    example by another number.
    """
    where = "the program" if example is None else f"example {example} of the batch"
    explained: Any = type(error)(f"{where}: {error}")
    explained.example = example or 0
    return explained  # type: ignore[no-any-return]


def all_finite(nodes: Iterable[Any]) -> bool:
    """Whether every operand is a finite number."""
    return all(math.isfinite(node._data) for node in nodes)


def optional_library(name: str, use: str) -> Any:
    """Import a library that comes with an extra of the distribution only.

    Args:
        name: the module, whose distribution has the same name.
        use: what needs it, the beginning of a sentence.

    Raises:
        ModuleNotFoundError: it is not installed; the message says how to install it.
    """
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        distribution = name.partition(".")[0]
        if error.name not in (name, distribution):
            raise
        message = f"{use} needs the library {distribution}, which is not installed: python -m pip install {distribution}"
        raise ModuleNotFoundError(message, name=distribution) from None
