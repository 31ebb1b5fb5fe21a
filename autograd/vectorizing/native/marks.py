"""Adjoints of exact kernels: numbers, or marks for those that nothing has been added to, and for what a choice left out."""

from __future__ import annotations

from autograd.number_systems.llvm.instructions import Instructions

# Marks for adjoints of exact kernels, as integers: bits that no computation gives.
UNREACHED, LEFT_OUT = -1, -2


def is_mark(write: Instructions, adjoint: str) -> str:
    """Whether an adjoint is a mark and no number."""
    return write.compare_integers("uge", write.bits(adjoint), write.integer_constant(LEFT_OUT))


def pass_on(write: Instructions, upstream: str, number: str) -> str:
    """A contribution, or the mark that the adjoint is which it comes from."""
    return write.select(is_mark(write, upstream), upstream, number)


def combine(write: Instructions, adjoint: str, number: str) -> str:
    """An adjoint with a contribution added: the first one is assigned; what was left out counts as 0 beside anything else."""
    zero = write.constant(0.0)
    adjoint_is_mark, number_is_mark = is_mark(write, adjoint), is_mark(write, number)
    total = write.add(write.select(adjoint_is_mark, zero, adjoint), write.select(number_is_mark, zero, number))
    total = write.select(write.both(adjoint_is_mark, number_is_mark), adjoint, total)
    unreached = write.integer_constant(UNREACHED)
    total = write.select(write.compare_integers("eq", write.bits(number), unreached), adjoint, total)
    return write.select(write.compare_integers("eq", write.bits(adjoint), unreached), number, total)
