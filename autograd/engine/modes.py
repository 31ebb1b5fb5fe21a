"""What the current thread or task wants of the operations it runs: to record them, and to raise where they fail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import TypeVar

from autograd.engine import state
from autograd.engine.refusals import check_context, traces

T = TypeVar("T")

_paused: ContextVar[bool] = ContextVar("paused", default=False)
_deriving: ContextVar[bool] = ContextVar("deriving", default=False)
_count_lock = Lock()


def is_paused() -> bool:
    """Whether operations of the current thread or task go unrecorded."""
    return _paused.get()


state.is_paused = is_paused


def is_deriving() -> bool:
    """Whether derivatives are being recorded, whose singular points give inf or nan and raise nothing."""
    return _deriving.get()


def _count_paused(change: int) -> None:
    # Operations look at this count first, and ask whose pause it is only while it is not zero.
    with _count_lock:
        state.paused += change


@contextmanager
def no_grad() -> Iterator[None]:
    """Compute without recording: results inside are leaves, and cost no memory once dropped.

    A context manager, and a decorator. It holds for the current thread or task only.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.data, y.operands
    (9.0, ())
    """
    if traces:
        check_context("no_grad")
    token = _paused.set(True)
    _count_paused(1)
    try:
        yield
    finally:
        _count_paused(-1)
        _paused.reset(token)


def recording() -> AbstractContextManager[None]:
    """Record operations also where a pause is on."""
    return holding(_paused, False)


@contextmanager
def deriving() -> Iterator[None]:
    """Evaluate rules on Values: nothing raises, and operations are recorded also where a pause is on."""
    with holding(_deriving, True), recording():
        yield


@contextmanager
def holding(variable: ContextVar[T], value: T) -> Iterator[None]:
    """Give a context variable another value for a while."""
    token = variable.set(value)
    try:
        yield
    finally:
        variable.reset(token)
