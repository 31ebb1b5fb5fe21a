"""What holds for all tests and for all examples in documentation."""

import importlib.util
import sys
from collections.abc import Iterator

import pytest

from autograd import functions
from autograd.table.definitions import withdraw
from autograd.table.primitives import BUILT_IN, TABLE

# Modules that import at their top what is optional, and not installed everywhere that tests and examples are collected.
_MODULES_WITH = {
    "jax": (
        "autograd/number_systems/jax_*.py",
        "autograd/vectorizing/jax/*",
        "nn/engines/jax_*",
        "tests/nn/jax/training*",
        "tests/support/quick_jit.py",
    ),
    "onnx": ("autograd/vectorizing/onnx/*",),
}
collect_ignore_glob = [
    pattern for library, patterns in _MODULES_WITH.items() if importlib.util.find_spec(library) is None for pattern in patterns
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the command line name the engine of compiled programs, and hide llvmlite."""
    parser.addoption(
        "--engine",
        action="append",
        choices=("auto", "numpy", "native"),
        help="the engine of vectorize, and of nn.train, in tests that name none (auto); given twice, such tests run with both",
    )

    parser.addoption("--without-llvmlite", action="store_true", help="run the tests as if llvmlite were not installed")


def pytest_configure(config: pytest.Config) -> None:
    """Hide llvmlite, if that is asked for: no test or example may need it without saying so."""
    if config.getoption("--without-llvmlite"):
        sys.modules["llvmlite"] = None  # type: ignore[assignment]


@pytest.fixture(autouse=True)
def own_primitives_end_with_their_test() -> Iterator[None]:
    """A primitive that a test or an example defines is withdrawn at its end."""
    yield
    for name in TABLE.keys() - set(BUILT_IN):
        withdraw(TABLE[name], None)
        vars(functions).pop(name, None)
