"""What is known of the sign of a number of a kernel, compared with numbers at random and at the edges of what floats can hold."""

import itertools
import math
from random import Random

import numpy
import pytest

from autograd import Value, exp, log, sqrt, vectorize
from autograd.table.floats import QUIET, QuietFloat
from autograd.vectorizing.native.code import Block, Number
from autograd.vectorizing.native.numbers import KernelNumbers
from autograd.vectorizing.native.signs import Sign, never_raises, sign_of

EDGES = (0.0, -0.0, 5e-324, -1e-200, 1.0, -1.5, 1e200, -math.inf, math.nan)
HOLDS = {
    Sign.UNKNOWN: lambda x: True,
    Sign.NOT_POSITIVE: lambda x: not x > 0.0,
    Sign.NOT_NEGATIVE: lambda x: not x < 0.0,
    Sign.POSITIVE: lambda x: not x <= 0.0,
}


def unknown(numbers):
    """A number that nothing is known of."""
    return Number(numbers, Block(), "load", (), "number", False)


def formula(random, m, leaves, depth):
    """A formula at random of the operations that say something of signs."""
    if not depth or random.random() < 0.1:
        return random.choice((*leaves, *leaves, 0.0, 1.5, -2.0, -0.0))
    kind = random.choice(("add", "multiply", "square", "divide", "negative", "abs", "sqrt", "exp", "where", "subtract", "raise"))
    a, b = (formula(random, m, leaves, depth - 1) for _ in range(2))
    if a.__class__ is float:
        a = leaves[0] * a
    return {
        "add": lambda: a + b,
        "subtract": lambda: a - b,
        "multiply": lambda: a * b,
        "square": lambda: a * a,
        "raise": lambda: a * a + 1.5,
        "divide": lambda: b / a,
        "negative": lambda: -a,
        "abs": lambda: abs(a),
        "sqrt": lambda: m.sqrt(a),
        "exp": lambda: m.exp(a),
        "where": lambda: m.where(a < b, b, a),
    }[kind]()


def test_what_is_known_of_signs_holds_for_all_numbers():
    known = dict.fromkeys(Sign, 0)
    for seed in range(250):
        numbers = KernelNumbers()
        sign = sign_of(numbers.as_number(formula(Random(seed), numbers, [unknown(numbers), unknown(numbers)], 4)))
        known[sign] += 1
        for x, y in itertools.product(EDGES, repeat=2) if sign is not Sign.UNKNOWN else ():
            result = float(formula(Random(seed), QUIET, [QuietFloat(x), QuietFloat(y)], 4))
            assert HOLDS[sign](result), (seed, sign, x, y, result)
    assert min(known.values()) >= 5, known


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("sqrt", lambda x: x * x),
        ("log", lambda x: x * x + 0.5),
        ("log1p", abs),
        ("exp", lambda x: -(x * x)),
    ],
)
def test_functions_are_not_checked_where_they_cannot_raise(name, of):
    numbers = KernelNumbers()
    assert never_raises(name, of(unknown(numbers)))
    assert not never_raises(name, unknown(numbers))


def test_a_square_can_be_zero_and_what_is_above_it_not():
    numbers = KernelNumbers()
    x = unknown(numbers)
    assert sign_of(x * x) is Sign.NOT_NEGATIVE
    assert sign_of(x * x + 1.0) is Sign.POSITIVE
    assert sign_of(x * x - 1.0) is Sign.UNKNOWN
    assert sign_of(numbers.exp(x)) is Sign.NOT_NEGATIVE


@pytest.mark.parametrize(
    ("f", "bad"),
    [
        (lambda a, x: a / (x * x), 0.0),
        (lambda a, x: a * log(x * x), 0.0),
        (lambda a, x: a / (sqrt(x * x)), 0.0),
        (lambda a, x: a / exp(-(x * x)), 100.0),
        (lambda a, x: a / (1.0 - x * x), 1.0),
    ],
)
def test_what_may_be_zero_is_still_refused(f, bad):
    pytest.importorskip("llvmlite")
    a = Value(2.0)
    program = vectorize(lambda x: f(a, x), 0.5, engine="native")
    theta = program.parameters.read()
    program.value_and_grad(theta, numpy.array([0.5, 0.25]))
    with pytest.raises((ZeroDivisionError, ValueError)):
        f(a, bad)
    with pytest.raises((ZeroDivisionError, ValueError)):
        program.value_and_grad(theta, numpy.array([0.5, bad]))
