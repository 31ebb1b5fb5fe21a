"""Running a function once: what is recorded, what is refused while it runs, and that nobody else notices."""

from __future__ import annotations

import asyncio
import collections
import copy
import functools
import math
import operator
import os
import pickle
import statistics
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy
import pytest

import nn
from autograd import (
    FrozenChoiceError,
    StaleGraphError,
    Value,
    directional_derivative,
    dot,
    equal,
    expand,
    grad,
    hessian,
    jacobian,
    logsumexp,
    maximum,
    no_grad,
    pick,
    total,
    value_and_grad,
    vectorize,
    where,
)
from autograd.engine import refusals
from autograd.engine.assigning import assign_all
from autograd.vectorizing.example.recorded import RecordedExample
from autograd.vectorizing.example.tracing import record

ROOT = Path(__file__).parents[3]
w = Value(0.5, "w")
before = w * 3.0
HASHING = "in no dictionary and in no set"
ONE_EXAMPLE = "Its number would be that of the one example for all examples"


def trace(f: Callable[..., Any], *example: Any, parameters: Any = None) -> RecordedExample:
    return record(f, example, parameters)


# ------------------------------------------------------------------------------------------- what is recorded


def test_the_function_runs_twice_with_values_in_place_of_numbers() -> None:
    calls: list[Any] = []

    def f(x: Any, sides: Any) -> Any:
        calls.append((x, sides))
        return w * x[0] + sides["a"]

    recording = trace(f, [1.0, 2.0], {"a": 3})
    (earlier, _), (x, sides) = calls
    assert earlier is not x
    assert [type(x), type(sides)] == [list, dict]
    assert [(v.data, v.label) for v in (*x, sides["a"])] == [(1.0, "x[0]"), (2.0, "x[1]"), (3.0, "sides['a']")]
    assert recording.arguments.values == ((x[0], x[1]), (sides["a"],))
    assert recording.loss.data == 3.5
    assert (recording.outputs, recording.parameters) == ({}, None)


def test_what_existed_before_has_a_smaller_tick() -> None:
    made: list[Value] = []

    def f(x: Any) -> Any:
        made.append(Value(2.0))
        return w * x * made[0]

    recording = trace(f, 1.0)
    assert w._tick < recording.first_tick < made[0]._tick


def test_outputs_keep_their_shapes() -> None:
    recording = trace(lambda x: (w * x[0], {"h": [[x[0], x[1], 1.0], (x[1], x[1], x[0])], "y": x[1]}), [1.0, 2.0])
    assert {name: output.shape for name, output in recording.outputs.items()} == {"h": (2, 3), "y": ()}
    assert [v.data for v in recording.outputs["h"].values] == [1.0, 2.0, 1.0, 2.0, 2.0, 1.0]


def test_a_plain_number_is_a_loss_and_an_output_too() -> None:
    recording = trace(lambda: (3, {"y": 0.5}))
    assert recording.loss.data == 3.0
    assert recording.outputs["y"].values[0].data == 0.5


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        (None, "returns a loss, or a loss and a dictionary of outputs, not NoneType None"),
        ([w], "not list"),
        ((w, w), "not tuple"),
        ((None, {}), "not NoneType"),
        ((w, {1: w}), "outputs have names, which are strings, not 1"),
        ((w, {"h": []}), "output 'h' is an empty list"),
        ((w, {"h": [[w], [w, w]]}), r"output 'h' holds lists of different shapes: \(1,\), \(2,\)"),
        ((w, {"h": [w, None]}), "output 'h' must be a Value or nested lists of Values, not None"),
    ],
)
def test_what_is_no_loss_and_no_output(returned: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        trace(lambda: returned)


def test_recording_goes_on_inside_no_grad() -> None:
    with no_grad():
        recording = trace(lambda x: w * x, 2.0)
        assert recording.loss.operands == (w, recording.arguments.values[0][0])
        assert (w * 2.0).operands == ()


# -------------------------------------------------------------------------------------------- what is refused
# Each function does one thing, in its second line.


def asks_for_truth(x: Any) -> Any:
    return w if x > 0 else x


def asks_with_not(x: Any) -> Any:
    return w * (not x)


def asks_with_and(x: Any) -> Any:
    return x and w


def takes_the_largest(x: Any) -> Any:
    return max(w, x)


def sorts(x: Any) -> Any:
    return sorted([w, x])[0]


def reads_float(x: Any) -> Any:
    return w * float(x)


def reads_floor(x: Any) -> Any:
    return w * math.floor(x)


def reads_ceil(x: Any) -> Any:
    return w * math.ceil(x)


def reads_trunc(x: Any) -> Any:
    return w * math.trunc(x)


def reads_int(x: Any) -> Any:
    return w * int(x)


def rounds(x: Any) -> Any:
    return w * round(x)


def rounds_to_digits(x: Any) -> Any:
    return w * round(x * 2.0, 3)


def formats(x: Any) -> Any:
    return w * float(f"{x:.2f}")


def reads_isnan(x: Any) -> Any:
    return w if math.isnan(x) else x


def reads_numpy(x: Any) -> Any:
    return w * float(numpy.array([x], float)[0])


def reads_in_the_standard_library(x: Any) -> Any:
    return w * statistics.fmean([x, x])


def reads_data(x: Any) -> Any:
    return w * x.data


def reads_a_parameter(x: Any) -> Any:
    return x * w.data


def reads_what_was_computed_before(x: Any) -> Any:
    return x * before.data


def equals_number(x: Any) -> Any:
    return w if x == 0 else x


def equals_number_on_the_left(x: Any) -> Any:
    return w if 0 == x else x  # noqa: SIM300


def equals_none(x: Any) -> Any:
    return w if x == None else x  # noqa: E711


def equals_itself(x: Any) -> Any:
    return w if x == x else x


def differs(x: Any) -> Any:
    return w if x != 1.0 else x


def equals_a_constant(x: Any) -> Any:
    return w if Value(1.0) == x else x


def is_in_a_list(x: Any) -> Any:
    return w if x in [1.0, 2.0] else x


def equals_in_a_tuple(x: Any) -> Any:
    return w if (x, 1) == (0.0, 1) else x


def goes_back(x: Any) -> Any:
    (w * x).backward()
    return w * x


def refreshes(x: Any) -> Any:
    (w * x).refresh()
    return w * x


def assigns_a_parameter(x: Any) -> Any:
    w.data = 0.5
    return w * x


def assigns_an_input(x: Any) -> Any:
    x.data = 3.0
    return w * x


def assigns_many(x: Any) -> Any:
    assign_all([w], [0.5])
    return w * x


def takes_grad(x: Any) -> Any:
    return w * grad(x * x, x)


def takes_jacobian(x: Any) -> Any:
    return w * jacobian([x * x], [x])[0][0]


def takes_hessian(x: Any) -> Any:
    return w * hessian(x * x * x, [x])[0][0]


def takes_directional_derivative(x: Any) -> Any:
    return w * directional_derivative(x * x, [x], [1.0])


def takes_value_and_grad(x: Any) -> Any:
    return w * value_and_grad(lambda t: t * t)(x)[0]


def copies(x: Any) -> Any:
    return w * copy.copy(x)


def copies_a_result(x: Any) -> Any:
    return copy.copy(w * x)


def copies_deeply(x: Any) -> Any:
    return w * copy.deepcopy([x])[0]


def pickles(x: Any) -> Any:
    return w * pickle.loads(pickle.dumps(x))


def expands_a_choice(x: Any) -> Any:
    return expand(pick((w, w * 2.0), x))


def stops_recording(x: Any) -> Any:
    with no_grad():
        return w * x


@no_grad()
def without_recording(x: Any) -> Any:
    return x * 2.0


def calls_what_stops_recording(x: Any) -> Any:
    return w * without_recording(x)


def looks_up_a_weight(x: Any) -> Any:
    return {1: 5.0}.get(x, 1.0) * w


def looks_up_through_python(x: Any) -> Any:
    return collections.UserDict({1: 5.0}).get(x, 1.0) * w


def asks_a_set(x: Any) -> Any:
    return w if x in {0, 2} else x


def makes_a_set(x: Any) -> Any:
    return w * len({w * x, x})


def counts(x: Any) -> Any:
    return w * len(collections.Counter([x, x]))


def is_a_key(x: Any) -> Any:
    return {(w, x): w}[w, x]


def is_cached(x: Any) -> Any:
    return functools.lru_cache(lambda v: w * v)(x)


def compiles_another(x: Any) -> Any:
    return w * vectorize(lambda y: y * y, 1.0)([], [2.0])


CHOICE = rf"{ONE_EXAMPLE}; record the choice instead: where\(condition, a, b\)"
READING = rf"{ONE_EXAMPLE}; compute with the Value itself; .*where\(condition, a, b\).* pick\(values, index\)"
COMPARING = r"one example for all examples; record the comparison with equal\(a, b\), and a choice with where\(condition, a, b\)"
DERIVING = rf"{ONE_EXAMPLE}; grad\(output, inputs, create_graph=True\) records a derivative"
COPYING = f"{ONE_EXAMPLE}, a constant; use the Value itself"
ASSIGNING = "would not repeat it; assign before or after"

REFUSED: dict[Callable[..., Any], tuple[str, str]] = {
    asks_for_truth: (r"bool() of a traced Value (a result of greater)", CHOICE),
    asks_with_not: ("bool() of a traced Value (x)", CHOICE),
    asks_with_and: ("bool() of a traced Value (x)", CHOICE),
    takes_the_largest: ("bool() of a traced Value (a result of greater)", CHOICE),
    sorts: ("bool() of a traced Value (a result of less)", CHOICE),
    reads_float: ("float() of a traced Value (x)", READING),
    reads_floor: ("math.floor() of a traced Value (x)", f"{ONE_EXAMPLE}; x // 1 records it"),
    reads_ceil: ("math.ceil() of a traced Value (x)", rf"{ONE_EXAMPLE}; -\(-x // 1\) records it"),
    reads_trunc: ("math.trunc() of a traced Value (x)", rf"{ONE_EXAMPLE}; where\(x < 0, -\(-x // 1\), x // 1\) records it"),
    reads_int: ("int() of a traced Value (x)", r"x // 1\) records it, and pick\(values, index\) takes a Value for an index"),
    rounds: ("round() of a traced Value (x)", r"\(x \+ 0\.5\) // 1 records the nearest whole number"),
    rounds_to_digits: ("round() of a traced Value (a result of multiply)", r"\(x \+ 0\.5\) // 1"),
    formats: ("format() of a traced Value (x)", "The text would be that of the one example; write it outside"),
    reads_isnan: ("float() of a traced Value (x)", READING),
    reads_numpy: ("float() of a traced Value (x)", READING),
    reads_in_the_standard_library: ("float() of a traced Value (x)", READING),
    reads_data: (".data of a traced Value (x)", READING),
    reads_a_parameter: (".data of a traced Value (w)", READING),
    reads_what_was_computed_before: (".data of a traced Value (a result of multiply)", READING),
    equals_number: ("== of a traced Value (x)", COMPARING),
    equals_number_on_the_left: ("== of a traced Value (x)", COMPARING),
    equals_none: ("== of a traced Value (x)", COMPARING),
    equals_itself: ("== of a traced Value (x)", COMPARING),
    differs: ("== of a traced Value (x)", COMPARING),
    equals_a_constant: ("== of a traced Value (x)", COMPARING),
    is_in_a_list: ("== of a traced Value (x)", COMPARING),
    equals_in_a_tuple: ("== of a traced Value (x)", COMPARING),
    goes_back: ("backward() of a traced Value (a result of multiply)", "create_graph=True"),
    refreshes: ("refresh() of a traced Value (a result of multiply)", "computes everything anew; leave it out"),
    assigns_a_parameter: ("assignment of a traced Value (w)", ASSIGNING),
    assigns_an_input: ("assignment of a traced Value (x)", ASSIGNING),
    assigns_many: ("assignment of a traced Value (w)", ASSIGNING),
    takes_grad: ("grad() of a traced Value (a result of multiply)", DERIVING),
    takes_jacobian: ("grad() of a traced Value (a result of multiply)", DERIVING),
    takes_hessian: ("grad() of a traced Value (a result of add)", DERIVING),
    takes_directional_derivative: ("directional_derivative() of a traced Value (a result of multiply)", DERIVING),
    takes_value_and_grad: ("value_and_grad() of a traced Value (x)", DERIVING),
    copies: ("a copy of a traced Value (x)", COPYING),
    copies_a_result: ("a copy of a traced Value (a result of multiply)", COPYING),
    copies_deeply: ("a copy of a traced Value (x)", COPYING),
    pickles: ("a copy of a traced Value (x)", COPYING),
    expands_a_choice: ("expand() of a traced Value (x)", "taken for all examples; expand graphs outside"),
    stops_recording: ("no_grad in a traced function", "would be a constant; leave it out"),
    calls_what_stops_recording: ("no_grad in a traced function", "would be a constant; leave it out"),
    looks_up_a_weight: ("a look-up by hash of a traced Value (x)", HASHING),
    looks_up_through_python: ("a look-up by hash of a traced Value (x)", HASHING),
    asks_a_set: ("a look-up by hash of a traced Value (x)", HASHING),
    makes_a_set: ("a look-up by hash of a traced Value (a result of multiply)", HASHING),
    counts: ("a look-up by hash of a traced Value (x)", HASHING),
    is_a_key: ("a look-up by hash of a traced Value (x)", HASHING),
    is_cached: ("a look-up by hash of a traced Value (x)", HASHING),
    compiles_another: ("vectorize in a traced function", "would be a constant; compile it before"),
}


@pytest.mark.filterwarnings("ignore::autograd.LostGradientWarning")
@pytest.mark.filterwarnings("ignore::autograd.IdentityComparisonWarning")
@pytest.mark.parametrize("f", REFUSED, ids=lambda f: f.__name__)
def test_what_would_freeze_a_choice_is_refused(f: Callable[..., Any]) -> None:
    what, hint = REFUSED[f]
    state = (w._tick, w._data, w.gradient)
    with pytest.raises(FrozenChoiceError, match=hint) as caught:
        trace(f, 1.0)
    number = f.__code__.co_firstlineno + 1
    line = Path(__file__).read_text(encoding="utf-8").splitlines()[number - 1].strip()
    assert str(caught.value).startswith(f"{what} at {__file__}:{number}: `{line}`")
    assert isinstance(caught.value, TypeError)
    assert (w._tick, w._data, w.gradient) == state
    assert refusals.traces == []
    # And outside it is allowed; what the function does there is the eager engine's business.
    f(Value(1.0))
    w.gradient = None


def test_the_line_is_the_innermost_of_the_users() -> None:
    def inner(x: Any) -> Any:
        return x if x else w

    def middle(x: Any) -> Any:
        return functools.reduce(lambda s, v: s + inner(v), [x, x], w)

    number = inner.__code__.co_firstlineno + 1
    with pytest.raises(FrozenChoiceError, match=rf"test_tracing\.py:{number}: `return x if x else w`"):
        trace(middle, 1.0)


def test_the_line_of_what_a_network_calls() -> None:
    """An activation of the user's that leaves Values is called by `nn`; the line is the user's all the same."""

    def activation(z: Value) -> Value:
        return Value(math.tanh(float(z)))

    layer = nn.Layer(2, 3, activation)
    number = activation.__code__.co_firstlineno + 1
    with pytest.raises(FrozenChoiceError, match=rf"test_tracing\.py:{number}: .*math\.tanh"):
        trace(lambda x: total(layer(x)), [1.0, 2.0])


def test_the_line_where_the_package_is_reached_by_a_symbolic_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(ROOT, target_is_directory=True)
    program = tmp_path / "program.py"
    program.write_text(
        "from autograd import Value, vectorize\n"
        "def f(x):\n"
        "    return x * 2 if x > 0 else x\n"
        "vectorize(f, 1.0)\n"
    )  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "link")}
    done = subprocess.run(
        [sys.executable, str(program)], capture_output=True, text=True, timeout=120, env=environment, cwd=tmp_path
    )
    assert f"at {program}:3: `return x * 2 if x > 0 else x`" in done.stderr


def test_code_without_a_file_has_no_line_to_show() -> None:
    names: dict[str, Any] = {}
    exec("def f(x):\n    return x if x else 1.0", names)
    with pytest.raises(FrozenChoiceError, match=rf"at <string>:2\. {ONE_EXAMPLE}"):
        trace(names["f"], 1.0)


def test_an_unnamed_leaf() -> None:
    unnamed = Value(1.0)
    with pytest.raises(FrozenChoiceError, match=r"of a traced Value \(a leaf without a label\)"):
        trace(lambda x: x * float(unnamed), 1.0)


def test_a_refusal_is_not_to_be_caught() -> None:
    """Else the function would do for all examples what it does when it can't ask."""

    def f(x: Any) -> Any:
        try:
            return w * x if x > 0 else -w * x
        except TypeError:
            return w

    with pytest.raises(FrozenChoiceError, match=r"`return w \* x if x > 0 .*The function caught this error"):
        trace(f, 1.0)
    assert refusals.traces == []

    def g(x: Any) -> Any:
        try:
            return w * float(x)
        except TypeError:
            raise KeyError("another") from None

    with pytest.raises(KeyError, match="another"):
        trace(g, 1.0)
    assert refusals.traces == []


def test_coroutines_and_generators_are_traced_too() -> None:
    async def coroutine(x: Any) -> Any:
        return w if x > 0 else x

    def generate(x: Any) -> Any:
        yield w if x > 0 else x

    for f in (lambda x: asyncio.run(coroutine(x)), lambda x: next(generate(x))):
        with pytest.raises(FrozenChoiceError, match=r"bool\(\)"):
            trace(f, 1.0)


def test_the_other_way_is_recorded() -> None:
    """What the hints say instead."""
    recording = trace(lambda x: where(equal(x, 0.0), w, where(x > 0, x, maximum(-x, w))), 1.0)
    assert recording.loss.primitive.name == "where"
    assert trace(lambda k: pick((w, w * 2.0), k), 1).loss.data == 1.0
    assert trace(lambda x: grad(w * x * x, x, create_graph=True), 3.0).loss.data == 3.0


@pytest.mark.parametrize("number", [2.5, -2.5, 0.0, -0.75, 3.0, 1e20])
def test_what_is_said_instead_of_a_rounding_computes_it(number: float) -> None:
    x = Value(number)
    assert (x // 1).data == math.floor(number)
    assert (-(-x // 1)).data == math.ceil(number)
    assert where(x < 0, -(-x // 1), x // 1).data == math.trunc(number)
    assert ((x + 0.5) // 1).data == math.floor(number + 0.5)


@pytest.mark.parametrize("f", [lambda k: [w, w][k], lambda k: sum([w for _ in range(k)], w), lambda k: w * operator.index(k)])
def test_numbers_that_python_itself_asks_for(f: Callable[..., Any]) -> None:
    with pytest.raises(TypeError, match="Value") as caught:
        trace(f, 1)
    notes = caught.value.__notes__
    assert any("pick(values, index)" in note for note in notes)
    assert any("running the function on its example" in note for note in notes)


def test_other_errors_of_the_function_pass_with_a_note() -> None:
    def f(x: Any) -> Any:
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine") as caught:
        trace(f, 1.0)
    assert caught.value.__notes__ == ["vectorize was running the function on its example, with a Value in place of each number"]
    assert refusals.traces == []


def test_a_stale_graph_is_not_compiled() -> None:
    """The eager engine would compute with the old number, and refuse to differentiate."""
    p = Value(2.0, "p")
    twice = p * 2.0
    p.data = 3.0

    def f(x: Any) -> Any:
        c = Value(1.0, "c")
        y = w * x * c
        c.data = 5.0
        return y

    with pytest.raises(StaleGraphError, match="leaf p"):
        vectorize(lambda x: x * twice, 1.0)
    with pytest.raises(StaleGraphError, match="leaf c"):
        vectorize(f, 1.0)
    twice.refresh()
    assert vectorize(lambda x: x * twice, 1.0).losses([3.0], [1.0]).tolist() == [6.0]


# ------------------------------------------------------------------------------------------- what is allowed


def test_expanding_what_holds_for_all_examples() -> None:
    program = vectorize(lambda x: expand(logsumexp([w * x, x, dot((w, x), (x, x))]) + pick((x, w), 0)), 1.0)
    x = -3.0
    expected = math.log(math.exp(0.5 * x) + math.exp(x) + math.exp(0.5 * x + x * x)) + x
    assert program.losses([0.5], [x]).tolist() == pytest.approx([expected], rel=1e-12)


def test_the_class_of_values_is_changed_in_its_hash_only_and_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python gives up the fast paths of a class that changes again and again; CPython 3.13 counts to a thousand."""
    attributes = dict(vars(Value))
    seen: list[dict[str, Any]] = []

    def f(x: Any) -> Any:
        seen.append(dict(vars(Value)))
        return w * x

    monkeypatch.setattr(refusals, "_exchanges_left", 2.0)
    trace(f, 1.0)
    assert {name for name in attributes if seen[0][name] is not attributes[name]} == {"__hash__"}
    assert dict(vars(Value)) == attributes
    trace(f, 1.0)
    trace(f, 1.0)
    try:
        # From now on it stays, and is right all the same.
        assert all(one["__hash__"] is seen[0]["__hash__"] for one in (*seen, vars(Value)))
        assert hash(w) == object.__hash__(w)
        with pytest.raises(FrozenChoiceError, match="a look-up by hash"):
            trace(lambda x: {x: w}, 1.0)
    finally:
        Value.__hash__ = object.__hash__  # type: ignore[assignment, method-assign]


def test_constants_may_be_read_and_assigned() -> None:
    def f(x: Any) -> Any:
        made = Value(2.0, "made")
        y = made * 3.0
        assert float(y) == y.data == 6.0
        assert y > 5
        assert made == 2.0
        assert made == made
        assert copy.deepcopy(y).data == copy.copy(y).data == pickle.loads(pickle.dumps(y)).data == 6.0
        y.backward()
        assert grad(y, made) == made.gradient == 3.0
        made.data = 1.0
        y.refresh()
        return w * x * y.data

    assert trace(f, 1.0).loss.data == 1.5


def test_leaves_that_are_no_parameters_are_constants() -> None:
    other = Value(3.0)
    with pytest.raises(FrozenChoiceError):
        trace(lambda x: x * other.data, 1.0)
    with pytest.raises(FrozenChoiceError):
        trace(lambda x: x * w.data, 1.0, parameters=[w])
    assert trace(lambda x: w * x * other.data, 1.0, parameters=[w]).loss.data == 1.5


def test_plain_numbers_that_met_a_value_before_are_constants() -> None:
    constant = (w * 2.0).operands[1]
    assert trace(lambda x: w * x * float(constant), 1.0).loss.data == 1.0


def test_values_are_still_shown_and_what_depends_on_no_input_is_kept_in_dictionaries() -> None:
    def f(x: Any) -> Any:
        table = {w: x}
        for _ in range(3):
            table[(list(table)[-1] + 1.0) * w] = x
        assert w in table
        assert w in {w, Value(2.0)}
        assert x in [x, w]  # found by identity before == is asked
        assert w * 2.0 not in table
        assert hash(w) == object.__hash__(w)
        assert (repr(x), str(x), f"{x}") == ("Value(1.0, label='x')",) * 3
        assert x.operands == ()
        assert (x.gradient, x.label, x.primitive.name) == (None, "x", "leaf")
        return table[w] * w

    assert trace(f, 1.0).loss.data == 0.5


# ------------------------------------------------------------------------------------------ and nobody else


def test_two_threads_may_trace_at_once() -> None:
    barrier = threading.Barrier(2, timeout=60)
    losses: dict[int, float] = {}
    refused: list[int] = []

    def work(n: int) -> None:
        runs: list[int] = []

        def f(x: Any) -> Any:
            runs.append(n)
            y = w * x * n
            if len(runs) == 1:
                barrier.wait()  # both are on
                barrier.wait()
            if n == 1:
                bool(y)
            return y

        try:
            losses[n] = trace(f, 2.0).loss._data
        except FrozenChoiceError:
            refused.append(n)
        barrier.wait()  # one is over, whichever comes first
        barrier.wait()

    threads = [threading.Thread(target=work, args=(n,)) for n in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (losses, refused, refusals.traces) == ({2: 2.0}, [1], [])


@pytest.mark.filterwarnings("ignore::autograd.IdentityComparisonWarning")
def test_the_eager_work_of_another_thread_is_undisturbed() -> None:
    go_on = threading.Event()
    is_on = threading.Event()
    seen: list[Any] = []

    def f(x: Any) -> Any:
        is_on.set()
        assert go_on.wait(60)
        return w * x

    def work() -> None:
        try:
            assert is_on.wait(60)
            assert len(refusals.traces) == 1
            p = Value(2.0)
            y = p * w  # shares a parameter of the trace
            y.backward()
            seen.append((bool(y), float(y), y.data, w.data, p == y, p != y, p == 2.0, {p: 1}[p], grad(y, p)))
            p.data = 3.0
            y.refresh()
            seen.append((y.data, copy.deepcopy(y).data, copy.copy(p).data))
            with no_grad():
                seen.append((p * p).operands)
        finally:
            go_on.set()

    thread = threading.Thread(target=work)
    thread.start()
    recording = trace(f, 1.0)
    thread.join(60)
    w.gradient = None
    assert seen == [(True, 1.0, 1.0, 0.5, False, True, True, 1, 0.5), (1.5, 1.5, 3.0), ()]
    assert recording.loss.data == 0.5


def test_threads_that_a_traced_function_starts_may_not_read_its_inputs() -> None:
    def f(x: Any) -> Any:
        with ThreadPoolExecutor(1) as pool:
            [number] = pool.map(float, [x * w])
        return w * number

    with pytest.raises(FrozenChoiceError, match=r"float\(\) of a traced Value \(a result of multiply\)"):
        trace(f, 1.0)

    def g(x: Any) -> Any:
        with ThreadPoolExecutor(1) as pool:
            [product] = pool.map(lambda value: value * w, [x])
        return product

    assert trace(g, 3.0).loss.data == 1.5


def test_a_trace_that_is_over_guards_nothing_while_another_is_on() -> None:
    trace(lambda x: w * x, 1.0)
    is_on, go_on = threading.Event(), threading.Event()

    def f(x: Any) -> Any:
        is_on.set()
        assert go_on.wait(60)
        return w * x

    thread = threading.Thread(target=trace, args=(f, 1.0))
    thread.start()
    try:
        assert is_on.wait(60)
        assert (bool(w), w.data, w == 0.5) == (True, 0.5, True)
    finally:
        go_on.set()
        thread.join(60)


@pytest.mark.filterwarnings("ignore::autograd.IdentityComparisonWarning")
def test_equality_outside_is_as_ever() -> None:
    a, b = Value(1.0), Value(1.0)
    trace(lambda x: w * x, 1.0)
    assert (a == a, a == b, a != b, a == 1.0, a != 1.0) == (True, False, True, True, False)
    assert hash(a) == object.__hash__(a)


# -------------------------------------------------------------------------------------------------- networks

VECTORS = [[0.5, -1.0, 2.0], [0.0, 0.0, 0.0], [-30.0, 40.0, 1.0], [1.0, 1.0, 1.0]]
EMBEDDING, PADDED = nn.Embedding(5, 3, seed=1), nn.Embedding(5, 3, seed=2, padding_index=0)
CLASSIFIER = nn.MLP(3, [4, 3], "tanh", seed=3)
WINDOWS = [[2, 3], [0, 0], [4, 0], [1, 1]]


def of_activation(name: str) -> Callable[..., Any]:
    network = nn.MLP(3, [3, 2], name, name, seed=4)
    return lambda x: total(network(x)).square()


def of_bias(bias: Any) -> Callable[..., Any]:
    layer, neuron = nn.Layer(3, 2, "relu", bias=bias, seed=5), nn.Neuron(2, "tanh", bias=bias, seed=6)
    return lambda x: neuron(layer(x))


def of_pool(pool: Callable[..., Any], embedding: nn.Embedding) -> Callable[..., Any]:
    return lambda words: dot(pool(embedding(words)), (1.0, 2.0, 3.0))


def of_window(length: int) -> Callable[..., Any]:
    def loss(words: list[Any]) -> Value:
        return total([v * k for k, v in enumerate(nn.concatenate(PADDED(words), length, 1.0), 1)])

    return loss


NETWORKS: dict[str, tuple[Callable[..., Any], list[tuple[Any, ...]]]] = {
    **{f"activation {name}": (of_activation(name), [(x,) for x in VECTORS]) for name in nn.ACTIVATIONS},
    **{f"bias {bias}": (of_bias(bias), [(x,) for x in VECTORS]) for bias in ("separate", "dummy input", None)},
    "embedding": (lambda word: total(EMBEDDING(word)), [(word,) for word in (2, 0, 4, 1)]),
    "embedding with padding": (lambda word: total(PADDED(word)), [(word,) for word in (2, 0, 4, 1)]),
    "embedding, traced on the padding": (lambda word: total(PADDED(word)), [(word,) for word in (0, 2, 4)]),
    "mean pool": (of_pool(nn.mean_pool, PADDED), [(words,) for words in WINDOWS]),
    "max pool": (of_pool(nn.max_pool, EMBEDDING), [(words,) for words in WINDOWS]),
    "concatenate, truncated": (of_window(1), [(words,) for words in WINDOWS]),
    "concatenate, padded": (of_window(3), [(words,) for words in WINDOWS]),
    "binary cross-entropy": (
        lambda p, y: w * nn.binary_cross_entropy(p, y),
        [(0.25, 1.0), (0.25, 0.0), (0.9, 0.5), (0.0, 0.0), (1.0, 1.0)],
    ),
    "binary cross-entropy, traced where ŷ is certain": (
        lambda p, y: w * nn.binary_cross_entropy(p, y),
        [(1.0, 1.0), (0.0, 0.0), (0.25, 0.0), (0.75, 0.5)],
    ),
    "binary cross-entropy, a fixed target": (lambda p: w * nn.binary_cross_entropy(p, 1), [(0.25,), (1.0,)]),
    "binary cross-entropy from a logit": (
        lambda z, y: nn.binary_cross_entropy_from_logit(w * z, y),
        [(0.5, 1), (-80.0, 0), (80.0, 1), (2.0, 0)],
    ),
    "cross-entropy": (
        lambda x, c: nn.cross_entropy_from_logits(CLASSIFIER(x), c),
        [(x, c) for x, c in zip(VECTORS, (1, 0, 2, 1), strict=True)],
    ),
    "squared error": (lambda x, y: nn.squared_error(w * x, y), [(1.0, 2.0), (0.0, -1.0)]),
    "hinge": (lambda x, y: nn.hinge(w * x, y), [(1.0, 1), (4.0, 1), (4.0, -1), (2.0, 1)]),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_networks_are_traced_and_freeze_nothing(name: str) -> None:
    """Traced on the first example, the recorded graph holds for others, on which plain Python would take other ways."""
    f, examples = NETWORKS[name]
    program = vectorize(f, *examples[0])
    batch = [numpy.array(column) for column in zip(*examples, strict=True)]
    losses = program.losses(program.parameters.read(), *batch)
    assert losses.tolist() == pytest.approx([f(*example).data for example in examples], rel=1e-12, abs=1e-300)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_trace_leaves_no_gradients_and_no_new_ticks_on_parameters(name: str) -> None:
    f, examples = NETWORKS[name]
    parameters = vectorize(f, *examples[0]).parameters.values
    assert parameters
    state = [(p._tick, p._data, p.gradient) for p in parameters]
    trace(f, *examples[0])
    assert [(p._tick, p._data, p.gradient) for p in parameters] == state
