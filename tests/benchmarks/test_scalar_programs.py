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
    # More examples than lanes, and not a multiple of them.
    batch = work.batch(min(11, max(work.batches)), 1)
    losses = [work.f(*example) for example in work.examples(*batch)]
    expected = numpy.array([grad(loss, parameters) for loss in losses]).mean(0)
    loss, gradient = program.value_and_grad(theta, *batch)
    assert loss == pytest.approx(numpy.mean([loss.data for loss in losses]), rel=1e-12, abs=1e-12)
    assert numpy.abs(gradient - expected).max() <= 1e-12 * max(numpy.abs(expected).max(), 1.0)


# Single examples may have code of their own, and so may losses without a gradient.
@pytest.mark.parametrize("name", ["gru", "hidden_markov", "kalman", "b_spline", "bundle_adjustment", "ising", "xor"])
def test_single_examples_and_losses_are_the_same(make, name):
    pytest.importorskip("llvmlite")
    work = make(name)
    program = vectorize(work.f, *work.example, engine="native")
    theta, parameters = program.parameters.read(), program.parameters.values
    batch = work.batch(3, 2)
    losses = [work.f(*example) for example in work.examples(*batch)]
    expected = numpy.array(grad(losses[1], parameters))
    loss, gradient = program.value_and_grad(theta, *[array[1:2] for array in batch])
    assert loss == pytest.approx(losses[1].data, rel=1e-12, abs=1e-12)
    assert numpy.abs(gradient - expected).max() <= 1e-12 * max(numpy.abs(expected).max(), 1.0)
    assert program.losses(theta, *batch) == pytest.approx([loss.data for loss in losses], rel=1e-12, abs=1e-12)


# Long code is cut into functions, and where it is cut depends on its length.
@pytest.mark.parametrize("n_points", [7, 8])
def test_long_code_of_several_lengths(make, monkeypatch, n_points):
    pytest.importorskip("llvmlite")
    make("gaussian_process")
    monkeypatch.setattr("scalar_programs.gaussian_process.N", n_points)
    monkeypatch.setattr("autograd.vectorizing.example_at_fault.Examination.explain", None)  # no example is at fault
    work = make("gaussian_process")
    program = vectorize(work.f, *work.example, engine="native")
    theta, parameters = program.parameters.read(), program.parameters.values
    for m in (9, 1):
        batch = work.batch(m, 3)
        expected = numpy.array([grad(work.f(*example), parameters) for example in work.examples(*batch)]).mean(0)
        _, gradient = program.value_and_grad(theta, *batch)
        assert numpy.abs(gradient - expected).max() <= 1e-11 * numpy.abs(expected).max()
