"""A plugin for pytest: the fixture `gradcheck`, a marker for the digits asked for, the option `--gradcheck-digits`.

    def test_loss(gradcheck):
        gradcheck(lambda w, x: tanh(w * x), 0.5, 2.0)

    @pytest.mark.gradcheck(digits=10)
    def test_precise_loss(gradcheck):
        ...

The plugin comes with the package; ``-p no:chalkgrad`` switches it off. A project's own fixture, or its own option, of one of
these names takes the place of the plugin's. A failure shows the report of the check and not the
checker's own code.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from autograd.checking.report import Report

_OPTION, _INI = "--gradcheck-digits", "gradcheck_digits"
_HELP = "how many digits the derivatives checked by the fixture gradcheck must have (default: 6)"
# Which of the two are this plugin's: a project may have its own of these names.
_has_option = pytest.StashKey[bool]()
_has_ini = pytest.StashKey[bool]()
_running = pytest.StashKey[pytest.Item]()


class Gradcheck(Protocol):
    """What the fixture `gradcheck` is: `assert_gradients`, with the digits that the test, or the command line, asks for."""

    def __call__(self, f: Any, *point: Any, digits: float | None = None, **options: Any) -> Report:
        """Check the derivatives of f at the point; what `autograd.checking.gradcheck` takes."""


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config, parser: pytest.Parser) -> Generator[None, None, None]:
    """Add the option and its counterpart for configuration files, unless the project's own conftest.py has such."""
    yield
    if not _is_taken(parser):
        group = parser.getgroup("gradcheck", "derivatives checked by chalkgrad")
        group.addoption(_OPTION, type=_digits, default=None, metavar="DIGITS", help=_HELP)
        early_config.stash[_has_option] = True
    try:
        early_config.getini(_INI)
    except (KeyError, ValueError):
        parser.addini(_INI, _HELP, default="")
        early_config.stash[_has_ini] = True


def _is_taken(parser: pytest.Parser) -> bool:
    try:
        return not parser.parse_known_and_unknown_args([f"{_OPTION}=6"])[1]
    except (pytest.UsageError, SystemExit):
        # It exists, and takes something else.
        return True


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line("markers", "gradcheck(digits): how many digits the derivatives that the fixture checks must have")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Take note of the test that runs: its marker counts when the fixture is called."""
    item.config.stash[_running] = item


@pytest.fixture(scope="session")
def gradcheck(pytestconfig: pytest.Config) -> Gradcheck:
    """Check derivatives: ``gradcheck(f, *point)`` fails the test where one is not right, and returns the `Report`.

    Takes what `autograd.checking.gradcheck` takes. The digits asked for are, in this order: those given in the call, those of
    the marker ``@pytest.mark.gradcheck(digits=…)``, ``--gradcheck-digits``, ``gradcheck_digits`` of the configuration file, and
    the default of `autograd.checking.gradcheck`. It has no state, and so works with hypothesis' ``@given``; what a first check
    takes longer than others is done before the test, so that none of its examples runs into hypothesis' deadline.
    """
    # Loaded for the first test that needs it: a test run without this fixture pays nothing for it.
    from autograd.checking import derivative_check

    # A first check of Values compiles rules; one of floats goes another way.
    derivative_check.gradcheck(lambda x: x * x, 0.5)
    derivative_check.gradcheck(math.exp, 0.0, gradient=[1.0])

    def check(f: Any, *point: Any, digits: float | None = None, **options: Any) -> Report:
        __tracebackhide__ = True
        if digits is None:
            digits = _digits_asked_for(pytestconfig)
        return derivative_check.assert_gradients(f, *point, digits=digits, **options)

    return check


def _digits_asked_for(config: pytest.Config) -> float | None:
    of_marker = _digits_of_marker(config.stash[_running])
    return _digits_of_configuration(config) if of_marker is None else of_marker


def _digits(text: str | float) -> float:
    """A number of digits, from the command line or a marker.

    Raises:
        ValueError: it is no number from 0 to 17.
    """
    number = float(text)
    if not 0.0 <= number <= 17.0:
        raise ValueError(f"a float64 has at most 17 digits, so {text!r} digits can't be asked for")
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


def _digits_of_configuration(config: pytest.Config) -> float | None:
    option = config.getoption(_OPTION) if config.stash.get(_has_option, False) else None
    if option is not None:
        return float(option)
    written = config.getini(_INI) if config.stash.get(_has_ini, False) else ""
    try:
        return _digits(written) if written else None
    except ValueError as error:
        raise pytest.UsageError(f"{_INI} = {written}: {error}") from None
