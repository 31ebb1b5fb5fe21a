"""Making what computes a program: from the recorded graph to an engine's backend."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from autograd.engine.value import Value
from autograd.vectorizing.backends import Backend, CompiledBackend
from autograd.vectorizing.choosing.choosing import Choice
from autograd.vectorizing.digest import Digest, digest_of_grouping, digest_of_rolled
from autograd.vectorizing.example.recorded import RecordedExample
from autograd.vectorizing.example_at_fault import Examination
from autograd.vectorizing.grouping.grouping import group_graph
from autograd.vectorizing.layout.layout import lay_out
from autograd.vectorizing.parameters import Parameters
from autograd.vectorizing.reordered import Reordered
from autograd.vectorizing.rolled.program import RolledProgram


@dataclass(frozen=True, slots=True)
class Kept:
    """What a program that was pickled or copied keeps of the original.

    Attributes:
        captured: the leaves whose numbers are constants of the program, and those numbers.
        order: the parameters, in the order of θ.
    """

    captured: list[tuple[Value, float]]
    order: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """What computes a program.

    Attributes:
        digest: what has been read of the graph.
        captured: the leaves whose numbers have been compiled in, and those numbers: leaves may be assigned others.
        parameters: the parameters in the order of θ.
        backend: what computes results.
    """

    digest: Digest
    captured: list[tuple[Value, float]]
    parameters: Parameters
    backend: Backend


def make(recorded: RecordedExample, choice: Choice, dtype: Any, exact: bool, kept: Kept | None) -> Made:
    """Make what computes a program.

    Args:
        recorded: what the function recorded.
        choice: the engine.
        dtype: the type of all arrays.
        exact: whether results are to be bit-equal to those of the eager engine.
        kept: what to keep of the program that this one is a copy of; None for a new one.
    """
    if choice.rolled is not None:
        return _native(recorded, choice.rolled, dtype, exact, kept)
    return _numpy(recorded, dtype, exact, kept)


def _numpy(recorded: RecordedExample, dtype: Any, exact: bool, kept: Kept | None) -> Made:
    grouping = group_graph(recorded, exact=exact)
    layout = None if exact else lay_out(grouping, [array.shape for array in recorded.arguments.arrays])
    captured = _captured(grouping.captured, kept)
    digest = digest_of_grouping(grouping, layout)
    parameters, examination = _of_theta(recorded, digest, dtype)
    backend: Backend
    if layout is None:
        from autograd.vectorizing.exact.backend import ExactBackend

        backend = ExactBackend(recorded, grouping, parameters, examination)
    else:
        backend = CompiledBackend(recorded, grouping, layout, parameters, examination, dtype)
    return _in_order(Made(digest, captured, parameters, backend), dtype, kept)


def _native(recorded: RecordedExample, rolled: RolledProgram, dtype: Any, exact: bool, kept: Kept | None) -> Made:
    # It imports llvmlite, which is optional.
    from autograd.vectorizing.native.backend import NativeBackend

    captured = _captured(rolled.captured, kept)
    digest = digest_of_rolled(rolled)
    parameters, examination = _of_theta(recorded, digest, dtype)
    backend: Backend = NativeBackend(recorded, rolled, parameters, examination, dtype, exact)
    return _in_order(Made(digest, captured, parameters, backend), dtype, kept)


def _captured(leaves: list[Value], kept: Kept | None) -> list[tuple[Value, float]]:
    """The captured leaves with the numbers that are compiled in. In a copy they are those of the original."""
    captured = [(leaf, leaf._data) for leaf in leaves] if kept is None else kept.captured
    leaves[:] = [leaf for leaf, _ in captured]
    return captured


def _of_theta(recorded: RecordedExample, digest: Digest, dtype: Any) -> tuple[Parameters, Examination]:
    """All parameters, first those that something depends on; and what replays examples with numbers in this order."""
    known = set(digest.parameters)
    parameters = Parameters([*digest.parameters, *(value for value in recorded.parameters or () if value not in known)], dtype)
    return parameters, Examination(recorded, digest, parameters.values)


def _in_order(made: Made, dtype: Any, kept: Kept | None) -> Made:
    """The same with θ in the order that it had where a copy comes from, which may have been another engine's."""
    if kept is None or kept.order == made.parameters.values:
        return made
    digest = replace(made.digest, parameters=kept.order[: len(made.digest.parameters)])
    place_of = {value: place for place, value in enumerate(kept.order)}
    places = [place_of[value] for value in made.parameters.values]
    return replace(made, digest=digest, parameters=Parameters(kept.order, dtype), backend=Reordered(made.backend, places))
