"""What holds for all tests."""

from hypothesis import settings

import nn

# No test depends on the clock, whatever else the machine does.
settings.register_profile("chalkgrad", deadline=None)
settings.load_profile("chalkgrad")


def pytest_runtest_setup() -> None:
    # Networks without a seed are the same in a test whatever ran before it.
    nn.seed(0)
