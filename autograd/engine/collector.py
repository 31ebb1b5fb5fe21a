"""Python's cyclic garbage collector, which finds nothing among Values."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Record a large graph without the cyclic garbage collector looking through it again and again.

    Values form no reference cycles: a graph is freed as soon as its output is dropped, collector or not. But Python starts a
    collection after every 700 new objects, and each walks the nodes recorded so far, a third of the time of a large forward pass.
    The collector is switched back on at the end, unless it was off before. It is one for the whole process, all threads included.

    >>> from autograd import Value, total
    >>> with collector_paused():
    ...     loss = total([Value(k) ** 2 for k in range(1000)])
    ...     loss.backward()
    >>> loss.data
    332833500.0
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
