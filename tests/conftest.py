"""What holds for all tests."""

import nn


def pytest_runtest_setup() -> None:
    # Networks without a seed are the same in a test whatever ran before it.
    nn.seed(0)
