"""Code that is cut into functions computes what it computes in one piece."""

from __future__ import annotations

import os
from typing import Any

import numpy
import pytest
from random_loops import RandomLoops
from random_programs import RandomProgram
from structured_checks import example_of
from structured_programs import StructuredProgram

from autograd import vectorize

pytest.importorskip("llvmlite")

from autograd.vectorizing.native import chunks

# `make random-programs N=2000` compiles twelve programs of each kind and six with loops, `make test` half as many.
COUNT = 12 if int(os.environ.get("RANDOM_PROGRAMS", "0")) >= 1000 else 6


def results_of(f: Any, example: Any, batch: Any, **how: Any) -> tuple[Any, ...]:
    program = vectorize(f, *example, engine="native", **how)
    theta = program.parameters.read()
    # It gives None where an example is refused, or a result isn't finite.
    fast = program._backend.fast
    direct = fast(theta, None, *batch) if fast is not None and program._batches.is_plain else None
    try:
        loss, gradient = program.value_and_grad(theta, *batch)
    except (ArithmeticError, ValueError, IndexError) as error:
        return direct is not None, type(error), str(error)
    return direct is not None, loss, gradient.tobytes(), program.losses(theta, *batch).tobytes(), program.buffered_source


def assert_the_same(f: Any, example: Any, batch: Any, monkeypatch: pytest.MonkeyPatch, **how: Any) -> bool:
    whole = results_of(f, example, batch, **how)
    with monkeypatch.context() as patch:
        patch.setattr(chunks, "_INSTRUCTIONS", 12)
        patch.setattr(chunks, "_FROM", 12)
        cut = results_of(f, example, batch, **how)
    assert cut[:4] == whole[:4]
    return "piece" in str(cut[-1])


@pytest.mark.filterwarnings("ignore::autograd.NonFiniteWarning")
@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("start", range(0, COUNT, 6))
def test_random_programs(start: int, exact: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    were_cut = 0
    for seed in range(start, start + 6):
        f = RandomProgram(seed)
        were_cut += assert_the_same(f, f.example(0), f.batch, monkeypatch, exact=exact)
    assert were_cut >= 3


@pytest.mark.filterwarnings("ignore::autograd.NonFiniteWarning")
@pytest.mark.parametrize("start", range(0, COUNT, 6))
def test_structured_programs(start: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in range(start, start + 6):
        f = StructuredProgram(f"chunks {seed}")
        batch = f.batch()
        try:
            assert_the_same(f, [example_of(part, 0) for part in batch], batch, monkeypatch, parameters=f.given_parameters())
        except (ArithmeticError, ValueError):
            continue  # not defined for this example


@pytest.mark.filterwarnings("ignore::autograd.NonFiniteWarning")
@pytest.mark.parametrize("seed", range(COUNT // 2))
def test_random_loops(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    f = RandomLoops(f"chunks {seed}")
    batch = [numpy.stack([numpy.asarray(part, float)] * 3) for part in f.example]
    assert_the_same(f, f.example, batch, monkeypatch)
