"""What takes only the number of a Value says so; what plainly asks for the number doesn't."""

from __future__ import annotations

import _thread
import array
import cmath
import functools
import importlib
import linecache
import math
import os
import queue
import random
import statistics
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path
from typing import Any

import numpy
import pytest

from autograd import FrozenChoiceError, LostGradientWarning, Value, grad, no_grad, total, vectorize
from autograd.engine.habits import call_sites
from autograd.engine.habits.recorded_forms import _OF_OBJECTS, recorded_form


class Model:
    def __init__(self) -> None:
        self.activation = math.exp

    def __call__(self, x: Any) -> Any:
        return self.activation(x)


TABLE = {"exp": math.exp}
NAMES = {
    "array": array, "cmath": cmath, "functools": functools, "math": math, "numpy": numpy, "random": random,
    "statistics": statistics, "ThreadPoolExecutor": ThreadPoolExecutor, "no_grad": no_grad, "total": total, "Model": Model,
    "os": os, "TABLE": TABLE, "exponential": math.exp, "number": float,
}  # fmt: skip

LOST = [
    "math.exp(v)", "v * math.exp(v)", "math.hypot(v, w)", "math.hypot(*[v, w])", "math.hypot(float(v), w)", "math.log(v * 2, 2)",
    "math.pow(v, 2)", "math.fsum([v, w])", "math.dist([v, w], [0, 0])", "cmath.exp(v)", "exponential(v)", "TABLE['exp'](v)",
    "getattr(math, 'exp')(v)", "Model()(v)", "(math\n  .exp(\n  v))", "(lambda t: math.exp(t))(v)",
    "[math.exp(x) for x in [v, w]]", "sum(math.exp(x) for x in [v, w])", "{math.exp(x) for x in [v, w]}",
    "list(map(math.exp, [v, w]))", "list(map(exponential, [v, w]))", "[x for x in map(math.exp, [v, w])]",
    "[*map(math.exp, [v, w])]",
    "tuple(map(math.exp, [v, w]))", "sum(map(math.exp, [v, w]))", "total(map(math.exp, [v, w]))", "next(map(math.exp, [v, w]))",
    "dict(zip('ab', map(math.exp, [v, w])))", "sorted([v, w], key=math.exp)", "functools.reduce(math.hypot, [v, w])",
    "functools.partial(math.hypot, 1.0)(v)", "list(ThreadPoolExecutor(1).map(math.exp, [v]))",
    "statistics.NormalDist().cdf(v)", "numpy.random.normal(v, 1)", "numpy.interp(v, [0, 1], [0, 1])",
    "numpy.interp([v, w], [0, 1], [0, 1])", "(lambda float: float(v))(math.exp)",
    "array.array('d', [1.0]).append(v)", "numpy.zeros(2).fill(v)", "math.copysign(v, 1)", "math.frexp(v)",
    "list(map(math.copysign, [v], [w]))", "numpy.vectorize(lambda t: v * t if t > 0 else 0.0)(numpy.array([-1.0, 2.0]))",
    "numpy.insert(numpy.zeros(2), 0, v)", "numpy.full_like(numpy.zeros(2), v)", "numpy.gradient([v, w, 1.0])",
    "numpy.fromiter((x for x in [v, w]), float)", "numpy.fromiter([v, w], numpy.float64)", "numpy.fromiter([v, w], 'd')",
    "numpy.apply_along_axis(lambda a: a[0] * v if a[0] > 1 else 0.0, 0, numpy.array([[1.0, 2.0]]))",
    "numpy.copyto(numpy.zeros(2), [v, w], casting='unsafe')", "numpy.pad([1.0], 1, constant_values=v)",
    "statistics.NormalDist(v, 1).cdf(1)", "list(map(statistics.NormalDist, [v]))",
]  # fmt: skip
LOST_IN_STATEMENTS = [
    "a, b = map(math.exp, [v, w])", "for x in map(math.exp, [v, w]): pass", "found = map(exponential, [v, w])\nlist(found)",
    "a = numpy.zeros(2)\na[0] = v", "a = array.array('d', [1.0])\na[0] = v", "a = []\na.extend(map(math.exp, [v, w]))",
    "a = numpy.zeros(2)\na[:] = [v, w]",
]  # fmt: skip
MEANT = [
    "float(v)", "number(v)", "complex(v)", "int(v)", "bool(v)", "round(v, 2)", "v.data", "repr(v)", "print(v)", "f'{v:.3f} {v}'",
    "'%.3f' % v", "'%.3f %.2f' % (v, w)", "'{:.3f}'.format(v)", "format(v, '.3f')", "', '.join(map('%.3f'.__mod__, [v, w]))",
    "math.floor(v)", "math.ceil(v)", "math.trunc(v)", "math.isnan(v)", "math.isfinite(v)", "math.isclose(v, 0.5)",
    "list(map(float, [v, w]))", "sum(map(float, [v, w]))", "list(map(number, [v, w]))", "[float(x) for x in [v, w]]",
    "list(map(lambda x: float(x), [v, w]))", "max([v, w], key=float)", "sorted([v, w])", "max(v, w)", "abs(v)", "divmod(v, w)",
    "v ** w",
    "math.prod([v, w])", "math.exp(float(v))", "math.exp(v.data)", "v * math.exp(0.5)", "Model()(v.data)",
    "numpy.array([v, w], dtype=float)", "numpy.asarray([v, w], float)", "numpy.array([v, w]).astype(float)", "numpy.float64(v)",
    "numpy.vectorize(lambda t: v * t, otypes=[float])(numpy.array([-1.0, 2.0]))", "numpy.require([v, w], float)",
    "numpy.vectorize(lambda t: float(v * t))(numpy.array([-1.0, 2.0]))", "numpy.full_like(numpy.zeros(2), v, dtype=float)",
    "numpy.vectorize(lambda t: v * t if t > 0 else 0.0, otypes=[object])(numpy.array([-1.0, 2.0]))",
    "numpy.full_like(numpy.zeros(2), v, dtype=object)", "numpy.insert(numpy.zeros(2).astype(object), 0, v)",
    "numpy.fromiter((x for x in [v, w]), object)", "numpy.fromiter(map(float, [v, w]), 'd')", "math.ulp(v)",
    "numpy.fromiter(map(float, [v, w]), dtype=numpy.float64)", "numpy.fromiter([float(x) for x in [v, w]], float)",
    "numpy.isclose(v, 0.5)", "numpy.array2string(numpy.array([v, w]))", "numpy.savetxt(os.devnull, [v, w])", "complex(v, 1)",
    "numpy.array([math.exp(2.0), v], dtype=float)", "numpy.full(2, v, dtype=float)", "numpy.fromiter(map(float, [v, w]), float)",
    "array.array('d', [v, w])", "numpy.random.choice(2, p=[v, 1 - v])", "random.choices([1, 2], weights=[v, w])",
    "total([v, w]).exp()", "(no_grad()(lambda: math.exp(v)))()",
]  # fmt: skip
MEANT_IN_STATEMENTS = [
    "a, b = map(float, [v, w])", "for x in map(float, [v, w]): pass", "found = map(number, [v, w])\nlist(found)",
    "found = map(float, [v, w])\nnumpy.fromiter(found, float)",
    "a = {}\na[v] = float(w)", "a = []\na.extend(map(float, [v, w]))", "a = numpy.zeros(2)\na[0] = float(v)",
    "a = numpy.zeros(2, object)\na[0] = v", "with no_grad():\n    a = math.exp(v)",
]  # fmt: skip


def run_as_expression(program: str, names: dict[str, Any]) -> None:
    eval(program, names)


def run_as_module(program: str, names: dict[str, Any]) -> None:
    exec(program, names)


def run_in_function(program: str, names: dict[str, Any]) -> None:
    body = "".join(f"    {line}\n" for line in program.splitlines())
    exec(f"def function(v, w):\n{body}function(v, w)", names)


def run_in_closure(program: str, names: dict[str, Any]) -> None:
    body = "".join(f"        {line}\n" for line in program.splitlines())
    exec(f"def function(v, w):\n    def inner():\n{body}    inner()\nfunction(v, w)", names)


RUNS = [run_as_expression, run_as_module, run_in_function, run_in_closure]


def warned(run: Callable[[str, dict[str, Any]], None], program: str) -> list[warnings.WarningMessage]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        run(program, {**NAMES, "v": Value(0.5, "v"), "w": Value(0.25)})
    return caught


@pytest.mark.parametrize(("run", "program"), [*product(RUNS, LOST), *product(RUNS[1:], LOST_IN_STATEMENTS)])
def test_a_gradient_is_not_lost_without_a_word(run: Callable[[str, dict[str, Any]], None], program: str) -> None:
    caught = warned(run, program)
    assert caught, "no warning"
    for warning in caught:
        assert warning.category is LostGradientWarning
        assert "only the number of " in str(warning.message)
        assert "no gradient flows back" in str(warning.message)


@pytest.mark.parametrize(("run", "program"), [*product(RUNS, MEANT), *product(RUNS[1:], MEANT_IN_STATEMENTS)])
def test_what_plainly_asks_for_the_number_is_silent(run: Callable[[str, dict[str, Any]], None], program: str) -> None:
    assert [str(warning.message) for warning in warned(run, program)] == []


def test_the_warning_says_what_to_write_and_names_the_line() -> None:
    x = Value(0.5, "x")
    with pytest.warns(LostGradientWarning) as caught:
        x * math.exp(x)
    (warning,) = caught
    assert str(warning.message) == (
        "math.exp takes only the number of a Value: no gradient flows back through its result. "
        "Write autograd.exp to record it, or math.exp(float(…)) if the number is meant."
    )
    assert warning.filename == __file__
    assert linecache.getline(warning.filename, warning.lineno).strip() == "x * math.exp(x)"


def test_the_users_line_is_named_where_python_or_numpy_called() -> None:
    x: Any = Value(0.5)
    with pytest.warns(LostGradientWarning, match=r"^numpy\.interp takes only .* or give it float\(…\) if") as caught:
        numpy.interp(x, [0.0, 1.0], [0.0, 1.0])
    with pytest.warns(LostGradientWarning, match=r"autograd\.erfc? ") as caught_next:
        statistics.NormalDist().cdf(x)
    for warning in (*caught, *caught_next):
        assert warning.filename == __file__
        assert "(x" in linecache.getline(warning.filename, warning.lineno)


@pytest.mark.parametrize(
    ("program", "advice"),
    [
        ("math.fsum([v, w])", "Write autograd.total to record it"),
        ("math.pow(v, 2)", "Write a ** b to record it"),
        ("math.atan2(v, 2)", "Write autograd.atan2 to record it"),
        ("math.gamma(v)", "Use functions of autograd to record it"),
        ("exponential(v)", "Write autograd.exp to record it, or math.exp(float(…))"),
        ("Model()(v)", "self.activation takes only the number of a Value"),
        ("math.copysign(v, w)", "Write abs(a) * math.copysign(1, float(b)) to record it"),
        ("math.frexp(v)", "Write a / 2 ** math.frexp(float(a))[1] to record it"),
        ("numpy.full_like(numpy.zeros(2), v)", "numpy.full_like takes only the number of a Value"),
        ("numpy.full_like(numpy.zeros(2), v)", "Write numpy.full_like(…, dtype=object) to record it, or give it float(…)"),
        ("numpy.insert(numpy.zeros(2), 0, v)", "Write numpy.insert(a.astype(object), …) to record it"),
        ("numpy.fromiter([v, w], float)", "Write numpy.fromiter(…, object) to record it"),
        ("numpy.vectorize(lambda t: t * v if t > 0 else 0.0)([-1.0, 2.0])", "numpy.vectorize takes only"),
        ("numpy.vectorize(lambda t: t * v if t > 0 else 0.0)([-1.0, 2.0])", "Write numpy.vectorize(…, otypes=[object]) to"),
        ("list(map(numpy.gradient, [[v, w, 1.0]]))", "gradient takes only the number of a Value"),
        ("statistics.NormalDist(v, 1).cdf(1)", "statistics.NormalDist takes only the number of a Value"),
    ],
)
def test_advice(program: str, advice: str) -> None:
    assert advice in str(warned(run_in_function, program)[0].message)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("fromiter", "(x for x in [v, w])"),
        ("numpy.vectorize", "lambda t: v * t if t > 0 else 0.0"),
        ("numpy.full_like", "numpy.zeros(2), v"),
        ("numpy.insert", "0, v"),
    ],
)
def test_what_to_write_for_functions_that_make_arrays_keeps_the_values(name: str, arguments: str) -> None:
    v, w = Value(0.5), Value(0.25)
    assert set(_OF_OBJECTS) == {"fromiter", "numpy.vectorize", "numpy.full_like", "numpy.insert"}
    written = (recorded_form(name) or "").replace("…", arguments)
    made = eval(written, {"numpy": numpy, "a": numpy.zeros(2), "v": v, "w": w})
    elements = made([-1.0, 2.0]) if callable(made) else made
    assert any(isinstance(element, Value) and grad(element, v) for element in elements)


def test_functions_of_math_have_an_advice() -> None:
    without = {"gamma", "lgamma", "ldexp", "modf", "nextafter", "fma"}
    for name in vars(math):
        function = getattr(math, name)
        if name.startswith("_") or not callable(function) or name in without:
            continue
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            for arguments in ((Value(0.5),), (Value(0.5), 2.0), ([Value(0.5), 1.0],), ([Value(0.5)], [1.0])):
                try:
                    function(*arguments)
                except (TypeError, ValueError):
                    continue
        for warning in caught:
            assert recorded_form(name), f"math.{name}: {warning.message}"


# What libraries do with the numbers that they are given: a conversion of their own, in C, by NumPy, of a function's results.
LIBRARY = """
import math
import numpy
from functools import wraps

def wrapped(f):
    @wraps(f)
    def wrapper(*arguments):
        return f(*arguments)
    return wrapper

def cdf(x):
    return _converted(x)

def _converted(x):
    return 1.0 - float(x)

@wrapped
def logpdf(x):
    return numpy.asarray([x], dtype=float)[0]

def ndtr(x):
    return math.erfc(x)

def quad(f, low):
    return math.fsum([f(low)])

class Spline:
    def __init__(self, values):
        self.values = numpy.zeros(1)
        self.values[0] = values[0]

class Cubic(Spline):
    pass

class Distribution:
    def cdf(self, x):
        return _converted(x)

norm = Distribution()

def isclose(x):
    return float(x) == 0.5

def text(x):
    return "%.3f" % x
"""
OF_A_LIBRARY = {
    "lib.cdf(v)": "{}.cdf", "cdf(v)": "{}.cdf", "lib.logpdf(v)": "{}.logpdf", "lib.ndtr(v)": "{}.ndtr",
    "lib.quad(lambda t: t * v, 1.0)": "{}.quad", "lib.Spline([v])": "{}.Spline", "Cubic([v])": "{}.Cubic",
    "lib.norm.cdf(v)": "{}.norm.cdf", "list(map(lib.cdf, [v]))": "cdf", "functools.partial(lib.cdf)(v)": "cdf",
    "list(ThreadPoolExecutor(1).map(lib.cdf, [v]))": "cdf", "sorted([1.0], key=lambda t: lib.cdf(t * v))": "{}.cdf",
}  # fmt: skip


@pytest.fixture
def import_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    """Make a library of a name, with its code in a module of its own."""
    made: list[str] = []

    def make(name: str) -> Any:
        folder = tmp_path / "site-packages" / name
        (folder / "stats").mkdir(parents=True)
        (folder / "__init__.py").touch()
        (folder / "stats" / "__init__.py").write_text(f"from {name}.stats._code import *\n")
        (folder / "stats" / "_code.py").write_text(LIBRARY)
        monkeypatch.syspath_prepend(str(folder.parent))
        for known in [known for known in sys.modules if known.partition(".")[0] == name]:
            monkeypatch.delitem(sys.modules, known)
        made.append(name)
        return importlib.import_module(f"{name}.stats")

    yield make
    for known in [known for known in sys.modules if known.partition(".")[0] in made]:
        del sys.modules[known]


@pytest.mark.parametrize("run", [run_as_module, run_in_function])
@pytest.mark.parametrize("name", ["scipy", "sklearn"])
def test_a_library_that_computes_loses_no_gradient_without_a_word(
    name: str, run: Callable[[str, dict[str, Any]], None], import_library: Callable[[str], Any]
) -> None:
    lib = import_library(name)
    for program, shown in OF_A_LIBRARY.items():
        names = {"lib": lib, "cdf": lib.cdf, "Cubic": lib.Cubic}
        caught = warned(lambda program, given, names=names: run(program, {**given, **names}), program)
        # As the line has it, or as the library has.
        shown = shown.format("lib" if program.startswith(("lib", "sorted")) else f"{name}.stats")
        assert [warning.category for warning in caught] == [LostGradientWarning], program
        assert str(caught[0].message).startswith(f"{shown} takes only the number of a Value: no gradient flows back"), program
        assert caught[0].filename == "<string>" or "ThreadPool" in program, program


def test_what_means_the_number_is_silent_in_a_library_that_computes(import_library: Callable[[str], Any]) -> None:
    lib = import_library("scipy")
    for program in ("lib.isclose(v)", "lib.text(v)", "lib.cdf(float(v))", "lib.quad(lambda t: float(t * v), 1.0)", "float(v)"):
        names = {"lib": lib}
        caught = warned(lambda program, given, names=names: run_in_function(program, {**given, **names}), program)
        assert [str(warning.message) for warning in caught] == [], program


def test_a_library_that_draws_is_silent_also_where_it_calls_one_that_computes(import_library: Callable[[str], Any]) -> None:
    lib, plots = import_library("scipy"), import_library("plots")
    plots.cdf.__globals__["_converted"] = lib.cdf
    for program in ("lib.cdf(v)", "lib.logpdf(v)", "lib.Spline([v])", "lib.norm.cdf(v)"):
        caught = warned(lambda program, given: run_in_function(program, {**given, "lib": plots}), program)
        assert [str(warning.message) for warning in caught] == [], program


def test_plots_are_silent() -> None:
    from matplotlib.figure import Figure

    losses: list[Any] = [Value(0.1 * k, f"loss {k}") * 1.0 for k in range(5)]
    axes = Figure().add_subplot()
    axes.plot(losses)
    axes.scatter(losses, losses, c=losses)
    axes.bar(range(5), losses)
    axes.errorbar(range(5), losses, yerr=losses)
    axes.axhline(losses[1])
    axes.set_xlim(losses[0], losses[3])
    axes.figure.canvas.draw()


def test_once_for_each_line() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        values = [Value(1.0, "v"), Value(2.0, "w"), Value(3.0) * 2]
        exec("for v in values:\n  math.exp(v)\n  math.exp(v)", {"math": math, "values": values})
        # The same line of another cell of a notebook, and a name that stands for something else the next time.
        for f in (float, math.exp, float, math.exp):
            exec(compile("\nf(v)", "another cell", "exec"), {"f": f, "v": Value(1.0)})
    assert [(warning.filename, warning.lineno) for warning in caught] == [("<string>", 2), ("<string>", 3), ("another cell", 2)]


def test_a_thread_without_a_line_of_python() -> None:
    v, taken = Value(0.5), queue.SimpleQueue[float]()

    class Noting(float):
        def __init__(self, number: Any) -> None:
            taken.put(self)

    _thread.start_new_thread(Noting, (v,))
    assert taken.get(timeout=30) == 0.5


def test_what_is_known_of_a_line_goes_with_its_code() -> None:
    before = len(call_sites._known)
    for k in range(50):
        exec(compile(f"float(v)\n{k}", "a cell", "exec"), {"v": Value(1.0)})
    assert len(call_sites._known) <= before + 1


def test_the_number_is_taken_all_the_same() -> None:
    with pytest.warns(LostGradientWarning):
        assert math.exp(Value(0.5)) == math.exp(0.5)


def test_where_it_is_an_error_the_function_raises_it() -> None:
    with pytest.raises(LostGradientWarning):  # the tests make errors of warnings
        math.exp(Value(0.5))


def test_a_traced_function_may_not_ask_at_all() -> None:
    with pytest.raises(FrozenChoiceError, match=r"float\(\)"):
        vectorize(lambda x: x * math.exp(x), 0.5)


@pytest.mark.parametrize("options", [[], ["-O"], ["-X", "no_debug_ranges"]])
def test_at_a_prompt(options: list[str]) -> None:
    lines = "import math\nfrom autograd import Value\nv = Value(0.5)\ny = v * math.exp(v)\nprint(y, float(v))\n"
    done = subprocess.run([sys.executable, *options, "-i"], input=lines, capture_output=True, text=True, timeout=60, check=True)
    assert "Value(0.8243606353500641) 0.5" in done.stdout
    # Without positions in the code nothing can be told, and nothing is said.
    assert done.stderr.count("LostGradientWarning: math.exp takes only") == (0 if "no_debug_ranges" in options else 1)


def test_a_function_may_be_named_and_called_in_one_line() -> None:
    """From Python 3.13 on, one instruction then assigns the name and loads it."""
    names: dict[str, Any] = {"math": math}
    exec("def known(x): f = float; return f(x)\ndef lost(x): f = math.exp; return f(x)", names)
    assert names["known"](Value(2.0)) == 2.0
    with pytest.warns(LostGradientWarning, match=r"math\.exp takes only the number"):
        names["lost"](Value(0.0))
