"""Random programs in machine code against the eager engine: results, and what is refused.

`make random-programs N=2000` compiles as many with seeds of the present commit.
"""

from __future__ import annotations

import os
import warnings
from typing import Any

import numpy
import pytest
from eager_oracle import as_values
from loop_programs import LoopProgram, M
from structured_checks import Check, UnsuitableError, example_of, rows_of
from structured_programs import StructuredProgram

from autograd import grad, vectorize

pytest.importorskip("llvmlite")

COUNT = int(os.environ.get("RANDOM_PROGRAMS", "60"))
BASE = os.environ.get("RANDOM_PROGRAMS_BASE") or "fixed"


@pytest.mark.parametrize("number", range(COUNT // 20))
def test_programs_with_loops(number: int) -> None:
    f = LoopProgram(f"{BASE}-{number}")
    try:
        Check(f, "native").run()
    except UnsuitableError as reason:
        pytest.skip(str(reason))


@pytest.mark.parametrize("number", range(COUNT // 20))
def test_structured_programs(number: int) -> None:
    f = StructuredProgram(f"{BASE}-{number}")
    try:
        Check(f, "native").run()
    except UnsuitableError as reason:
        pytest.skip(str(reason))


@pytest.mark.parametrize("number", range(COUNT // 20))
def test_what_the_eager_engine_refuses(number: int) -> None:
    """The same kind of error, for an example at which the eager engine raises it; and the same results if there is none."""
    f = LoopProgram(f"hostile {BASE}-{number}")
    good, batch = f.batch(), f.hostile_batch()
    program = vectorize(f, *[example_of(part, 0) for part in good], engine="native")
    theta = program.parameters.read()
    # What the loss depends on raises in any case, what an output depends on where that is computed too; nothing else is in the
    # program.
    raises: dict[int, type[Exception]] = {}
    may_raise: dict[int, type[Exception]] = {}
    losses: dict[int, float] = {}
    finite: dict[int, bool] = {}
    finite_in_a_mean: dict[int, bool] = {}
    for row in range(M):
        try:
            f(*[as_values(example_of(part, row)) for part in batch])
        except (ArithmeticError, ValueError, IndexError, TypeError) as error:
            # An index of the user's own that is not whole is a mistake of type; one in a batch is out of range.
            may_raise[row] = IndexError if isinstance(error, TypeError) else type(error)
        try:
            loss, leaves = program.eager(theta, *rows_of(batch, [row]))
            losses[row] = loss.data
            finite[row] = bool(numpy.isfinite([loss.data, *grad(loss, leaves)]).all())
            finite_in_a_mean[row] = bool(numpy.isfinite([loss.data, *grad(loss * (1.0 / M), leaves)]).all())
        except (ArithmeticError, ValueError, IndexError) as error:
            raises[row] = type(error)
    for method in (program.value_and_grad, program.losses):
        if raises:
            with pytest.raises((ArithmeticError, ValueError, IndexError)) as raised:
                method(theta, *batch)
            at: Any = raised.value
            # A wrong index of the batch comes before any other error of its example, whatever the eager engine meets first.
            others = {IndexError} if f.has_wrong_index(batch, at.example) else set()
            assert type(at) in {raises.get(at.example), may_raise.get(at.example), *others}, (raises, may_raise, at)
    rows = sorted(losses.keys() - may_raise.keys())
    if not rows:
        return
    some = [rows_of(part, rows) for part in batch]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = program.losses(theta, *some, warn=False)
        mean, gradient = program.value_and_grad(theta, *some)
    wanted = numpy.array([losses[row] for row in rows])
    assert numpy.array_equal(numpy.isfinite(found), numpy.isfinite(wanted))
    # The sine of 1e300 is another number after a rounding: what a rounding of the parameters changes says nothing.
    moved = numpy.array([_loss(program, theta * (1.0 + 4.0 * 2.0**-52), rows_of(batch, [row])) for row in rows])
    is_finite = numpy.isfinite(wanted) & numpy.isclose(moved, wanted, rtol=1e-10, atol=1e-10)
    assert found[is_finite] == pytest.approx(wanted[is_finite], rel=1e-8, abs=1e-8)
    is_warned = any("not finite" in str(one.message) for one in caught)
    # A mean may overflow where no loss does, and its gradient not where that of a loss does; what a choice leaves out is mended.
    if not all(finite_in_a_mean[row] for row in rows):
        assert is_warned
    elif all(finite[row] for row in rows) and abs(wanted).max() < 1e300:
        assert numpy.isfinite(gradient).all() and not caught
    else:
        assert is_warned is not bool(numpy.isfinite([mean, *gradient]).all())


def _loss(program: Any, theta: Any, batch: Any) -> float:
    """The loss of an example in the eager engine; nan where it raises."""
    try:
        loss: float = program.eager(theta, *batch)[0].data
    except (ArithmeticError, ValueError, IndexError):
        return numpy.nan
    return loss
