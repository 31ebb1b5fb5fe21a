"""From a function of one example to its program: `vectorize`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from autograd.engine.collector import collector_paused
from autograd.engine.value import Value
from autograd.vectorizing.choosing.choosing import Expected, choose
from autograd.vectorizing.choosing.engines import Engine, checked_engine
from autograd.vectorizing.example.tracing import record
from autograd.vectorizing.program import Program, checked_dtype


def vectorize(
    f: Callable[..., Any],
    *example: Any,
    parameters: Iterable[Value] | None = None,
    dtype: Any = float,
    exact: bool = False,
    engine: Engine = "auto",
    expected_calls: int = 10_000,
    expected_examples: int = 32,
) -> Program:
    """Compile a function of one example into a program over batches of examples.

    `f` is run on the example, twice, to see that it is a function of its arguments. The graph it records is compiled into NumPy
    statements, or into machine code, that compute the mean loss of a batch and its gradient. This is the step that the textbook
    takes from the equation for one example to the equation for m examples in matrix form (Jurafsky & Martin, *Speech and Language
    Processing*, the chapter on neural networks).

    Args:
        f: returns the loss of one example, a Value, or the loss and a dictionary of named outputs, which are Values or nested
            lists of Values.
        example: the arguments of f: numbers, or lists, tuples, dictionaries or NumPy arrays of numbers, also nested. Each number
            becomes an input, and f gets a Value in its place.
        parameters: the Values to differentiate with respect to; other leaves are captured as constants. None means all leaves
            that were made before and that the loss depends on.
        dtype: the type of all arrays, `float` (float64) or numpy.float32.
        exact: compute every sum in the order in which it was recorded, so that results are bit-equal to those of the eager
            engine. This is many times slower, and possible in float64 only.

    Raises:
        FrozenChoiceError: f asks for the number of a Value that depends on inputs or parameters, as ``if x > 0`` does, or looks
            such a Value up in a dictionary or a set: the answer would be the same for all examples. The message says where, and
            what to write instead. Or f depends on something besides its arguments, such as random numbers.
        ValueError: the example does not meet what f requires of it (`autograd.require`).
        TypeError: an argument is not made of numbers.
        MiscompiledError: the program disagrees with the eager engine on the example, which is a fault of the compiler.

    >>> w, b = Value(2.0, "w"), Value(-1.0, "b")
    >>> program = vectorize(lambda x, y: (w * x + b - y).square(), 1.0, 0.5)
    >>> theta = program.parameters.read()
    >>> program(theta, [1.0, 2.0, 3.0], [1.0, 3.0, 5.0])
    0.0
    >>> loss, gradient = program.value_and_grad(theta, [0.0, 1.0], [0.0, 0.0])
    >>> loss, gradient.tolist()
    (1.0, [1.0, 0.0])
    """
    expected = Expected(expected_calls, expected_examples)
    return program_for(f, example, parameters, dtype=dtype, exact=exact, engine=engine, expected=expected)


def program_for(
    f: Callable[..., Any],
    example: Sequence[Any],
    parameters: Iterable[Value] | None,
    *,
    dtype: Any = float,
    exact: bool = False,
    engine: Engine = "auto",
    expected: Expected,
) -> Program:
    """What `vectorize` gives, for a caller who knows more of how the program will be used."""
    engine, dtype = checked_engine(engine), checked_dtype(dtype, exact=exact)
    # Nothing made here is garbage yet: looking for some would take longer than all the rest.
    with collector_paused():
        recorded = record(f, example, None if parameters is None else list(parameters))
        return Program(recorded, dtype, exact, lambda: choose(recorded, engine, expected, exact=exact))
