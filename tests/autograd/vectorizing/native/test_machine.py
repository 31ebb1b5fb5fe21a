"""Machine code compiled from LLVM's text: its functions compute, stay as long as they are held, and mistakes are errors."""

from __future__ import annotations

import ctypes
import signal
import sys
import threading
from functools import cache
from types import SimpleNamespace

import pytest

pytest.importorskip("llvmlite")

from autograd.vectorizing.native import machine as machine_module
from autograd.vectorizing.native.barriers import with_barriers
from autograd.vectorizing.native.machine import compile_module, is_available, lanes

SUM = """
define double @sum_of_squares(ptr %numbers, i64 %n) {
entry:
  br label %loop
loop:
  %i = phi i64 [0, %entry], [%next, %loop]
  %sum = phi double [0.0, %entry], [%more, %loop]
  %place = getelementptr double, ptr %numbers, i64 %i
  %x = load double, ptr %place
  %y = call double @square(double %x)
  %more = fadd double %sum, %y
  %next = add i64 %i, 1
  %goes_on = icmp slt i64 %next, %n
  br i1 %goes_on, label %loop, label %done
done:
  ret double %more
}
define internal double @square(double %x) alwaysinline {
  %y = fmul double %x, %x
  ret double %y
}
"""
OUTSIDE = """
declare double @outside(double)
define double @twice_outside(double %x) {
  %y = call double @outside(double %x)
  %z = fadd double %y, %y
  ret double %z
}
"""


@pytest.mark.parametrize("level", [0, 1, 2])
def test_a_function_computes(level):
    machine = compile_module(SUM, level=level)
    function = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_void_p, ctypes.c_int64)(machine.address("sum_of_squares"))
    numbers = (ctypes.c_double * 3)(1.0, 2.0, 4.0)
    assert function(ctypes.addressof(numbers), 3) == 21.0


def test_a_long_block_of_loads_and_stores_computes():
    """Barriers stand between its parts, and a loop of few of them has none."""
    n = 1_000
    lines = [
        f"  %p{k} = getelementptr double, ptr %numbers, i64 {k}\n  %x{k} = load double, ptr %p{k}\n"
        f"  %y{k} = fadd double %x{k}, {k}.0\n  store double %y{k}, ptr %p{k}"
        for k in range(n)
    ]
    text = "\n".join(["define void @count(ptr %numbers) {", *lines, "  ret void", "}"])
    assert with_barriers(text).count("fence") == 2 * n // 100
    assert with_barriers(SUM) == SUM
    numbers = (ctypes.c_double * n)(*[0.5] * n)
    machine = compile_module(text, level=1)
    ctypes.CFUNCTYPE(None, ctypes.c_void_p)(machine.address("count"))(ctypes.addressof(numbers))
    assert list(numbers) == [k + 0.5 for k in range(n)]


def test_it_can_be_asked_for():
    assert is_available()
    assert lanes() in (2, 4, 8)


def test_a_module_calls_what_its_symbols_say():
    functions = [ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)(f) for f in (lambda x: x + 1, lambda x: x + 2)]
    results = []
    for function in functions:
        machine = compile_module(OUTSIDE, {"outside": ctypes.cast(function, ctypes.c_void_p).value or 0}, level=1)
        results.append(ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)(machine.address("twice_outside"))(3.0))
    assert results == [8.0, 10.0], "symbols of one module are not those of another"


def test_only_functions_for_outside_have_an_address():
    machine = compile_module(SUM, level=1)
    assert machine.names == ("sum_of_squares",)
    with pytest.raises(KeyError, match="no function 'square' was compiled, but sum_of_squares"):
        machine.address("square")


def test_mistakes_are_named():
    with pytest.raises(ValueError, match=r"not a module of LLVM's: (?s:.*)expected top-level entity"):
        compile_module("hello", level=1)
    with pytest.raises(ValueError, match=r"declares outside, which is not among its symbols \(none\)"):
        compile_module(OUTSIDE, level=1)
    with pytest.raises(ValueError, match="level must be one of 0, 1, 2, not 7"):
        compile_module(SUM, level=7)


@pytest.fixture
def compiler_made_anew(monkeypatch):
    """What is made once for a process is made again, in other circumstances."""
    for function in (machine_module.is_available, machine_module.lanes, machine_module.compiler_of_process):
        monkeypatch.setattr(machine_module, function.__name__, cache(function.__wrapped__))


@pytest.mark.usefixtures("compiler_made_anew")
def test_without_llvmlite_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "llvmlite", None)
    assert not machine_module.is_available()
    with pytest.raises(ImportError, match=r'pip install "chalkgrad\[native\]"$'):
        compile_module(SUM, level=1)


@pytest.mark.usefixtures("compiler_made_anew")
def test_a_version_that_is_too_old_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "llvmlite", SimpleNamespace(__version__="0.43.0"))
    monkeypatch.setitem(sys.modules, "llvmlite.binding", SimpleNamespace())
    assert not machine_module.is_available()
    with pytest.raises(ImportError, match=r"needs llvmlite 0\.44 or later.*\(found 0\.43\.0\)"):
        machine_module.require()


@pytest.mark.usefixtures("compiler_made_anew")
def test_an_engine_for_each_module_works_too(monkeypatch):
    """The way that is taken on Windows."""
    compiler = machine_module.compiler_of_process()
    monkeypatch.setattr(compiler, "_linker", machine_module._OneEngineEach(compiler._binding, compiler.target_machine))
    test_a_function_computes(1)
    test_a_module_calls_what_its_symbols_say()


def test_threads_compile_at_once():
    results = []

    def work(number):
        text = f"define double @f() {{ ret double {number}.0 }}"
        machine = compile_module(text, level=number % 3)
        results.append((number, ctypes.CFUNCTYPE(ctypes.c_double)(machine.address("f"))()))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [(number, float(number)) for number in range(12)]


def test_an_interruption_is_heard_when_the_code_is_compiled(monkeypatch):
    made = []
    compiled = machine_module.Compiler._compiled

    def interrupted(*arguments):
        signal.raise_signal(signal.SIGINT)
        made.append(compiled(*arguments))
        return made[-1]

    monkeypatch.setattr(machine_module.Compiler, "_compiled", interrupted)
    with pytest.raises(KeyboardInterrupt):
        compile_module(SUM, level=1)
    # It was finished before.
    assert len(made) == 1
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
