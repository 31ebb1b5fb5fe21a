"""What holds for all tests."""

from typing import Any

from hypothesis import settings
from naming_cases import id_of

import nn

# No test depends on the clock, whatever else the machine does.
settings.register_profile("chalkgrad", deadline=None)
settings.load_profile("chalkgrad")


def pytest_runtest_setup() -> None:
    # Networks without a seed are the same in a test whatever ran before it.
    nn.seed(0)


def pytest_make_parametrize_id(val: Any) -> str | None:
    # Ids that a test gives itself come first.
    return id_of(val)
