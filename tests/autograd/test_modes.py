"""`no_grad`: for whom it holds, and until when."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
from collections.abc import Callable

import pytest

from autograd import Value, dot, grad, logsumexp, maximum, no_grad, pick, softmax, tanh, total, where
from autograd.engine import state
from autograd.engine.graph import topological_order
from autograd.engine.modes import is_paused


def is_recording() -> bool:
    return bool((Value(1.0) * 2).operands)


@pytest.mark.parametrize(
    "operation",
    [
        lambda x: x + 1,
        lambda x: 2 / x,
        lambda x: -x,
        abs,
        lambda x: x**2,
        lambda x: x < 3,
        lambda x: x.relu(),
        lambda x: tanh(x),
        lambda x: x.gelu(),
        lambda x: total([x, x]),
        lambda x: dot([x], [2.0]),
        lambda x: maximum(x, 1.0),
        lambda x: logsumexp([x, 1.0]),
        lambda x: softmax([x, 1.0])[0],
        lambda x: pick([x, 2.0], 0),
        lambda x: where(x, 1.0, 2.0),
    ],
)
def test_results_are_leaves(operation: Callable[[Value], Value]) -> None:
    x = Value(0.5)
    recorded = operation(x)
    with no_grad():
        result = operation(x)
    assert type(result) is Value
    assert recorded.operands != ()
    assert (result.operands, result.primitive.name, result.gradient) == ((), "leaf", None)
    assert result.data == recorded.data
    result.data = 3.0  # a leaf like any other
    (operation(result) * 1.0).backward()
    assert x.gradient is None


def test_nothing_is_kept_of_a_long_computation() -> None:
    gc.collect()
    gc.disable()
    try:
        before = len(gc.get_objects())
        x = Value(1.0)
        with no_grad():
            for _ in range(10_000):
                x = x * 0.5 + 1.0
        assert len(gc.get_objects()) - before < 100
    finally:
        gc.enable()
    assert topological_order(x) == [x]


def test_errors_are_the_same_inside() -> None:
    with no_grad(), pytest.raises(ValueError, match=r"^log of a = -1\.0: "):
        Value(-1.0, "a").log()


def test_recording_goes_on_afterwards() -> None:
    assert is_recording()
    with no_grad():
        assert not is_recording()
    assert is_recording()


def test_nested() -> None:
    with no_grad():
        with no_grad():
            assert not is_recording()
        assert not is_recording()
    assert is_recording()


def test_an_exception_inside_ends_it() -> None:
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), no_grad(), no_grad():
            Value(1.0) / 0
        assert is_recording()
    assert state.paused == 0


def test_as_a_decorator() -> None:
    @no_grad()
    def evaluate(x: Value, fail: bool = False) -> Value:
        """Twice x."""
        if fail:
            raise RuntimeError("as asked")
        return x * 2

    x = Value(3.0)
    for _ in range(2):
        assert (evaluate(x).data, evaluate(x).operands) == (6.0, ())
        with pytest.raises(RuntimeError, match="as asked"):
            evaluate(x, fail=True)
        assert is_recording()
    assert (evaluate.__name__, evaluate.__doc__) == ("evaluate", "Twice x.")


def test_a_context_is_used_once() -> None:
    pause = no_grad()
    with pause:
        pass
    with pytest.raises((RuntimeError, AttributeError)), pause:
        pass
    assert is_recording()


def test_what_was_recorded_before_can_be_differentiated_inside() -> None:
    x = Value(3.0)
    y = x * x
    with no_grad():
        y.backward()
        assert grad(y, x) == 6.0
        slope = grad(y, x, create_graph=True)  # recorded because it was asked for
        assert not is_recording()
        x.data = 4.0
        y.refresh()
    assert (x.gradient, y.data) == (6.0, 16.0)
    slope.refresh()
    assert (slope.data, grad(slope, x)) == (8.0, 2.0)


def test_a_pause_holds_for_its_own_thread_only() -> None:
    paused, checked = threading.Event(), threading.Event()
    seen: list[bool] = []

    def pausing() -> None:
        with no_grad():
            paused.set()
            checked.wait(timeout=60)
            seen.append(is_recording())

    thread = threading.Thread(target=pausing)
    thread.start()
    assert paused.wait(timeout=60)
    seen.append(is_recording())
    x = Value(3.0)
    (x * x).backward()
    checked.set()
    thread.join()
    assert seen == [True, False]
    assert x.gradient == 6.0
    assert is_recording()


def test_a_thread_that_starts_inside_a_pause_records() -> None:
    seen: list[bool] = []
    with no_grad():
        thread = threading.Thread(target=lambda: seen.append(is_recording()))
        thread.start()
        thread.join()
        assert not is_recording()
    assert seen == [True]


def test_many_threads_pausing_and_recording() -> None:
    wrong: list[int] = []

    def work(number: int) -> None:
        for k in range(300):
            if (k + number) % 2:
                with no_grad():
                    if is_recording():
                        wrong.append(k)
            elif not is_recording():
                wrong.append(k)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert wrong == []
    assert state.paused == 0
    assert not is_paused()


def test_a_pause_holds_for_its_own_task_only() -> None:
    seen: list[tuple[str, bool]] = []

    async def pausing(paused: asyncio.Event, checked: asyncio.Event) -> None:
        with no_grad():
            paused.set()
            await checked.wait()
            seen.append(("paused", is_recording()))

    async def both() -> None:
        paused, checked = asyncio.Event(), asyncio.Event()
        task = asyncio.create_task(pausing(paused, checked))
        await paused.wait()
        seen.append(("other", is_recording()))
        checked.set()
        await task

    asyncio.run(both())
    assert seen == [("other", True), ("paused", False)]
