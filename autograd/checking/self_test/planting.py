"""Breaking rules of the table on purpose, to see whether the check finds out.

What a break does is stated on the numbers that a rule gives, never on a particular rule, so it applies to every primitive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import RLock
from typing import Any, NamedTuple

from autograd.engine import backward, compiled_backward
from autograd.table.number_system import Rule
from autograd.table.operators import OPERATORS, Operators
from autograd.table.rules import Primitive, Summed

_lock = RLock()


class Break(NamedTuple):
    """A way of breaking a rule: its name, and what it makes of the rule for the derivatives."""

    name: str
    apply: Callable[[Rule], Rule]


def _on_derivatives(change: Callable[[list[Any]], list[Any]]) -> Callable[[Rule], Rule]:
    def apply(rule: Rule) -> Rule:
        def broken(m: Any, *operands_and_result: Any) -> Any:
            derivatives = rule(m, *operands_and_result)
            is_one = not isinstance(derivatives, Sequence)
            changed = change([derivatives] if is_one else list(derivatives))
            return changed[0] if is_one else type(derivatives)(changed)

        return broken

    return apply


def _on_each(change: Callable[[Any], Any]) -> Callable[[Rule], Rule]:
    return _on_derivatives(lambda derivatives: [change(derivative) for derivative in derivatives])


def _drop(rule: Rule) -> Rule:
    def broken(m: Any, *operands_and_result: Any) -> Any:
        dropped: list[bool] = []
        wrapped = [_wrap(operand, dropped) for operand in operands_and_result]
        return _unwrap(rule(_ForgetfulSystem(m, dropped), *wrapped))

    return broken


# A comparison answers with a truth value, which some number systems can't multiply: 0 is added to make a number of it.
BREAKS = (
    Break("sign", _on_each(lambda derivative: -(derivative + 0.0))),
    Break("factor", _on_each(lambda derivative: 2.0 * (derivative + 0.0))),
    Break("swapped operands", _on_derivatives(lambda derivatives: derivatives[::-1])),
    Break("dropped addition", _drop),
    Break("1e-7 relative", _on_each(lambda derivative: (1.0 + 1e-7) * (derivative + 0.0))),
    Break("1e-7 absolute", _on_each(lambda derivative: derivative + 1e-7)),
)


class _Forgetful(Operators["_Forgetful"]):
    """A number that forgets, once, to add: the first sum in a rule is its left operand alone."""

    def __init__(self, number: Any, dropped: list[bool]) -> None:
        self.number = number
        self.dropped = dropped

    def operate(self, operation: str, *operands: Any) -> _Forgetful:
        numbers = list(map(_unwrap, operands))
        if operation in ("add", "subtract") and not self.dropped:
            self.dropped.append(True)
            return _Forgetful(numbers[0], self.dropped)
        return _Forgetful(OPERATORS[operation](*numbers), self.dropped)


class _ForgetfulSystem:
    def __init__(self, m: Any, dropped: list[bool]) -> None:
        self._m = m
        self._dropped = dropped

    def __getattr__(self, name: str) -> Callable[..., Any]:
        function = getattr(self._m, name)
        return lambda *operands: _wrap(function(*map(_unwrap, operands)), self._dropped)


def _wrap(number: Any, dropped: list[bool]) -> Any:
    if isinstance(number, list | tuple) and not hasattr(number, "_mpf_"):
        return type(number)([_wrap(element, dropped) for element in number])
    return number if isinstance(number, int) else _Forgetful(number, dropped)


def _unwrap(number: Any) -> Any:
    if isinstance(number, list | tuple):
        return type(number)([_unwrap(element) for element in number])
    return number.number if isinstance(number, _Forgetful) else number


@contextmanager
def broken(primitive: Primitive, how: Break) -> Iterator[None]:
    """Have the rule for a primitive's derivatives broken, in the table and in all that is compiled from it.

    It holds for the whole process: nothing else should differentiate meanwhile.

    >>> from autograd import Value, grad, tanh
    >>> from autograd.table.primitives import TABLE
    >>> x = Value(0.0)
    >>> with broken(TABLE["tanh"], BREAKS[0]):
    ...     grad(tanh(x), x)
    -1.0
    """
    with _lock:
        try:
            with _in_the_table(primitive, how):
                _recompile(primitive, inline=False)
                yield
        finally:
            _recompile(primitive)


@contextmanager
def forgetful_accumulation() -> Iterator[None]:
    """Have the backward pass keep only the last part of a gradient that several nodes contribute to."""
    with _lock:
        right = backward.compiled_sweep
        source = compiled_backward.source_of_sweep().replace("gradient += ", "gradient = ").replace("] += ", "] = ")
        backward.compiled_sweep = compiled_backward.compile_sweep(source)
        try:
            yield
        finally:
            backward.compiled_sweep = right


def _recompile(primitive: Primitive, *, inline: bool = True) -> None:
    """Compile what is compiled from a primitive's rules anew."""
    if primitive.arity in (1, 2):
        compiled_backward.attach_pulls_to(primitive)
    # A broken rule is more than an operand or a number, which is all that can be written into the loop.
    inlined = [name for name in compiled_backward.INLINED if inline or name != primitive.name]
    backward.compiled_sweep = compiled_backward.compile_sweep(compiled_backward.source_of_sweep(inlined))


def matters(primitive: Primitive, how: Break, groups: Sequence[Any], result: float) -> bool:
    """Whether a break changes a local derivative at some operands."""
    right = primitive.quiet_local_derivatives(groups, result)
    with _lock, _in_the_table(primitive, how):
        wrong = primitive.quiet_local_derivatives(groups, result)
    return any(abs(a - b) > 1e-9 * abs(a) for a, b in zip(right, wrong, strict=True))


@contextmanager
def _in_the_table(primitive: Primitive, how: Break) -> Iterator[None]:
    slots = ("term_derivatives",) if isinstance(primitive, Summed) else ("derivatives", "recorded")
    right = {slot: getattr(primitive, slot) for slot in slots}
    both = (primitive, primitive.quiet)
    for slot, rule in right.items():
        for one in both:
            setattr(one, slot, how.apply(rule))
    try:
        yield
    finally:
        for slot, rule in right.items():
            for one in both:
                setattr(one, slot, rule)
