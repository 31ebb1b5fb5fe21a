"""New arrays that hold rubbish, so that whatever reads one before it was written is noticed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import numpy

_EMPTY, _EMPTY_LIKE = numpy.empty, numpy.empty_like


def _with_rubbish(array: Any) -> Any:
    if array.size and array.dtype.kind in "fiub":
        places = numpy.arange(array.size)
        if array.dtype.kind == "f":
            rubbish: Any = numpy.where(places % 2 == 0, 1e30 + 1e29 * places, numpy.nan)
        elif array.dtype.kind == "b":
            rubbish = places % 2 == 0
        else:
            rubbish = (places * 7919 + 123_456_789) % 2**30
        array.reshape(-1)[...] = rubbish.astype(array.dtype)
    return array


@contextmanager
def memory_full_of_rubbish() -> Iterator[None]:
    """New arrays hold large numbers and nan in turn until they are written."""

    def empty(*args: Any, **kwargs: Any) -> Any:
        return _with_rubbish(_EMPTY(*args, **kwargs))

    def empty_like(*args: Any, **kwargs: Any) -> Any:
        return _with_rubbish(_EMPTY_LIKE(*args, **kwargs))

    with mock.patch.object(numpy, "empty", empty), mock.patch.object(numpy, "empty_like", empty_like):
        yield
