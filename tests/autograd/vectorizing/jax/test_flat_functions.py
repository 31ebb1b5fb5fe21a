"""The functions of JAX that everything else with JAX is made of give what programs give."""

from __future__ import annotations

import numpy
import pytest
from teaching_programs import PROGRAMS

jax = pytest.importorskip("jax")
from autograd.vectorizing.jax.functions import flat_functions  # noqa: E402 (it imports JAX)

pytestmark = pytest.mark.jax


@pytest.mark.parametrize("name", PROGRAMS)
def test_teaching_programs(name: str) -> None:
    draw = numpy.random.default_rng(0)
    program = PROGRAMS[name]()
    theta = program.parameters.read()
    theta = theta + draw.uniform(-0.1, 0.1, theta.shape)
    with jax.enable_x64(True):
        flat = flat_functions(program)
        compiled = jax.jit(flat.value_and_grad)
        for m in (1, 7):
            arrays = []
            for array, limit in zip(program.array_form().recorded.arguments.arrays, flat.index_limits, strict=True):
                shape = (m, *array.shape)
                arrays.append(draw.integers(0, 2 if limit is None else limit, shape) * (1.0 if limit is None else 1))
            loss, gradient = compiled(theta, arrays)
            expected, expected_gradient = program.value_and_grad(theta, *arrays)
            assert loss == pytest.approx(expected, rel=1e-12)
            assert gradient == pytest.approx(expected_gradient, rel=1e-12, abs=1e-13)
            assert jax.jit(flat.losses)(theta, arrays) == pytest.approx(program.losses(theta, *arrays), rel=1e-12)
