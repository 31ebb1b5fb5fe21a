"""Compiling functions of JAX, and the same one only once: the trainings of a cross-validation, say, differ in their numbers only.

JAX knows a function again if it is the same object. These are made anew by each training, and are the same if what JAX has
lowered them to is the same text.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

import jax

# Each may hold megabytes of code.
_MOST_KEPT = 16

_kept: OrderedDict[Any, Callable[..., Any]] = OrderedDict()


def compiled(
    function: Callable[..., Any], *arguments: Any, donated: tuple[int, ...] = (), options: Mapping[str, Any] | None = None
) -> Callable[..., Any]:
    """Compile a function, or find what was compiled of one like it.

    Args:
        function: a function that JAX can trace.
        arguments: arrays, or their shapes and dtypes, in nests.
        donated: which of the arguments may be overwritten.
        options: options of XLA's compiler.
    """
    # An argument that is not used is kept, so that the number of parameters tells whether there are others.
    lowered: Any = jax.jit(function, donate_argnums=donated, keep_unused=True, compiler_options=options).lower(*arguments)
    text = lowered.as_text()
    if "callback" in text or _n_parameters(text) != len(jax.tree.leaves(lowered.args_info)):
        # Functions of Python that it calls are not in the text, nor are constants that JAX has made parameters of.
        alone: Callable[..., Any] = lowered.compile()
        return alone
    key = sha256(text.encode()).digest(), str(options), str(lowered.in_tree), str(lowered.out_info), tuple(jax.devices())
    # In one call each: several threads may train.
    found = _kept.pop(key, None)
    if found is None:
        found = lowered.compile()
    _kept[key] = found
    while len(_kept) > _MOST_KEPT:
        _kept.popitem(last=False)
    return found


def _n_parameters(text: str) -> int:
    """The number of parameters of the main function in a text of StableHLO; -1 if it isn't found."""
    start = text.find("@main(")
    stop = text.find("->", start)
    return text.count("%arg", start, stop) if start >= 0 else -1
