"""What holds for all tests and for all examples in documentation."""

from collections.abc import Iterator

import pytest

from autograd import functions
from autograd.table.definitions import withdraw
from autograd.table.primitives import BUILT_IN, TABLE


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the command line name the engine of compiled programs."""
    parser.addoption(
        "--engine",
        action="append",
        choices=("auto", "numpy", "native"),
        help="the engine of vectorize, and of nn.train, in tests that name none (auto); given twice, such tests run with both",
    )


@pytest.fixture(autouse=True)
def own_primitives_end_with_their_test() -> Iterator[None]:
    """A primitive that a test or an example defines is withdrawn at its end."""
    yield
    for name in TABLE.keys() - set(BUILT_IN):
        withdraw(TABLE[name], None)
        vars(functions).pop(name, None)
