"""Ctrl-C that waits until a step has come to its end."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Any


class HeldBack:
    """While a `with` block runs, the first Ctrl-C waits until `let_go` is called, or the block ends; a second one doesn't.

    In other threads than the main one, to which Ctrl-C doesn't come, and where Ctrl-C is ignored, nothing is held back.

    Attributes:
        has_come: whether a Ctrl-C waits.
    """

    def __init__(self) -> None:
        self.has_come = False
        # What a Ctrl-C would have called; None if that isn't a function of Python.
        self._handler: Any = None

    def __enter__(self) -> HeldBack:
        if threading.current_thread() is threading.main_thread():
            handler = signal.getsignal(signal.SIGINT)
            if callable(handler):
                self._handler = handler
                signal.signal(signal.SIGINT, self._hold)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._handler is not None:
            signal.signal(signal.SIGINT, self._handler)
            self.let_go()

    def let_go(self) -> None:
        """Let a Ctrl-C that waits do what it does: mostly, raise KeyboardInterrupt."""
        if self.has_come:
            self.has_come = False
            self._handler(signal.SIGINT, None)

    def _hold(self, number: int, frame: FrameType | None) -> None:
        if self.has_come:
            self.has_come = False
            self._handler(number, frame)
        self.has_come = True
