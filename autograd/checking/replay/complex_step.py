"""The complex step: f(x + ih) ≈ f(x) + ih·f′(x), a difference that subtracts nothing.

A recorded graph can be replayed at x + ih, whatever the step, and its imaginary part divided by h is the derivative with a
truncation error of h².

W. Squire & G. Trapp, "Using complex variables to estimate derivatives of real functions", SIAM Review 40 (1998).
"""

from __future__ import annotations

from typing import Any

from autograd.engine import graph
from autograd.engine.value import Value
from autograd.number_systems.complex_numbers import Complex, ComplexNumbers


def imaginary_part(output: Value, x: Value, step: float) -> float:
    """The imaginary part of a recorded output, replayed with x moved by ``step`` along the imaginary axis.

    Raises:
        NoComplexFormError: an operation is defined for real numbers only.

    >>> x = Value(2.0)
    >>> imaginary_part(x**3, x, 1e-20) / 1e-20
    12.0
    """
    m = ComplexNumbers()
    numbers: dict[Value, Complex] = {x: Complex(complex(x.data, step))}

    def replayed(group: Any) -> Any:
        return tuple(numbers[v] for v in group) if isinstance(group, tuple) else numbers[group]

    for node in graph.topological_order(output):
        if node in numbers:
            continue
        groups = graph.groups(node)
        numbers[node] = Complex(node.primitive.forward(m, *map(replayed, groups)) if groups else node.data)
    return numbers[output].number.imag if output in numbers else 0.0
