"""Refusing to freeze a choice: a function that is being traced may not ask for the number of a traced Value.

A function that is compiled is run once, on one example. If it asked whether a Value is positive, the answer for that example
would silently be used for all of them. So every way of asking looks here first to see whether a trace is on.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import Any

from autograd.engine import graph, state
from autograd.engine.whose_code import line_of_user, owner
from autograd.errors import FrozenChoiceError


class Trace:
    """The runs of a function that is being compiled.

    Attributes:
        varies: whether a leaf is an input or a parameter, so that its number differs from call to call.
        inputs: the identities of the leaves that are inputs.
        demands: what was required in the present run (`autograd.require`).
        differentiated: the outputs whose derivatives were recorded in it, each with these derivatives.
        refusal: what was refused last, in words. It is kept even if the function catches the error.
        fixed: the nodes that are known not to depend on an input, by identity.
    """

    __slots__ = ("demands", "differentiated", "fixed", "inputs", "refusal", "varies")

    def __init__(self, varies: Callable[[Any], bool], inputs: Container[int]) -> None:
        self.varies = varies
        self.inputs = inputs
        self.demands: list[Any] = []
        self.differentiated: list[Any] = []
        self.refusal = ""
        self.fixed: dict[int, Any] = {}


# All traces that are on, in any thread. Every way of asking looks here first, which costs next to nothing while there are none.
traces: list[Trace] = []
_present: ContextVar[Trace | None] = ContextVar("present trace", default=None)

# Values are hashed by identity, by a function in C on whose speed the engine depends. While a trace is on, a guard that checks
# who asks takes its place. From Python 3.13 on, a class that has been changed a thousand times loses its fast paths for good, so
# after several hundred exchanges the guard stays.
_hash_lock = Lock()
_exchanges_left = 400.0 if sys.version_info >= (3, 13) else math.inf
_guarding = 0
# The library's own files that are known to hash Values.
_hashing_files: set[str] = set()

_ONE_EXAMPLE = "Its number would be that of the one example for all examples"
_ANSWER = "Its answer would be that of the one example for all examples"
_DERIVATIVE = f"{_ONE_EXAMPLE}; grad(output, inputs, create_graph=True) records a derivative"
_TRUNCATING = f"{_ONE_EXAMPLE}; where(x < 0, -(-x // 1), x // 1) records it, and pick(values, index) takes a Value for an index"
_HINTS = {
    "bool()": f"{_ONE_EXAMPLE}; record the choice instead: where(condition, a, b), maximum, minimum, relu",
    "format()": "The text would be that of the one example; write it outside, or return the Value among the named outputs",
    "int()": _TRUNCATING,
    "math.trunc()": _TRUNCATING,
    "math.floor()": f"{_ONE_EXAMPLE}; x // 1 records it",
    "math.ceil()": f"{_ONE_EXAMPLE}; -(-x // 1) records it",
    "round()": f"{_ONE_EXAMPLE}; (x + 0.5) // 1 records the nearest whole number, halves rounded up",
    "==": f"{_ANSWER}; record the comparison with equal(a, b), and a choice with where(condition, a, b)",
    "grad()": _DERIVATIVE,
    "directional_derivative()": _DERIVATIVE,
    "value_and_grad()": _DERIVATIVE,
    "backward()": "The compiled program has value_and_grad; for a derivative that is part of the function there is "
    "grad(output, inputs, create_graph=True)",
    "refresh()": "The compiled program computes everything anew; leave it out",
    "assignment": "The compiled program would not repeat it; assign before or after",
    "a copy": f"{_ONE_EXAMPLE}, a constant; use the Value itself",
    "a look-up by hash": "A Value is hashed by identity: whatever its number, it is found in no dictionary and in no set; record "
    "the choice instead: where(equal(a, b), c, d), or pick(values, index)",
    "expand()": "What the pick found for the one example would be taken for all examples; expand graphs outside the function",
}
_READING = (
    f"{_ONE_EXAMPLE}; compute with the Value itself; for a choice there is where(condition, a, b), for an index "
    "pick(values, index)"
)
_REASONS = {
    "no_grad": "what is computed in it would be a constant; leave it out",
    "vectorize": "what another program computes would be a constant; compile it before, and call this function's parts directly",
}


@contextmanager
def tracing(varies: Callable[[Any], bool], inputs: Container[int]) -> Iterator[Trace]:
    """Refuse reading Values that depend on leaves which vary, in the present thread or task.

    Args:
        varies: whether a leaf is an input or a parameter.
        inputs: the identities of the leaves that are inputs. Nothing that depends on them may be looked up by hash.

    Raises:
        FrozenChoiceError: at the end, if something was refused and the error did not get out; or a trace is on already.
    """
    if traces:
        check_context("vectorize")
    trace = Trace(varies, inputs)
    token = _present.set(trace)
    traces.append(trace)
    _guard_hashes(1)
    try:
        yield trace
    finally:
        _guard_hashes(-1)
        traces.remove(trace)
        _present.reset(token)
    if trace.refusal:
        raise FrozenChoiceError(f"{trace.refusal}. The function caught this error, and what it did instead was not asked for.")


def present_trace() -> Trace | None:
    """The trace that is on in the present thread or task."""
    return _present.get()


def note_derivative(output: Any, derivatives: Sequence[Any]) -> None:
    """Note that derivatives of an output have been recorded: they may be defined where the output is not."""
    trace = _present.get()
    if trace is not None:
        trace.differentiated.append((output, derivatives))


def check(value: Any, way: str) -> None:
    """Refuse a way of reading a Value if that depends on what varies.

    Raises:
        FrozenChoiceError: it does. The message names the line.
    """
    trace = _present.get()
    if trace is not None:
        if _depends(value, trace.varies):
            _refuse_reading(trace, value, way)
        return
    # This thread has no trace of its own. If it has a traced input, a traced function has started it.
    for other in traces.copy():
        if _depends(value, lambda leaf, inputs=other.inputs: id(leaf) in inputs):  # type: ignore[misc]
            _refuse_reading(other, value, way)


def check_context(way: str) -> None:
    """Refuse what changes how everything is computed while a trace is on in the present thread or task.

    Raises:
        FrozenChoiceError: one is. The message names the line.
    """
    trace = _present.get()
    if trace is not None:
        _refuse(trace, f"{way} in a traced function at {line_of_user(sys._getframe(1))}: {_REASONS[way]}")


def _refuse_reading(trace: Trace, value: Any, way: str) -> None:
    what = value.label or ("a leaf without a label" if value._first is None else f"a result of {value.primitive.name}")
    _refuse(trace, f"{way} of a traced Value ({what}) at {line_of_user(sys._getframe(1))}. {_HINTS.get(way, _READING)}")


def _refuse(trace: Trace, refusal: str) -> None:
    trace.refusal = refusal
    raise FrozenChoiceError(f"{refusal}.")


def _depends(value: Any, varies: Callable[[Any], bool], fixed: dict[int, Any] | None = None) -> bool:
    """Whether a Value depends on a leaf which varies.

    Args:
        fixed: the nodes that are known not to, by identity. More are added, so that many questions take no longer than one.
    """
    # By identity: hashes may be guarded.
    seen = {id(value): value}
    stack = [value]
    while stack:
        node = stack.pop()
        if node._first is None:
            if varies(node):
                return True
            continue
        for operand in graph.operands(node):
            key = id(operand)
            if key not in seen and (fixed is None or key not in fixed):
                seen[key] = operand
                stack.append(operand)
    if fixed is not None:
        fixed.update(seen)
    return False


def _guard_hashes(change: int) -> None:
    """Have hashes of Values guarded while there are traces."""
    Value: Any = state.Value
    global _guarding, _exchanges_left
    with _hash_lock:
        _guarding += change
        if _guarding == 1 and change == 1 and Value.__hash__ is not _guarded_hash:
            Value.__hash__ = _guarded_hash
            _exchanges_left -= 1
        elif not _guarding and _exchanges_left > 0:
            Value.__hash__ = object.__hash__


def _guarded_hash(value: Any, _hash: Callable[[Any], int] = object.__hash__, _frame: Callable[[int], Any] = sys._getframe) -> int:
    """The hash by identity, refused to a traced function where the Value depends on an input: its answer would hold for all."""
    # The library itself asks most often, so it is let through first.
    if _frame(1).f_code.co_filename not in _hashing_files and (trace := _present.get()) is not None:
        _check_hash(trace, value, _frame(1))
    return _hash(value)


def _check_hash(trace: Trace, value: Any, frame: Any) -> None:
    while (whose := owner(frame.f_code.co_filename)) == "Python" and frame.f_back is not None:
        frame = frame.f_back
    if whose == "library":
        _hashing_files.add(frame.f_code.co_filename)
    elif id(value) not in trace.fixed and _depends(value, lambda leaf: id(leaf) in trace.inputs, trace.fixed):
        _refuse_reading(trace, value, "a look-up by hash")
