"""Random structured programs as ONNX models in double precision: the losses and all outputs are those of the program."""

from __future__ import annotations

from itertools import accumulate, product
from pathlib import Path
from typing import Any, get_args

import numpy
import pytest

pytest.importorskip("onnx")

from onnx_models import OnnxModel
from structured_checks import example_of
from structured_programs import StructuredProgram

from autograd import Value, maximum, primitive, total, vectorize, where
from autograd.vectorizing.arrays import operations as op
from autograd.vectorizing.arrays.array import needed
from autograd.vectorizing.onnx import operations

pytestmark = [pytest.mark.onnx, pytest.mark.filterwarnings("ignore::DeprecationWarning:onnx")]

# With 262, in whose outputs elements of a transposed array are taken in another shape, which needs a copy.
SEEDS = range(250, 285)
X = numpy.array([[1.0, 2.0], [-0.5, 0.25], [3.0, -1.0]])
BACKWARD = {"RunningGradient", "Accumulate", "WEIGHTGivenNumbers", "NUMBER_OF_EXAMPLESGivenNumbers"}


def check(program: Any, batch: list[Any], path: Path) -> None:
    names = [*program._recorded.outputs, "loss"]
    model = OnnxModel(program, path, names, dtype=float)
    found = model.run(*batch)
    theta = program.parameters.read()
    wanted = {**program.outputs(theta, *batch), "loss": program.losses(theta, *batch, warn=False)}
    assert len(model.outputs) == len(names)
    for name, own in zip(names, model.outputs, strict=True):
        # Without inputs, there is one example.
        numbers = wanted[name] if model.inputs else wanted[name][:1]
        size = max(1.0, float(numpy.abs(numbers).max()))
        assert found[own].shape == numbers.shape
        assert found[own] == pytest.approx(numbers, rel=1e-12, abs=1e-12 * size), name


def test_outputs_are_those_of_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[str] = set()
    translate = operations.Translation.translate

    def noted(self: Any, wanted: Any) -> None:
        translate(self, wanted)
        assert self.tensors.keys() == set(needed(wanted))
        seen.update(getattr(array.operation, "name", "") + type(array.operation).__name__ for array in self.tensors)

    monkeypatch.setattr(operations.Translation, "translate", noted)
    path = tmp_path / "program.onnx"
    n_checked = 0
    for seed in SEEDS:
        f = StructuredProgram(seed)
        batch = f.batch()
        try:
            program = vectorize(f, *[example_of(part, 0) for part in batch], parameters=f.given_parameters())
        except (ArithmeticError, ValueError):
            continue  # the eager engine can't compute this one either
        check(program, batch, path)
        n_checked += 1
    assert n_checked > 25
    v = [Value(0.5), Value(-2.0), Value(1.5), Value(0.25), Value(3.0)]
    for chain in (lambda a, b: a * b, lambda a, b: a + b):
        running = [*accumulate(v, chain)]
        check(vectorize(lambda x, r=running: total([p * x[0] for p in r]) + maximum(x[1], v[0]), [1.0, 2.0]), [X], path)
        check(vectorize(lambda x, c=chain: maximum([*accumulate(x, c)]) * v[0], [1.0, 2.0]), [X], path)
    check(vectorize(lambda x: where(x[0], v[0], x[1]) * v[1], [1.0, 2.0]), [X], path)
    check(vectorize(lambda x: (x[0] < v[0]) + x[1] * v[1], [1.0, 2.0]), [X], path)
    larger = primitive("larger", "L", lambda m, x: m.where(x[0] <= x[1], x[1], x[0]), lambda m, x, y: [0.0, 0.0], many=True)
    curve = primitive("curve", "c", lambda m, x: m.atan(m.sinh(x)), lambda m, x, y: 1.0 / m.cosh(x))
    check(vectorize(lambda x: curve(larger([x[0], v[0]])) + curve(x[1]) * v[1], [1.0, 2.0]), [X], path)
    W = [v[:2], v[2:4]]
    pairs = [*product(range(2), repeat=2)]
    check(vectorize(lambda x: total([(W[i][j] + W[j][i]) * x[i] * x[j] for i, j in pairs]), [1.0, 2.0]), [X], path)
    # Every operation of the vocabulary that a forward pass can have.
    plain = {f"{member.name}{kind.__name__}" for kind in (op.Plain, op.GivenNumbers) for member in kind}
    classes = {kind.__name__ for kind in get_args(op.Operation) if kind not in (op.Plain, op.GivenNumbers)}
    assert plain - seen - BACKWARD == set()
    assert {name for name in classes - BACKWARD if not any(one.endswith(name) for one in seen)} == set()
    assert {"sumRunning", "productRunning"} <= seen


def test_machine_code_is_exported_alike(tmp_path: Path) -> None:
    pytest.importorskip("llvmlite")
    f = StructuredProgram(3)
    batch = f.batch()
    example = [example_of(part, 0) for part in batch]
    programs = [vectorize(f, *example, engine=engine) for engine in ("native", "numpy")]
    assert [program.engine for program in programs] == ["native", "numpy"]
    models = [OnnxModel(program, tmp_path / f"{program.engine}.onnx", ["loss"], dtype=float) for program in programs]
    check(programs[0], batch, tmp_path / "program.onnx")
    assert models[0].operators == models[1].operators
