"""Ctrl-C that waits."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator

import pytest

from nn.interrupting import HeldBack


def press() -> None:
    signal.raise_signal(signal.SIGINT)


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = signal.getsignal(signal.SIGINT)
    yield
    now = signal.signal(signal.SIGINT, before)
    assert now is before


def test_it_waits_until_it_is_let_go() -> None:
    reached = []
    with pytest.raises(KeyboardInterrupt), HeldBack() as held:
        held.let_go()
        press()
        reached.append(held.has_come)
        held.let_go()
        reached.append(False)
    assert reached == [True]


def test_it_waits_no_longer_than_to_the_end() -> None:
    reached = []
    with pytest.raises(KeyboardInterrupt), HeldBack():
        press()
        reached.append(True)
    assert reached == [True]


def test_a_second_one_does_not_wait() -> None:
    reached = []
    with pytest.raises(KeyboardInterrupt), HeldBack():
        press()
        reached.append(1)
        press()
        reached.append(2)
    assert reached == [1]


def test_an_error_in_between_is_not_hidden() -> None:
    with pytest.raises(KeyboardInterrupt) as caught, HeldBack():
        press()
        raise ValueError("a mistake")
    assert isinstance(caught.value.__context__, ValueError)


def test_where_it_is_ignored_it_is_ignored() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with HeldBack() as held:
            press()
            assert not held.has_come
            held.let_go()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_in_another_thread_nothing_is_held_back() -> None:
    found = []

    def enter() -> None:
        with HeldBack() as held:
            held.let_go()
            found.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert found == [signal.default_int_handler]
