"""Machine code compiled from LLVM's text: its functions compute, stay as long as they are held, and mistakes are errors."""

from __future__ import annotations

import ctypes

import pytest

pytest.importorskip("llvmlite")

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


def test_it_can_be_asked_for():
    assert is_available()
    assert lanes() in (2, 4, 8)


def test_a_module_calls_what_its_symbols_say():
    one, other = (ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)(f) for f in (lambda x: x + 1, lambda x: x + 2))
    results = []
    for function in (one, other):
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
