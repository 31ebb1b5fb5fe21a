"""The pytest plugin: fixture, marker, option, and what a failure looks like."""

from __future__ import annotations

from importlib.metadata import entry_points

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
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*test_square: *gradcheck(*"])


def test_an_option_that_says_no_number_of_digits_is_refused(run):
    result = run("def test_nothing(): pass", "--gradcheck-digits=many")
    assert result.ret == pytest.ExitCode.USAGE_ERROR


def test_the_option_and_the_fixture_are_documented(run):
    assert "--gradcheck-digits" in run("", "--help").stdout.str()
    run("", "--fixtures").stdout.fnmatch_lines(["*gradcheck*", "*Check derivatives*"])
    run("", "--markers").stdout.fnmatch_lines(["*@pytest.mark.gradcheck(digits)*"])
