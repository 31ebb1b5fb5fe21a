"""Progress bars, shown where there is somebody to see them: in a terminal or in a notebook."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Bar:
    """A progress bar of tqdm; without one, nothing is shown."""

    def __init__(self, bar: Any = None) -> None:
        self._bar = bar

    def advance(self, n_steps: int = 1) -> None:
        """Count some more steps as done."""
        if self._bar is not None:
            self._bar.update(n_steps)

    def describe(self, text: str) -> None:
        """Show a text in front of the bar."""
        if self._bar is not None:
            self._bar.set_description(text)


@contextmanager
def progress_bar(
    n_steps: int, unit: str, text: str = "", *, wanted: bool = True, stays: bool = True, n_done: int = 0
) -> Iterator[Bar]:
    """Show how many steps are done while a `with` block runs.

    Args:
        n_steps: how many steps there are.
        unit: what one step is.
        text: what stands in front of the bar at first.
        wanted: False shows nothing.
        stays: whether the finished bar remains on the screen.
        n_done: how many of the steps are done already.
    """
    if not wanted or sys.stderr is None or not (sys.stderr.isatty() or _in_notebook()):
        yield Bar()
        return
    from tqdm import tqdm

    with tqdm(total=n_steps, unit=unit, desc=text or None, leave=stays, initial=n_done) as bar:
        yield Bar(bar)


def _in_notebook() -> bool:
    """Whether this runs in a notebook's kernel, whose standard error is not a terminal but is shown."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and type(ipython.get_ipython()).__name__ == "ZMQInteractiveShell"
