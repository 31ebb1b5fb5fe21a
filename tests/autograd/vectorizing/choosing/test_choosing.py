"""Which engine is chosen, why, and what is said where there is no machine code."""

from __future__ import annotations

import copy
import pickle
import sys
from collections.abc import Callable
from typing import Any

import numpy
import pytest
from hash_seeds import printed_under_hash_seeds

from autograd import Program, Value, dot, pick, sin, tanh, total, vectorize
from autograd.vectorizing.choosing import choosing
from autograd.vectorizing.example.tracing import record

w, b, unused = Value(2.0, "w"), Value(-1.0, "b"), Value(9.0, "unused")
THETA, X, Y = [0.5, -0.25], [1.0, 2.0, 3.0], [0.0, 1.0, -1.0]


def line(x: Value, y: Value) -> Value:
    return (b + w * x - y).square()


def recurrence(x: Any) -> Value:
    s = Value(0.5)
    for t in range(100):
        s = tanh(w * s + b * x[t])
    return s


@pytest.fixture
def without_llvmlite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "llvmlite", None)


@pytest.fixture
def llvmlite() -> None:
    pytest.importorskip("llvmlite")


def choice_of(f: Callable[..., Any], *example: Any, **settings: Any) -> choosing.Choice:
    """What is chosen for a function, without making the program."""
    chosen: list[choosing.Choice] = []

    class ChosenError(Exception):
        pass

    def noting(*arguments: Any, **keywords: Any) -> choosing.Choice:
        chosen.append(choosing.choose(*arguments, **keywords))
        raise ChosenError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("autograd.vectorizing.entry.choose", noting)
        with pytest.raises(ChosenError):
            vectorize(f, *example, **settings)
    return chosen[0]


# ---------------------------------------------------------------------------------------------------------- asked for


@pytest.mark.parametrize("name", ["", "NumPy", "llvm", None, 1, ["numpy"]])
def test_a_wrong_name(name: Any) -> None:
    with pytest.raises(ValueError, match=r'engine is "auto", "numpy" or "native", not .*$'):
        vectorize(line, 1.0, 0.5, engine=name)


def test_the_eager_engine_is_one_of_training() -> None:
    name: Any = "eager"
    with pytest.raises(ValueError, match=r'"native", not .eager.; engine="eager" is one of nn.train'):
        vectorize(line, 1.0, 0.5, engine=name)


@pytest.mark.parametrize("number", [0, -1, 1.5, True, "many", None])
@pytest.mark.parametrize("argument", ["expected_calls", "expected_examples"])
def test_a_wrong_expectation(argument: str, number: Any) -> None:
    with pytest.raises(ValueError, match=f"{argument} must be a whole number of at least 1, not {number!r}"):
        vectorize(line, 1.0, 0.5, **{argument: number})


def test_numpy_integers_are_whole_numbers() -> None:
    n: Any = numpy.int64(5)
    assert vectorize(line, 1.0, 0.5, engine="auto", expected_calls=n, expected_examples=n).engine == "numpy"


def test_what_was_asked_for_is_made(llvmlite: None) -> None:
    numpy_program, native = (vectorize(line, 1.0, 0.5, engine=engine) for engine in ("numpy", "native"))
    assert (numpy_program.engine, native.engine) == ("numpy", "native")
    assert numpy_program.report().startswith("Engine: NumPy was asked for.\n")
    assert native.report().startswith("Engine: Machine code was asked for.\n")
    assert repr(native) == "Program(2 parameters, float64, engine 'native')"
    # Each has its own order of θ.
    found = []
    for program in (numpy_program, native):
        theta = [THETA[[w, b].index(value)] for value in program.parameters.values]
        loss, gradient = program.value_and_grad(theta, X, Y)
        found.append([loss, *(gradient[program.parameters.values.index(value)] for value in (w, b))])
    assert found[0] == pytest.approx(found[1], rel=1e-14)


def test_machine_code_where_there_is_none(without_llvmlite: None) -> None:
    with pytest.raises(ImportError, match=r'^machine code needs llvmlite.*pip install "chalkgrad\[native\]"$'):
        vectorize(line, 1.0, 0.5, engine="native")


# -------------------------------------------------------------------------------------------------------------- chosen


def test_where_there_is_no_machine_code_it_is_numpy(without_llvmlite: None) -> None:
    program = vectorize(recurrence, X * 34, engine="auto")
    assert program.engine == "numpy"
    assert program.report().startswith('Engine: NumPy, since machine code needs llvmlite: pip install "chalkgrad[native]".\n')


def test_few_calls_are_not_worth_compiling_for(llvmlite: None) -> None:
    few, many = (choice_of(line, 1.0, 0.5, engine="auto", expected_calls=n) for n in (300, 1_000_000))
    assert (few.engine, few.rolled) == ("numpy", None)
    assert few.reason.startswith("NumPy. A call for 32 examples is estimated to take ")
    assert few.reason.endswith("; 300 calls are expected.")
    assert many.engine == "native" and many.rolled is not None
    assert many.reason.startswith("Machine code. A call for 32 examples is estimated to take ")
    assert many.reason.endswith("; 1,000,000 calls are expected.")


def test_what_is_spared_around_the_calls_counts_too(llvmlite: None) -> None:
    recorded = record(line, (1.0, 0.5), None)
    alone, spared = (choosing.choose(recorded, "auto", choosing.Expected(4000, 4, s), exact=False) for s in (0.0, 30e-6))
    assert (alone.engine, spared.engine) == ("numpy", "native")
    assert spared.reason.endswith("; 4,000 calls are expected, around each of which machine code spares a further 30 µs.")


def test_large_batches_are_worth_it_sooner(llvmlite: None) -> None:
    settings: dict[str, Any] = {"engine": "auto", "expected_calls": 1000}
    assert choice_of(lambda x: sin(w * x), 1.0, expected_examples=1, **settings).engine == "numpy"
    assert choice_of(lambda x: sin(w * x), 1.0, expected_examples=100_000, **settings).engine == "native"


def test_recurrences_are_machine_code_at_once(llvmlite: None) -> None:
    assert choice_of(recurrence, X * 34, engine="auto").engine == "native"
    assert choice_of(recurrence, X * 34, engine="auto", exact=True).engine == "native"


def test_products_of_matrices_are_for_numpy(llvmlite: None) -> None:
    W = [[Value(0.01 * (i - j)) for j in range(40)] for i in range(40)]
    settings: dict[str, Any] = {"engine": "auto", "expected_calls": 1_000_000}
    found = choice_of(lambda x: total([tanh(dot(row, x)) for row in W]), [0.1] * 40, **settings)
    assert found == choosing.Choice("numpy", "NumPy, which is faster at products of matrices of 32 × 32 or larger.")
    # Exact programs have no such products.
    assert choice_of(lambda x: total([tanh(dot(row, x)) for row in W]), [0.1] * 40, exact=True, **settings).engine == "native"


def test_what_would_take_too_long_to_compile(llvmlite: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "_MOST_OPERATIONS", 3)
    found = choice_of(line, 1.0, 0.5, engine="auto", expected_calls=1_000_000)
    assert found == choosing.Choice("numpy", "NumPy, since 4 operations that don't repeat would take too long to compile.")


def test_graphs_in_which_nobody_would_look_for_loops(llvmlite: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of which each of two numbers looks one up: all of it are operands, twice."""
    table = [Value(0.1 * place) for place in range(50)]
    settings: dict[str, Any] = {"engine": "auto", "expected_calls": 1_000_000}

    def looked_up(i: Any, j: Any) -> Value:
        return pick(table, i) * pick(table, j)

    monkeypatch.setattr(choosing, "_MOST_OPERANDS", 103)
    found = choice_of(looked_up, 1, 2, **settings)
    assert found.reason == "NumPy, since it would take long to look for loops in operations that have 104 operands."
    assert found.engine == "numpy"
    monkeypatch.setattr(choosing, "_MOST_OPERANDS", 104)
    assert "look for loops" not in choice_of(looked_up, 1, 2, **settings).reason
    # It was asked for.
    assert choice_of(looked_up, 1, 2, engine="native").engine == "native"


def test_an_llvmlite_that_is_too_old(llvmlite: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "can_make_machine_code", lambda: False)
    found = choice_of(recurrence, X * 34, engine="auto")
    assert (found.engine, found.rolled) == ("numpy", None)
    assert "llvmlite is too old here" in found.reason


def test_the_choice_is_the_same_in_every_process() -> None:
    pytest.importorskip("llvmlite")
    printed = printed_under_hash_seeds(
        "from random_programs import RandomProgram\n"
        "from autograd.vectorizing.choosing import choosing\n"
        "from autograd.vectorizing.example.tracing import record\n"
        "for seed in range(6):\n"
        "    f = RandomProgram(seed)\n"
        "    try:\n"
        "        recorded = record(f, f.example(0), None)\n"
        "    except (ArithmeticError, ValueError):\n"
        "        continue\n"
        "    choice = choosing.choose(recorded, 'auto', choosing.Expected(3000, 32), exact=False)\n"
        "    print(choice.engine, choice.reason)\n"
    )
    assert len(printed) == 1
    assert printed.pop()


# -------------------------------------------------------------------------------------------------------------- copies

WAYS: dict[str, Callable[[Any], Any]] = {"pickle": lambda thing: pickle.loads(pickle.dumps(thing)), "deepcopy": copy.deepcopy}
each_way = pytest.mark.parametrize("way", WAYS)


def results(program: Program, theta: Any) -> list[Any]:
    loss, gradient = program.value_and_grad(theta, X, Y)
    return [loss, gradient.tolist(), program.losses(theta, X, Y).tolist()]


@each_way
@pytest.mark.parametrize(
    "settings", [{"engine": "numpy"}, {"engine": "native"}, {"engine": "native", "exact": True}, {}], ids=str
)
def test_a_copy_has_the_engine_of_the_original(way: str, settings: dict[str, Any]) -> None:
    if settings.get("engine") == "native":
        pytest.importorskip("llvmlite")
    program = vectorize(line, 1.0, 0.5, parameters=[unused, w, b], **settings)
    copied = WAYS[way](program)
    assert (copied.engine, copied.report(), repr(copied)) == (program.engine, program.report(), repr(program))
    assert results(copied, [0.5, -0.25, 7.0]) == results(program, [0.5, -0.25, 7.0])


@pytest.mark.parametrize("exact", [False, True])
def test_a_copy_where_there_is_no_machine_code(llvmlite: None, monkeypatch: pytest.MonkeyPatch, exact: bool) -> None:
    # Machine code has θ in the order of first use, and so has NumPy only if that makes blocks of θ.
    rows = [[Value(0.1 * i - 0.2 * j, f"w[{i}][{j}]") for j in range(3)] for i in range(4)]

    def f(x: Any) -> Any:
        h = [tanh(row[0] * x[2] + row[2] * x[0] + row[1] * x[1] + b) for row in reversed(rows)]
        return dot(h, rows[0] + [w]), {"h": h}

    parameters = [unused, w, *rows[3], *rows[0], b, *rows[2], *rows[1]]
    program = vectorize(f, [1.0, 2.0, 3.0], parameters=parameters, engine="native", exact=exact)
    theta = numpy.random.default_rng(3).normal(size=len(parameters))
    batch = numpy.random.default_rng(4).normal(size=(5, 3))
    pickled = pickle.dumps(program)
    monkeypatch.setitem(sys.modules, "llvmlite", None)
    copied = pickle.loads(pickled)
    assert copied.engine == "numpy"
    assert "NumPy, since this is a copy of a program in machine code, which can't be made here: pip install" in copied.report()
    assert [value.label for value in copied.parameters.values] == [value.label for value in program.parameters.values]
    assert copied.n_used == program.n_used and [*copied.parameters.read()] == [*program.parameters.read()]
    (loss, gradient), (expected, derivatives) = (one.value_and_grad(theta, batch) for one in (copied, program))
    tolerance = 0.0 if program._backend.is_exact else 1e-13
    assert loss == pytest.approx(expected, rel=tolerance, abs=0.0)
    assert gradient == pytest.approx(derivatives, rel=tolerance, abs=0.1 * tolerance)
    assert copied.outputs(theta, batch)["h"] == pytest.approx(program.outputs(theta, batch)["h"], rel=tolerance, abs=0.0)
    # And so has a copy of the copy.
    again = copy.deepcopy(copied)
    assert (again.engine, again.report()) == (copied.engine, copied.report())
    assert again.value_and_grad(theta, batch)[1].tolist() == gradient.tolist()
