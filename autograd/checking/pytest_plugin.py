"""A plugin for pytest: the fixture `gradcheck`, a marker for the digits asked for, the option `--gradcheck-digits`.

    def test_loss(gradcheck):
        gradcheck(lambda w, x: tanh(w * x), 0.5, 2.0)

    @pytest.mark.gradcheck(digits=10)
    def test_precise_loss(gradcheck):
        ...

The plugin comes with the package; ``-p no:chalkgrad`` switches it off. A failure shows the report of the check and not the
checker's own code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from autograd.checking.report import Report

DEFAULT_DIGITS = 6.0


class Gradcheck(Protocol):
    """What the fixture `gradcheck` is: `assert_gradients`, with the digits that the test, or the command line, asks for."""

    def __call__(self, f: Any, *point: Any, digits: float | None = None, **options: Any) -> Report:
        """Check the derivatives of f at the point; what `autograd.checking.gradcheck` takes."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option and its counterpart for configuration files."""
    help_text = "how many digits the derivatives checked by the fixture gradcheck must have (default: 6)"
    group = parser.getgroup("gradcheck", "derivatives checked by chalkgrad")
    group.addoption("--gradcheck-digits", type=_digits, default=None, metavar="DIGITS", help=help_text)
    parser.addini("gradcheck_digits", help_text, default="")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line("markers", "gradcheck(digits): how many digits the derivatives that the fixture checks must have")


@pytest.fixture
def gradcheck(request: pytest.FixtureRequest) -> Gradcheck:
    """Check derivatives: ``gradcheck(f, *point)`` fails the test where one is not right, and returns the `Report`.

    Takes what `autograd.checking.gradcheck` takes. The digits asked for are, in this order: those given in the call, those of
    the marker ``@pytest.mark.gradcheck(digits=…)``, ``--gradcheck-digits``, ``gradcheck_digits`` of the configuration file, 6.
    """
    asked_for = _digits_of_marker(request.node)
    if asked_for is None:
        asked_for = _digits_of_configuration(request.config)

    def check(f: Any, *point: Any, digits: float | None = None, **options: Any) -> Report:
        __tracebackhide__ = True
        # Loaded by the first test that needs it: a test run without this fixture pays nothing for it.
        from autograd.checking.assertion import assert_gradients

        return assert_gradients(f, *point, digits=asked_for if digits is None else digits, **options)

    return check


def _digits(text: str | float) -> float:
    """A number of digits, from the command line or a marker.

    Raises:
        ValueError: it is no number from 0 to 17.
    """
    number = float(text)
    if not 0.0 <= number <= 17.0:
        raise ValueError(f"a float64 has at most 17 digits, so {text!r} is no number of digits to ask for")
    return number


def _digits_of_marker(node: Any) -> float | None:
    marker = node.get_closest_marker("gradcheck")
    if marker is None:
        return None
    given = [*marker.args, *marker.kwargs.values()]
    if len(given) != 1 or set(marker.kwargs) - {"digits"}:
        written = ", ".join([*map(repr, marker.args), *(f"{name}={value!r}" for name, value in marker.kwargs.items())])
        raise pytest.UsageError(f"{node.nodeid}: the marker is gradcheck(digits=…), with one number, not gradcheck({written})")
    try:
        return _digits(given[0])
    except (TypeError, ValueError) as error:
        raise pytest.UsageError(f"{node.nodeid}: gradcheck(digits={given[0]!r}): {error}") from None


def _digits_of_configuration(config: pytest.Config) -> float:
    option = config.getoption("--gradcheck-digits")
    if option is not None:
        return float(option)
    written = config.getini("gradcheck_digits")
    try:
        return _digits(written) if written else DEFAULT_DIGITS
    except ValueError as error:
        raise pytest.UsageError(f"gradcheck_digits = {written}: {error}") from None
