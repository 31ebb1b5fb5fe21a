"""The example in the documentation runs, and does what is said of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy
import pytest

jax = pytest.importorskip("jax")

pytestmark = pytest.mark.jax

PAGE = Path(__file__).parents[4] / "docs" / "compiled-programs.md"


def test_the_example_of_functions_of_jax() -> None:
    section = PAGE.read_text(encoding="utf-8").split("## As functions of JAX\n")[1].split("\n## ")[0]
    [example] = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    scope: dict[str, Any] = {}
    before = jax.config.jax_enable_x64
    try:
        exec(example, scope)
    finally:
        jax.config.update("jax_enable_x64", before)
    losses, theta, curvature = (numpy.array(scope[name]) for name in ("losses", "theta", "curvature"))
    assert losses.shape == (1000,) and losses[-1] < losses[0] / 3.0
    assert scope["program"].parameters.read().tolist() == theta.tolist()
    assert curvature.shape == (len(theta), len(theta))
    numpy.testing.assert_allclose(curvature, curvature.T, rtol=1e-9, atol=1e-12)
