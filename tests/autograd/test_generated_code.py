"""Generated code can be seen: its source, its lines in tracebacks, and each of its steps in a debugger."""

from __future__ import annotations

import gc
import inspect
import io
import linecache
import os
import pdb
import sys
import traceback
from typing import Any

import pytest

import autograd
from autograd import Value, functions, vectorize
from autograd.engine.whose_code import owner
from autograd.number_systems.generated_code import compile_visibly
from autograd.number_systems.high_precision.compiled_rules import compile_rule
from autograd.table.primitives import TABLE


def lines_of(error: BaseException) -> list[tuple[str, str | None]]:
    return [(frame.filename, frame.line) for frame in traceback.extract_tb(error.__traceback__)]


@pytest.mark.parametrize(
    ("function", "name", "statement"),
    [
        (Value.__add__, "add", "t1 = x._data + y._data"),
        (Value.__rsub__, "subtract", "t1 = x._data - y._data"),
        (Value.tanh, "tanh", "t1 = tanh(x._data)"),
        (functions.hypot, "hypot", "t1 = hypot(x._data, y._data)"),
        (TABLE["tanh"].pulls[0], "pull", "return upstream * t1"),
        (compile_rule(TABLE["multiply"].forward, 2), "rule", "t1 = mpf_mul(x0, x1, precision)"),
    ],
    ids=["add", "reflected subtract", "method", "function", "pull", "rule in high precision"],
)
def test_the_source_of_a_generated_function(function: Any, name: str, statement: str) -> None:
    source = inspect.getsource(function)
    assert source.lstrip().startswith(f"def {name}(")
    assert statement in source
    assert owner(function.__code__.co_filename) == "library"


def file_of(function: Any) -> str:
    code = getattr(function, "__code__", None)
    return code.co_filename if code is not None else ""


def test_all_generated_operations_have_files_of_their_own() -> None:
    operations = {id(found): found for found in vars(Value).values() if file_of(found).startswith("<autograd")}
    files = [file_of(found) for found in operations.values()]
    assert len(files) > 50
    assert len(set(files)) == len(files)


def test_a_traceback_shows_the_generated_line() -> None:
    x, y = Value(1.0, "x"), Value(0.0, "y")
    with pytest.raises(ZeroDivisionError, match=r"x = 1\.0, y = 0\.0") as raised:
        x / y
    file, line = next(place for place in lines_of(raised.value) if place[0].startswith("<autograd"))
    assert file == "<autograd: divide>"
    assert line == inspect.getsource(Value.__truediv__).splitlines()[raised.traceback[1].lineno].strip()
    assert line is not None and line.startswith("data = recover(")


def test_the_lines_of_a_vectorized_program_are_seen_while_it_runs() -> None:
    program = vectorize(lambda x: x.tanh(), 0.5)
    seen: list[str] = []

    def trace(frame: Any, event: str, argument: Any) -> Any:
        if frame.f_code.co_filename.startswith("<autograd: vectorized program"):
            seen.append(linecache.getline(frame.f_code.co_filename, frame.f_lineno))
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        program.losses([], [1.0, 2.0])
    finally:
        sys.settrace(before)
    assert any("tanh(" in line for line in seen)


def test_a_debugger_steps_into_an_operation() -> None:
    def f(x: Value, y: Value) -> Value:
        return x * y

    output = io.StringIO()
    debugger = pdb.Pdb(stdin=io.StringIO("step\nstep\nstep\nstep\nlist\ncontinue\n"), stdout=output, nosigint=True, readrc=False)
    product = debugger.runcall(f, Value(3.0), Value(4.0))
    assert product is not None and product.data == 12.0
    assert "<autograd: multiply>(1)multiply()" in output.getvalue()
    assert "-> if x.__class__ is not Value:" in output.getvalue()
    assert "t1 = x._data * y._data" in output.getvalue()


def test_lines_stay_when_the_cache_is_checked_and_go_with_the_code() -> None:
    function = compile_visibly("def f(x):\n    return x\n", "one that goes", {})
    file = function.__code__.co_filename
    linecache.checkcache()
    assert linecache.getline(file, 2) == "    return x\n"
    del function
    gc.collect()
    compile_visibly("def g(x):\n    return x\n", "one that comes", {})
    assert file not in linecache.cache


def test_code_may_go_while_the_cache_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linecache, "cache", {})
    linecache.getlines(__file__)
    functions = [compile_visibly("def f(x):\n    return x\n", "one that goes at a bad moment", {})]
    real = os.stat

    def stat(file: Any, **options: Any) -> os.stat_result:
        functions.clear()
        gc.collect()
        return real(file, **options)

    monkeypatch.setattr(os, "stat", stat)
    linecache.checkcache()
    assert not functions


def test_the_functions_of_the_package_have_sources_too() -> None:
    assert "recover(" in inspect.getsource(autograd.tanh)
