"""The pytest plugin: fixture, marker, option, and what a failure looks like."""

from __future__ import annotations

import os
from importlib.metadata import entry_points
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

# Two functions whose backward pass keeps about 8 digits of 16: the difference of two numbers that share the first eight.
CANCELLATION = """
    from autograd import exp

    def cancelling(x):
        return exp(x) * (1.0 / (exp(x) - 1.0 - x))
"""


@pytest.fixture
def run(pytester: pytest.Pytester):
    """Run a test file in a pytest of its own, with the plugin once."""

    def run_file(source: str, *arguments: str) -> pytest.RunResult:
        pytester.makepyfile(source)
        # Where the package is installed with its entry point, the plugin is loaded already, under its name.
        names = [point.name for point in entry_points(group="pytest11") if point.value == "autograd.checking.pytest_plugin"]
        blocked = [part for name in names for part in ("-p", f"no:{name}")]
        return pytester.runpytest_inprocess(*blocked, "-p", "autograd.checking.pytest_plugin", *arguments)

    return run_file


def test_a_right_derivative_passes_and_the_report_comes_back(run):
    result = run(
        """
        from autograd import tanh

        def test_product(gradcheck):
            report = gradcheck(lambda a, b: a * tanh(b), 0.5, 2.0)
            assert report and len(report.inputs) == 2
        """
    )
    result.assert_outcomes(passed=1)


def test_a_wrong_derivative_fails_with_the_report_and_nothing_of_the_checker(run):
    result = run(
        """
        def test_given(gradcheck):
            gradcheck(lambda a, b: a * b, 0.5, 2.0, gradient=lambda a, b: (b, -a))
        """
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*AssertionError: gradient of * is wrong for input b*"])
    text = result.stdout.str()
    assert "-0.5" in text and "gradient=lambda a, b: (b, -a)" in text
    assert "def assert_gradients" not in text and "def check(" not in text


@pytest.mark.parametrize(
    ("marker", "arguments", "passes"),
    [
        ("", [], True),
        ("@pytest.mark.gradcheck(digits=15)", [], False),
        ("@pytest.mark.gradcheck(15)", [], False),
        ("", ["--gradcheck-digits=15"], False),
        ("", ["-o", "gradcheck_digits=15"], False),
        ("", ["-o", "gradcheck_digits=15", "--gradcheck-digits=2"], True),
        ("@pytest.mark.gradcheck(digits=2)", ["--gradcheck-digits=15"], True),
    ],
)
def test_the_digits_asked_for(run, marker, arguments, passes):
    # exp(x) - 1 loses seven of the sixteen digits at 1e-7.
    result = run(
        f"""
        import pytest
        from autograd import exp

        {marker}
        def test_cancelling(gradcheck):
            gradcheck(lambda x: (exp(x) - 1.0) ** 2, 1e-7)
        """,
        *arguments,
    )
    result.assert_outcomes(passed=int(passes), failed=int(not passes))


def test_the_call_has_the_last_word_on_digits(run):
    result = run(
        """
        import pytest
        from autograd import exp

        @pytest.mark.gradcheck(digits=15)
        def test_cancelling(gradcheck):
            gradcheck(lambda x: (exp(x) - 1.0) ** 2, 1e-7, digits=3)
        """
    )
    result.assert_outcomes(passed=1)


def test_the_marker_of_a_class_holds_for_its_tests_and_is_registered(run):
    result = run(
        """
        import pytest
        from autograd import exp

        @pytest.mark.gradcheck(digits=15)
        class TestPrecise:
            def test_cancelling(self, gradcheck):
                gradcheck(lambda x: (exp(x) - 1.0) ** 2, 1e-7)
        """,
        "--strict-markers",
    )
    result.assert_outcomes(failed=1)


@pytest.mark.parametrize("marker", ["gradcheck", "gradcheck(digit=3)", "gradcheck(digits='many')", "gradcheck(digits=40)"])
def test_a_marker_that_says_no_number_of_digits_is_an_error_that_names_it(run, marker):
    result = run(
        f"""
        import pytest

        @pytest.mark.{marker}
        def test_square(gradcheck):
            gradcheck(lambda x: x * x, 1.0)
        """
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*test_square: *gradcheck(*"])


def test_an_option_that_says_no_number_of_digits_is_refused(run):
    result = run("def test_nothing(): pass", "--gradcheck-digits=many")
    assert result.ret == pytest.ExitCode.USAGE_ERROR


def test_the_option_and_the_fixture_are_documented(run):
    assert "--gradcheck-digits" in run("", "--help").stdout.str()
    run("", "--fixtures").stdout.fnmatch_lines(["*gradcheck*", "*Check derivatives*"])
    run("", "--markers").stdout.fnmatch_lines(["*@pytest.mark.gradcheck(digits)*"])


def test_it_works_with_hypothesis(run):
    result = run(
        """
        import pytest
        from autograd import exp, tanh
        from hypothesis import given, settings, strategies as st

        @settings(max_examples=5, database=None, deadline=None)
        @given(st.floats(-1.0, 1.0))
        def test_right(gradcheck, x):
            gradcheck(lambda x: tanh(x) * 2.0, x)

        @settings(max_examples=5, database=None, deadline=None)
        @given(x=st.floats(-1.0, 1.0))
        def test_wrong(x, gradcheck):
            gradcheck(lambda x: tanh(x) * 2.0, x, gradient=[3.0])

        @pytest.mark.gradcheck(digits=15)
        @settings(max_examples=5, database=None, deadline=None)
        @given(x=st.floats(1e-7, 2e-7))
        def test_digits_of_a_marker(gradcheck, x):
            gradcheck(lambda x: (exp(x) - 1.0) ** 2, x)

        @settings(max_examples=5, database=None, deadline=None)
        @given(x=st.floats(1e-7, 2e-7))
        def test_digits_of_no_marker(gradcheck, x):
            gradcheck(lambda x: (exp(x) - 1.0) ** 2, x)
        """
    )
    result.assert_outcomes(passed=2, failed=2)
    result.stdout.fnmatch_lines(["*AssertionError: gradient of * is wrong for input x*"])


@pytest.fixture
def run_afresh(pytester, monkeypatch):
    """Run a test file in a process of its own, in which nothing is loaded yet."""

    def run_file(source: str) -> pytest.RunResult:
        pytester.makepyfile(source)
        monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
        monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        return pytester.runpytest_subprocess("-p", "autograd.checking.pytest_plugin")

    return run_file


def test_the_first_check_of_a_test_loads_nothing_more(run_afresh):
    result = run_afresh(
        """
        import math
        import sys
        from autograd import Value, exp, tanh

        def loaded_by(gradcheck, *arguments, **options):
            before = set(sys.modules)
            try:
                gradcheck(*arguments, **options)
            except AssertionError:
                pass
            return sorted(set(sys.modules) - before)

        def test_numbers(gradcheck):
            right = 1.0 / math.cosh(0.5) ** 2
            assert loaded_by(gradcheck, lambda x: tanh(x), 0.5) == []
            assert loaded_by(gradcheck, lambda x: tanh(x), 0.5, gradient=[right]) == []
            assert loaded_by(gradcheck, math.tanh, 0.5, gradient=[right]) == []
            assert loaded_by(gradcheck, math.tanh, 0.5, gradient=[3.0]) == []
            assert loaded_by(gradcheck, lambda x: tanh(x), 0.5, gradient=[3.0]) == []
            assert loaded_by(gradcheck, lambda x: tanh(x), 0.5, order=2) == []
            assert loaded_by(gradcheck, lambda x: abs(x), 0.0) == []
            assert loaded_by(gradcheck, lambda x: Value(float(x)) * x, 0.5) == []
            assert loaded_by(gradcheck, lambda x: exp(x) - 1.0 - x, 1e-9) == []

        def test_what_needs_numpy(gradcheck):
            import numpy
            from autograd import vectorize

            w = Value(2.0)
            program = vectorize(lambda x: (w * x).tanh(), 1.0)
            assert loaded_by(gradcheck, lambda x: (x * x).sum(), numpy.ones(2)) == []
            assert loaded_by(gradcheck, program, None, [0.5]) == []
        """
    )
    result.assert_outcomes(passed=2)


@pytest.mark.parametrize("check", ["lambda x: tanh(x), a", "math.exp, a, gradient=math.exp"])
def test_the_first_example_of_hypothesis_keeps_its_deadline(run_afresh, check):
    result = run_afresh(
        f"""
        import math
        import time
        from autograd import tanh
        from hypothesis import given, settings, strategies as st

        # In hypothesis' clock the time counts that this process computes, and not what else the machine does.
        time.perf_counter = time.process_time

        @settings(max_examples=5, database=None, deadline=50)  # a quarter of the default
        @given(st.floats(-1.0, 1.0))
        def test_first(gradcheck, a):
            gradcheck({check})
        """
    )
    result.assert_outcomes(passed=1)


def test_a_supplied_derivative_must_have_the_digits_that_gradcheck_asks_for_itself(run):
    result = run(
        """
        def test_close(gradcheck):
            gradcheck(lambda x: x * x, 0.5, gradient=[1.0 + 1e-7])
        """
    )
    result.assert_outcomes(failed=1)


def test_the_projects_own_fixture_takes_its_place(run, pytester):
    pytester.makeconftest(
        """
        import pytest

        @pytest.fixture
        def gradcheck():
            return "the project's own"

        def pytest_configure(config):
            config.addinivalue_line("markers", "gradcheck(what): the project's own")
        """
    )
    result = run(
        """
        import pytest

        @pytest.mark.gradcheck("what")
        def test_own(gradcheck):
            assert gradcheck == "the project's own"
        """,
        "--strict-markers",
    )
    result.assert_outcomes(passed=1)


@pytest.mark.parametrize("group", ["gradcheck", "own"])
@pytest.mark.parametrize(
    ("action", "arguments"), [("'store'", ["--gradcheck-digits=many"]), ("'store_true'", ["--gradcheck-digits"])]
)
def test_the_projects_own_option_takes_its_place(run, pytester, group, action, arguments):
    pytester.makeconftest(
        f"""
        def pytest_addoption(parser):
            parser.getgroup({group!r}).addoption("--gradcheck-digits", action={action}, default=None, help="the project's own")
            parser.addini("gradcheck_digits", "the project's own", type="args")
        """
    )
    result = run(
        """
        def test_own(gradcheck, request):
            assert request.config.getoption("--gradcheck-digits") in ("many", True)
            assert request.config.getini("gradcheck_digits") == ["a", "b"]
            assert gradcheck(lambda x: x * x, 0.5)
        """,
        *arguments,
        "-o",
        "gradcheck_digits=a b",
    )
    result.assert_outcomes(passed=1)


def test_it_is_switched_off_by_name(pytester, monkeypatch):
    # As an installed package is found, whether or not this one is installed.
    facts = pytester.mkdir("chalkgrad_of_this_test-0.dist-info")
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: chalkgrad-of-this-test\nVersion: 0\n")
    (facts / "entry_points.txt").write_text("[pytest11]\nchalkgrad = autograd.checking.pytest_plugin\n")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(Path(__file__).parents[3]), str(pytester.path)]))
    pytester.makepyfile("def test_square(gradcheck): gradcheck(lambda x: x * x, 0.5)")
    pytester.runpytest_subprocess().assert_outcomes(passed=1)
    off = pytester.runpytest_subprocess("-p", "no:chalkgrad")
    off.assert_outcomes(errors=1)
    off.stdout.fnmatch_lines(["*fixture 'gradcheck' not found*"])
