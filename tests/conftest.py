"""What holds for all tests."""

from typing import Any

from case_names import name_of_case
from hypothesis import settings

import nn

# No test depends on the clock, whatever else the machine does.
settings.register_profile("chalkgrad", deadline=None)
settings.load_profile("chalkgrad")


def pytest_runtest_setup() -> None:
    # Networks without a seed are the same in a test whatever ran before it.
    nn.seed(0)


def pytest_make_parametrize_id(config: Any, val: Any, argname: str) -> str | None:
    """Name a case after what it tests."""
    return name_of_case(val)
