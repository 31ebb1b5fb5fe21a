"""The programs that the benchmarks time, on every engine against the eager one: thirty that were not written for any."""

import importlib
from pathlib import Path

import numpy
import pytest

from autograd import grad, vectorize

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
NAMES = sorted(path.stem for path in (BENCHMARKS / "scalar_programs").glob("*.py") if path.stem not in ("__init__", "work"))


@pytest.fixture
def make(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("scalar_programs").make


def test_all_programs_are_listed(make):
    assert sorted(importlib.import_module("scalar_programs").NAMES) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_machine_code_gives_what_the_eager_engine_gives(make, name):
    pytest.importorskip("llvmlite")
    work = make(name)
    program = vectorize(work.f, *work.example, engine="native")
    theta, parameters = program.parameters.read(), program.parameters.values
    # More examples than lanes, not a multiple of them; and one alone, whose code may be other code.
    for m in (min(11, max(work.batches)), 1):
        batch = work.batch(m, 1)
        losses = [work.f(*example) for example in work.examples(*batch)]
        gradients = numpy.array([grad(loss, parameters) for loss in losses])
        expected = numpy.array([loss.data for loss in losses])
        loss, gradient = program.value_and_grad(theta, *batch)
        size = numpy.abs(gradients).mean(0).max()
        assert loss == pytest.approx(expected.mean(), rel=1e-12, abs=1e-12)
        assert numpy.abs(gradient - gradients.mean(0)).max() <= 1e-12 * max(size, 1.0)
        assert program.losses(theta, *batch) == pytest.approx(expected, rel=1e-12, abs=1e-12)
