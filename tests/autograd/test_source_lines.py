"""Noting the line of each Value: the user's innermost one, in one thread, and nothing once the mode is off."""

from __future__ import annotations

import threading
from colorsys import rgb_to_yiq
from inspect import currentframe
from typing import Any

from autograd import Value, tanh
from autograd.engine import state
from autograd.engine.source_lines import SourceLine, noting_lines
from nn import Neuron


def line() -> int:
    frame = currentframe()
    assert frame is not None and frame.f_back is not None
    return frame.f_back.f_lineno


def test_each_node_has_its_line() -> None:
    with noting_lines() as lines:
        x, here = Value(0.5), line()
        y = tanh(x * 2.0)
    product = y.operands[0]
    assert [lines.of(node).number for node in (x, product, y)] == [here, here + 1, here + 1]  # type: ignore[union-attr]
    assert str(lines.of(y)) == f"test_source_lines.py:{here + 1}, y = tanh(x * 2.0)"


def test_lines_of_a_network_are_those_that_call_it() -> None:
    neuron = Neuron(2)
    with noting_lines() as lines:
        y, here = neuron([Value(1.0), Value(2.0)]), line()
    assert lines.of(y).number == here  # type: ignore[union-attr]


def test_what_was_made_before_or_after_has_no_line() -> None:
    before = Value(1.0)
    with noting_lines() as lines:
        pass
    after = Value(1.0)
    assert lines.of(before) is None
    assert lines.of(after) is None


def test_the_plain_function_is_back_afterwards() -> None:
    plain = state.next_tick
    with noting_lines():
        assert state.next_tick is not plain
        with noting_lines() as inner:
            x = Value(1.0)
    assert inner.of(x) is not None
    assert state.next_tick is plain


def test_another_thread_notes_nothing() -> None:
    made: list[Value] = []
    with noting_lines() as lines:
        thread = threading.Thread(target=lambda: made.append(Value(1.0) * 2.0))
        thread.start()
        thread.join()
    assert lines.of(made[0]) is None


def test_a_line_without_text() -> None:
    assert str(SourceLine("/somewhere/train.py", 42, "")) == "train.py:42"


def test_the_line_is_the_users_also_where_python_computes_between() -> None:
    to_yiq: Any = rgb_to_yiq
    with noting_lines() as lines:
        brightness, *_ = to_yiq(Value(0.5), Value(0.2), Value(0.1))  # multiplies and adds in a file of Python's
    noted = lines.of(brightness)
    assert noted is not None
    assert noted.text.startswith("brightness, *_ = to_yiq(")
