"""The coefficients in the package are those that the tool computes, and close enough to the functions they stand for."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from autograd.number_systems.llvm import coefficients

ROOT = Path(__file__).parents[4]
_specification = spec_from_file_location("coefficients_tool", ROOT / "tools" / "coefficients.py")
assert _specification is not None and _specification.loader is not None
tool: Any = module_from_spec(_specification)
# A dataclass looks up the module that it is defined in.
sys.modules["coefficients_tool"] = tool
_specification.loader.exec_module(tool)

# How far a polynomial may be from its function. It is added to something larger, so this is a small part of a last place there.
LARGEST_ERRORS = {
    "EXPONENTIAL": 4e-17, "EXPONENTIAL_OF_2": 4e-17, "LOGARITHM": 4e-16, "LOGARITHM_IN_PAIRS": 2e-17, "SINE": 4e-17,
    "COSINE": 3e-18, "ARCTANGENT": 3e-17, "ARCSINE": 3e-17, "ERROR_FUNCTION": 3e-17, "ERROR_FUNCTION_NEAR_0": 3e-17,
    "COMPLEMENTARY_ERROR_FUNCTION": 4e-17, "INVERSE_CUBE_ROOT": 8e-6,
    "TANH_NEAR_0": 6e-16,
}  # fmt: skip


def test_the_file_is_what_the_tool_writes() -> None:
    assert tool.TARGET.read_text(encoding="utf-8") == tool.text(), "run make generated"


@pytest.mark.parametrize("fit", tool.FITS, ids=lambda fit: fit.name)
def test_a_polynomial_is_close_to_its_function(fit: Any) -> None:
    assert tool.error_of(fit, getattr(coefficients, fit.name), points=60) <= LARGEST_ERRORS[fit.name]
