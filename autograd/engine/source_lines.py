"""Where in the user's code each node was computed; noted only while somebody asks for it.

A Value has no room for its line, and reading the stack costs as much as recording a node. So, while the mode is on, the
function that gives each new Value its tick also notes the line under that tick.
"""

from __future__ import annotations

import linecache
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, get_ident
from typing import NamedTuple

from autograd.engine import state
from autograd.engine.graph import Node
from autograd.engine.whose_code import line_in_cell, owner, users_frame


class SourceLine(NamedTuple):
    """A line of a program, in a file or in a cell of a notebook."""

    file: str
    number: int
    text: str

    def __str__(self) -> str:
        place = line_in_cell(self.file, self.number) or f"{os.path.basename(self.file)}:{self.number}"
        return f"{place}, {self.text}" if self.text else place


class SourceLines:
    """The lines at which Values were made, by their ticks."""

    def __init__(self) -> None:
        self._places: dict[int, tuple[str, int]] = {}

    def note(self, tick: int) -> None:
        """Note the innermost line of the user's for a tick."""
        frame = users_frame(sys._getframe(2))
        self._places[tick] = (frame.f_code.co_filename, frame.f_lineno)

    def of(self, node: Node) -> SourceLine | None:
        """The line at which a Value was made; None if that was not noted, or in no code of the user's."""
        place = self._places.get(node._tick)
        if place is None or owner(place[0]) != "user":
            return None
        return SourceLine(*place, linecache.getline(*place).strip())


_lock = Lock()
_noting: dict[int, SourceLines] = {}  # by thread


@contextmanager
def noting_lines(lines: SourceLines | None = None) -> Iterator[SourceLines]:
    """Note where each Value is made, in the present thread; one inside another takes its place until it ends.

    Args:
        lines: what to note them in; None: new ones.

    >>> from autograd import Value
    >>> with noting_lines() as lines:
    ...     y = Value(3.0) * 2.0
    >>> lines.of(y).number
    2
    """
    lines = SourceLines() if lines is None else lines
    thread = get_ident()
    with _lock:
        before = _noting.get(thread)
        if not _noting:
            _switch(_noting_tick)
        _noting[thread] = lines
    try:
        yield lines
    finally:
        with _lock:
            if before is None:
                del _noting[thread]
            else:
                _noting[thread] = before
            if not _noting:
                _switch(_plain_tick)


_plain_tick: Callable[[], int] = state.next_tick


def _noting_tick() -> int:
    tick = _plain_tick()
    lines = _noting.get(get_ident())
    if lines is not None:
        lines.note(tick)
    return tick


def _switch(next_tick: Callable[[], int]) -> None:
    state.next_tick = next_tick
