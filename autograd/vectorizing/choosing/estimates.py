"""How long the engines would take, in seconds.

The constants were measured on one processor; on others they are off by about the same factor for both engines. An estimate
depends on the program alone, and never on a clock: a program is always computed by the same engine, and gives the same bits.
"""

from __future__ import annotations

from dataclasses import dataclass

from autograd.vectorizing.choosing.work import Work

# NumPy: a call of a program, a group of like scalars forward and back, and for each element a simple operation, a quotient and a
# function forward and back. Sums of products are left to a library of linear algebra.
_NUMPY_CALL, _NUMPY_GROUP = 3e-6, 1.6e-6
_NUMPY_ELEMENT = 1.5e-9, 3e-9, 25e-9
_NUMPY_PRODUCT = 0.3e-9
_NUMPY_COMPILE, _NUMPY_COMPILE_GROUP, _NUMPY_COMPILE_NODE = 3e-3, 170e-6, 8e-6
# Exact programs interpret their groups, most of them element by element in Python.
_EXACT_GROUP, _EXACT_ELEMENT = 60e-6, 1e-6

# Machine code. The first program of a process waits for the import of llvmlite too.
_NATIVE_CALL = 0.6e-6
_NATIVE_ELEMENT = 0.35e-9, 1.2e-9, 4e-9
_NATIVE_IMPORT, _NATIVE_COMPILE, _NATIVE_COMPILE_INSTRUCTION, _NATIVE_COMPILE_NODE = 80e-3, 30e-3, 40e-6, 8e-6


@dataclass(frozen=True, slots=True)
class Estimate:
    """Seconds of one engine.

    Attributes:
        compiling: to make a program.
        call: to compute the loss and the gradient of one batch.
    """

    compiling: float
    call: float

    def of_calls(self, n: int) -> float:
        """Seconds of compiling and of a number of calls."""
        return self.compiling + n * self.call


def of_numpy(work: Work, n_nodes: int, n_examples: int, *, exact: bool) -> Estimate:
    """How long NumPy's calls take.

    Args:
        work: what there is to compute.
        n_nodes: how many scalars were recorded.
        n_examples: how many examples a batch has.
        exact: whether each sum is computed in the order in which it was recorded.
    """
    simple, quotients, functions = (
        n_examples * of_one + once for of_one, once in zip(work.per_example, work.per_batch, strict=True)
    )
    compiling = _NUMPY_COMPILE + work.n_groups * _NUMPY_COMPILE_GROUP + n_nodes * _NUMPY_COMPILE_NODE
    if exact:
        return Estimate(compiling, work.n_groups * _EXACT_GROUP + (simple + quotients + functions) * _EXACT_ELEMENT)
    in_products = n_examples * work.in_products
    elements = zip((simple - in_products, quotients, functions), _NUMPY_ELEMENT, strict=True)
    call = _NUMPY_CALL + work.n_groups * _NUMPY_GROUP + in_products * _NUMPY_PRODUCT
    return Estimate(compiling, call + sum(n * seconds for n, seconds in elements))


def of_machine_code(work: Work, n_nodes: int, n_examples: int) -> Estimate:
    """How long machine code takes, if no other program of the process has been machine code before.

    Args:
        work: what there is to compute.
        n_nodes: how many scalars were recorded.
        n_examples: how many examples a batch has.
    """
    numbers = (n_examples * of_one + once for of_one, once in zip(work.per_example, work.per_batch, strict=True))
    elements = sum(n * seconds for n, seconds in zip(numbers, _NATIVE_ELEMENT, strict=True))
    compiling = _NATIVE_COMPILE + work.n_instructions * _NATIVE_COMPILE_INSTRUCTION + n_nodes * _NATIVE_COMPILE_NODE
    return Estimate(_NATIVE_IMPORT + compiling, _NATIVE_CALL + elements)
