"""How long a program is for XLA, the compiler of JAX, and what is said of one that is too long."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

from autograd.vectorizing.array_form import ArrayForm
from autograd.vectorizing.arrays.array import needed
from autograd.vectorizing.rolled.program import Item, Loop, RolledProgram

# What XLA takes grows faster than the number of operations. Measured for chains of different operations, in seconds of a core:
# 4 for 350, 10 for 690, 41 for 1,370. Without fusing operations it takes 3 for 1,370.
_MANY, _TOO_MANY = 500, 1500
# Up to this many operations, arrays are not given up for loops.
_FEW = 100
# A backward pass has about twice as many operations as a forward pass. A loop costs as much as several operations: a hidden
# Markov model of 3.8 times as many operations without loops takes 1.4 times as long so, and four times as long to compile.
_PASSES, _GAIN = 3, 3


def n_operations(form: ArrayForm) -> int:
    """How many array operations a program has, forward and back."""
    program = form.program
    masks = [mask for demands in program.demands for mask, _ in demands]
    gradient = [array for array in (*program.gradient, program.spanning) if array is not None]
    return sum(not (array.is_given or array.is_view) for array in needed([program.loss, *program.refusing, *masks, *gradient]))


def may_be_shorter_as_loops(n: int) -> bool:
    """Whether a program of n array operations is worth a look at its loops."""
    return n > _FEW


def n_operations_of_loops(rolled: RolledProgram) -> int:
    """How many operations a program has forward and back, about, with those of a loop counted once."""
    return _PASSES * sum(1 for _ in _operations(rolled.items))


def _operations(items: list[Item]) -> Iterator[Item]:
    for item in items:
        if isinstance(item, Loop):
            yield item
            yield from _operations(item.items)
        else:
            yield item


def is_much_shorter(n_of_loops: int, n: int) -> bool:
    """Whether a program of `n_of_loops` operations, with loops counted once, is better than one of n array operations."""
    return _GAIN * n_of_loops < n


def is_many(n: int) -> bool:
    """Whether XLA will take long for a program of n array operations."""
    return n > _MANY


def check_length(n: int) -> None:
    """Warn of a program of many operations, and refuse one of far too many.

    Raises:
        ValueError: XLA would take many minutes.
    """
    if n > _TOO_MANY:
        raise ValueError(
            f"the program has {n:,} different operations, forward and back, which XLA, the compiler of JAX, would take many "
            f'minutes for: let vectorize(..., engine="native") make machine code of it, which takes seconds'
        )
    if is_many(n):
        warnings.warn(
            f"the program has {n:,} different operations, forward and back: XLA, the compiler of JAX, may take a minute for it; "
            'on a processor jax.jit(..., compiler_options={"xla_disable_hlo_passes": "fusion"}) takes a few seconds, and may be '
            'slower to run; vectorize(..., engine="native") makes machine code of it in seconds',
            RuntimeWarning,
            stacklevel=5,
        )
