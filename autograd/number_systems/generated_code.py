"""Compiling generated source so that it can be seen: in tracebacks, in debuggers, and by `inspect.getsource`.

Python looks the lines of a program up in `linecache`. Generated code is in no file, so its lines are entered there when it is
compiled, as `doctest` and attrs do, under a name of its own. All these names begin with ``<autograd``, by which the library's
own frames are told from those of its users.
"""

from __future__ import annotations

import linecache
import weakref
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from typing import Any

_numbers: dict[str, Iterator[int]] = {}
_gone: deque[str] = deque()


def compile_visibly(source: str, name: str, names: dict[str, Any]) -> Any:
    """Compile the source of one function, and show its lines for as long as its code exists.

    The lines of code that is gone are forgotten when the next function is compiled.

    Args:
        source: a ``def`` statement that begins in the first column.
        name: what the function does, for the name of its file; it need not be unique.
        names: the function's global names.

    Returns:
        The function.

    >>> import inspect
    >>> double = compile_visibly("def double(x):\\n    return 2 * x\\n", "double", {})
    >>> double(3)
    6
    >>> inspect.getsourcefile(double)
    '<autograd: double>'
    >>> print(inspect.getsource(double), end="")
    def double(x):
        return 2 * x
    """
    number = next(_numbers.setdefault(name, count(1)))
    file = f"<autograd: {name}>" if number == 1 else f"<autograd: {name} {number}>"
    made: dict[str, Any] = {}
    exec(compile(source, file, "exec"), names, made)
    _, function = made.popitem()
    # An entry without a time of modification is one that `linecache.checkcache` keeps.
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    # Code may go at any moment, also while `linecache.checkcache` walks through the entries, which fails when one is missing.
    weakref.finalize(function.__code__, _gone.append, file).atexit = False
    with suppress(IndexError):
        while True:
            linecache.cache.pop(_gone.popleft(), None)
    return function
