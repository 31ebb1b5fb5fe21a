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
# XLA divides loops over a thousand elements among the processor's threads, which takes longer than to compute so few.
_WORTH_DIVIDING = 16_384
_UNDIVIDED = {"xla_disable_hlo_passes": "cpu-parallel-task-assigner"}

_kept: OrderedDict[Any, Callable[..., Any]] = OrderedDict()


def compiled(
    function: Callable[..., Any], *arguments: Any, donated: tuple[int, ...] = (), options: Mapping[str, Any] | None = None
) -> Callable[..., Any]:
    """Compile a function, or find what was compiled of one like it.

    Args:
        function: a function that JAX can trace.
        arguments: arrays, or their shapes and dtypes, in nests.
        donated: which of the arguments may be overwritten.
        options: options of XLA's compiler, instead of those that follow from the size of the arrays.
    """
    # An argument that is not used is kept, so that the number of parameters tells whether there are others.
    traced: Any = jax.jit(function, donate_argnums=donated, keep_unused=True).trace(*arguments)
    if options is None and jax.default_backend() == "cpu" and _largest_result(traced.jaxpr) < _WORTH_DIVIDING:
        options = _UNDIVIDED
    lowered = traced.lower()
    text = lowered.as_text()
    if "callback" in text or _n_parameters(text) != len(jax.tree.leaves(lowered.args_info)):
        # Functions of Python that it calls are not in the text, nor are constants that JAX has made parameters of.
        alone: Callable[..., Any] = lowered.compile(options)
        return alone
    key = sha256(text.encode()).digest(), str(options), str(lowered.in_tree), str(lowered.out_info), tuple(jax.devices())
    # In one call each: several threads may train.
    found = _kept.pop(key, None)
    if found is None:
        found = lowered.compile(options)
    _kept[key] = found
    while len(_kept) > _MOST_KEPT:
        _kept.popitem(last=False)
    return found


def _largest_result(jaxpr: Any) -> int:
    """The number of elements of the largest array that is computed."""
    inner = [
        getattr(part, "jaxpr", part)
        for equation in jaxpr.eqns
        for parameter in equation.params.values()
        for part in (parameter if isinstance(parameter, tuple | list) else [parameter])
    ]
    own = [getattr(result.aval, "size", 0) for equation in jaxpr.eqns for result in equation.outvars]
    return max([0, *own, *(_largest_result(part) for part in inner if hasattr(part, "eqns"))])


def _n_parameters(text: str) -> int:
    """The number of parameters of the main function in a text of StableHLO; -1 if it isn't found."""
    start = text.find("@main(")
    stop = text.find("->", start)
    return text.count("%arg", start, stop) if start >= 0 else -1
