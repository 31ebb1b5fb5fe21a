"""Calls of kernels written by hand: right numbers on both ways into a kernel, from threads too, and errors that say why."""

from __future__ import annotations

import gc
import sys
import threading
import weakref

import numpy
import pytest
from hand_written_kernels import CHOICE, REGRESSION, SQUARE, regression

pytest.importorskip("llvmlite")

from autograd.vectorizing.native import calling
from autograd.vectorizing.native.array_headers import headers
from autograd.vectorizing.native.calling import Call
from autograd.vectorizing.native.code import INDEX_OUT_OF_RANGE, WOULD_RAISE
from autograd.vectorizing.native.machine import compile_module

SEED = 14


@pytest.fixture(params=["built-in", "through Python"])
def way(request, monkeypatch):
    """The two ways into a kernel. On other interpreters than CPython, there is the second one only."""
    if request.param == "through Python":
        monkeypatch.setattr(calling, "entry_of", lambda plan: None)
    elif headers() is None:
        pytest.skip("the layout of arrays is unknown on this interpreter")
    return request.param


@pytest.fixture(scope="module")
def machine():
    return compile_module(REGRESSION + CHOICE + SQUARE, level=1)


def of_regression(machine, **changes):
    wanted = {"n_theta": 3, "sizes": [(2,), ()], "out": "gradient", "dtype": float, "scratch_bytes": 32, "work_per_example": 20}
    return Call(machine, "regression", **{**wanted, **changes})


def of_choice(machine):
    return Call(
        machine, "choice", n_theta=3, sizes=[(), (2,)], out="per example", width=2, dtype=float, input_dtypes=[numpy.intp, float]
    )


def batch(m):
    numbers = numpy.random.default_rng(SEED)
    return numbers.normal(size=3), numbers.normal(size=(m, 2)), numbers.normal(size=m)


@pytest.mark.usefixtures("way")
class TestBothWays:
    @pytest.mark.parametrize("m", [1, 2, 7, 3000])
    def test_a_call_gives_what_plain_python_gives(self, machine, m):
        theta, x, y = batch(m)
        loss, gradient = regression(theta.tolist(), x.tolist(), y.tolist())
        call, out = of_regression(machine), numpy.empty(3)
        status, found, squares = call(theta, out, [x, y], m)
        assert (status, found, out.tolist()) == (0, loss, gradient)
        assert squares == gradient[0] ** 2 + gradient[1] ** 2 + gradient[2] ** 2
        found, new = call.fast(theta, None, x, y)
        assert (found, new.tolist()) == (loss, gradient)
        assert (type(found), type(new), new.dtype, new.flags.writeable) == (float, numpy.ndarray, numpy.dtype(float), True)
        assert call.fast(theta, out, x, y)[1] is out

    def test_new_gradients_share_nothing(self, machine):
        theta, x, y = batch(5)
        call = of_regression(machine)
        first = call.fast(theta, None, x, y)[1]
        kept = first.copy()
        second = call.fast(2 * theta, None, x, y)[1]
        assert not numpy.shares_memory(first, second)
        assert first.tolist() == kept.tolist() != second.tolist()

    def test_results_per_example(self, machine):
        call, out = of_choice(machine), numpy.empty((3, 2))
        theta, x = numpy.array([2.0, 3.0, 5.0]), numpy.arange(6.0).reshape(3, 2)
        assert call(theta, out, [numpy.array([2, 0, 1]), x], 3) == (0, 0.0, 0.0)
        assert out.tolist() == [[0.0, 5.0], [4.0, 6.0], [12.0, 15.0]]
        assert call.fast is None

    @pytest.mark.parametrize("index", [3, -1, 2**62, -(2**63)])
    def test_a_status_is_handed_on(self, machine, index):
        theta, x = numpy.array([2.0, 3.0, 5.0]), numpy.ones((2, 2))
        assert of_choice(machine)(theta, numpy.empty((2, 2)), [numpy.array([0, index]), x], 2)[0] == INDEX_OUT_OF_RANGE
        theta, x, y = batch(4)
        y[2] = 2000.0
        call = of_regression(machine)
        assert call(theta, numpy.empty(3), [x, y], 4)[0] == WOULD_RAISE
        assert call.fast(theta, None, x, y) is None

    def test_no_arguments_and_single_precision(self, machine):
        call = Call(machine, "square", n_theta=1, sizes=[], out="gradient", dtype=numpy.float32)
        theta, out = numpy.array([3.0], numpy.float32), numpy.empty(1, numpy.float32)
        assert call(theta, out, [], 1) == (0, 9.0, 36.0)
        loss, gradient = call.fast(theta, None)
        assert (loss, gradient.tolist(), gradient.dtype) == (9.0, [6.0], numpy.dtype(numpy.float32))
        assert call.fast(theta.astype(float), None) is None

    def test_single_examples_may_have_a_kernel_of_their_own(self, machine):
        theta, x, y = batch(4)
        call = of_regression(machine, serves_one=False)
        assert call.fast(theta, None, x, y) is not None
        assert call.fast(theta, None, x[:1], y[:1]) is None
        assert call(theta, numpy.empty(3), [x[:1], y[:1]], 1)[0] == 0
        nothing = "define i64 @nothing(ptr %theta, ptr %out, ptr %inputs, i64 %m, ptr %scratch, ptr %results) { ret i64 0 }"
        with pytest.raises(ValueError, match=r"must do with 32 bytes to compute in, not 64"):
            call.add_kernel_of_one(compile_module(nothing, level=0), "nothing", 64)
        call.add_kernel_of_one(compile_module(nothing, level=0), "nothing", 32)
        gc.collect()
        out = numpy.array([5.0, 6.0, 7.0])
        assert call.fast(theta, out, x[:1], y[:1]) == (0.0, out)
        assert call(theta, out, [x[:1], y[:1]], 1) == (0, 0.0, 0.0)
        assert out.tolist() == [5.0, 6.0, 7.0], "this kernel does nothing"
        assert call.fast(theta, None, x, y)[0] == regression(theta.tolist(), x.tolist(), y.tolist())[0]

    def test_arrays_without_numbers(self, machine):
        """They say nothing of how long a call takes, and so the way through Python is good enough."""
        call = of_regression(machine, sizes=[(2,), (), (3, 0)])
        theta, x, y = batch(4)
        loss, gradient = regression(theta.tolist(), x.tolist(), y.tolist())
        assert call.fast(theta, None, x, y, numpy.empty((4, 3, 0)))[1].tolist() == gradient
        assert call(theta, numpy.empty(3), [x, y, numpy.empty((4, 3, 0))], 4)[:2] == (0, loss)
        call.add_kernel_of_one(machine, "regression")
        assert call.fast(theta, None, x[:1], y[:1], numpy.empty((1, 3, 0))) is not None

    def test_what_is_not_finite_is_looked_at(self, machine):
        theta, x, y = batch(4)
        call = of_regression(machine)
        for number in (numpy.nan, numpy.inf, -numpy.inf):
            x[1, 0] = number
            assert call.fast(theta, None, x, y) is None
            assert call(theta, numpy.empty(3), [x, y], 4)[0] == 0
        x[1, 0] = 1e200  # The gradient is finite, the sum of its squares is not.
        assert call.fast(theta, None, x, y) is None

    def test_arrays_that_lie_otherwise_are_copied(self, machine):
        theta, x, y = batch(6)
        loss, gradient = regression(theta.tolist(), x.tolist(), y.tolist())
        call = of_regression(machine)
        unaligned = numpy.frombuffer(b"-" + y.tobytes(), float, offset=1)
        others = {
            "Fortran order": (theta, numpy.asfortranarray(x), y),
            "backwards": (theta, x[::-1].copy()[::-1], y),
            "every other": (numpy.repeat(theta, 2)[::2], x, y),
            "big-endian": (theta.astype(">f8"), x.astype(">f8"), y),
            "unaligned": (theta, x, unaligned),
            "a subclass": (theta, x.view(numpy.matrix), y.view(numpy.ma.MaskedArray)),
        }
        for what, (one_theta, one_x, one_y) in others.items():
            out = numpy.empty(3)
            assert call(one_theta, out, [one_x, one_y], 6)[:2] == (0, loss), what
            assert out.tolist() == gradient, what
            assert call.fast(one_theta, None, one_x, one_y) is None, what

    def test_results_may_lie_otherwise_too(self, machine):
        theta, x, y = batch(6)
        _, gradient = regression(theta.tolist(), x.tolist(), y.tolist())
        call = of_regression(machine)
        for out in (numpy.zeros(6)[::2], numpy.zeros(3)[::-1], numpy.zeros(3, ">f8")):
            assert call(theta, out, [x, y], 6)[0] == 0
            assert out.tolist() == gradient
            assert call.fast(theta, out, x, y) is None

    def test_results_are_not_written_over_what_they_are_computed_from(self, machine):
        theta, x, y = batch(6)
        loss, gradient = regression(theta.tolist(), x.tolist(), y.tolist())
        call = of_regression(machine)
        for place in range(3):
            arrays = [theta.copy(), x.copy(), y.copy()]
            out = arrays[place].reshape(-1)[-3:]
            assert call.fast(arrays[0], out, *arrays[1:]) is None
            assert [array.tolist() for array in arrays] == [theta.tolist(), x.tolist(), y.tolist()], "nothing is written"
            assert call(arrays[0], out, arrays[1:], 6)[:2] == (0, loss)
            assert out.tolist() == gradient
        together = numpy.concatenate([theta, numpy.empty(3), y])
        assert call.fast(together[:3], together[3:6], x, together[6:]) is not None, "side by side is apart"

    def test_mistakes_are_named(self, machine):
        theta, x, y = batch(6)
        call, out = of_regression(machine), numpy.empty(3)
        with pytest.raises(ValueError, match=r"theta must have shape \(3,\), not \(4,\)"):
            call(numpy.zeros(4), out, [x, y], 6)
        with pytest.raises(ValueError, match=r"input array 0 must have shape \(6, 2\), not \(5, 2\)"):
            call(theta, out, [x[:5], y], 6)
        with pytest.raises(ValueError, match=r"input array 1 must have shape \(6,\), not \(6, 1\)"):
            call(theta, out, [x, y[:, None]], 6)
        with pytest.raises(ValueError, match=r"there must be 2 input arrays, not 1"):
            call(theta, out, [x], 6)
        with pytest.raises(TypeError, match=r"input array 1 must be an array of float64, not of int64"):
            call(theta, out, [x, y.astype(numpy.int64)], 6)
        with pytest.raises(TypeError, match=r"theta must be an array of float64, not list"):
            call([1.0, 2.0, 3.0], out, [x, y], 6)
        with pytest.raises(TypeError, match=r"out must be an array of float64, not NoneType"):
            call(theta, None, [x, y], 6)
        with pytest.raises(ValueError, match=r"at least one example.*not 0"):
            call(theta, out, [x[:0], y[:0]], 0)
        out.flags.writeable = False
        with pytest.raises(ValueError, match=r"this one is read-only"):
            call(theta, out, [x, y], 6)

    def test_threads_get_results_of_their_own(self, machine):
        """Eight threads call the same program with their own numbers; sums of examples are kept in memory in between."""
        call = of_regression(machine, work_per_example=1e9)
        wrong = []

        def work(number):
            numbers = numpy.random.default_rng([SEED, number])
            theta, x, y = numbers.normal(size=3), numbers.normal(size=(20, 2)), numbers.normal(size=20)
            loss, gradient = regression(theta.tolist(), x.tolist(), y.tolist())
            out = numpy.empty(3)
            for _ in range(500):
                found, new = call.fast(theta, None, x, y)
                status = call(theta, out, [x, y], 20)
                if (found, new.tolist()) != (loss, gradient) or status[:2] != (0, loss) or out.tolist() != gradient:
                    wrong.append(number)

        interval = sys.getswitchinterval()
        sys.setswitchinterval(1e-5)
        try:
            threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            sys.setswitchinterval(interval)
        assert wrong == []

    def test_other_threads_run_meanwhile(self):
        """The kernel waits until another thread has written a number, which it can only do while the kernel runs.

        It gives up after four thousand million looks.
        """
        waiting = """
        define i64 @waiting(ptr %theta, ptr %out, ptr %inputs, i64 %m, ptr %scratch, ptr %results) {
        entry:
          %x = load ptr, ptr %inputs
          store double 1.0, ptr %out
          br label %loop
        loop:
          %looks = phi i64 [ 0, %entry ], [ %more_looks, %loop ]
          %more_looks = add i64 %looks, 1
          %number = load volatile double, ptr %x
          %is_nothing = fcmp oeq double %number, 0.0
          %is_patient = icmp ult i64 %looks, 4000000000
          %waits = and i1 %is_nothing, %is_patient
          br i1 %waits, label %loop, label %done
        done:
          store double %number, ptr %results
          ret i64 0
        }
        """
        call = Call(
            compile_module(waiting, level=1), "waiting", n_theta=1, sizes=[()], out="gradient", dtype=float, work_per_example=1e9
        )
        x, out = numpy.zeros(1), numpy.zeros(1)

        def write():
            while not out[0]:
                pass
            x[0] = 7.0

        thread = threading.Thread(target=write)
        thread.start()
        assert call.fast(numpy.zeros(1), out, x) == (7.0, out)
        thread.join()

    def test_a_call_keeps_its_machine_and_nothing_keeps_the_call(self):
        machine = compile_module(REGRESSION, level=1)
        call = of_regression(machine)
        fast, kept = call.fast, weakref.ref(machine)
        theta, x, y = batch(4)
        before = call.fast(theta, None, x, y)[1].tolist()
        del call, machine
        gc.collect()
        assert kept() is not None
        assert fast(theta, None, x, y)[1].tolist() == before
        del fast
        gc.collect()
        assert kept() is None

    def test_references_are_counted(self, machine):
        theta, x, y = batch(4)
        call, out = of_regression(machine), numpy.empty(3)
        wrong = numpy.empty(4)

        def all_ways():
            call.fast(theta, None, x, y)
            call.fast(theta, out, x, y)
            call.fast(theta, out, x, wrong[:3])
            call.fast(wrong, None, x, y)
            call.fast(theta, theta, x, y)
            call.fast(theta, None, x)
            call(theta, out, [x, y], 4)
            y[0] = numpy.nan
            call.fast(theta, None, x, y)
            y[0] = 0.0

        def counts():
            return [sys.getrefcount(one) for one in (theta, x, y, out, wrong, None, call.fast, numpy.ndarray)]

        all_ways()
        before = counts()
        for _ in range(200):
            all_ways()
        # Other threads and the interpreter itself may refer to None.
        assert all(abs(after - then) < 100 for after, then in zip(counts(), before, strict=True))


def test_memory_to_compute_in_is_aligned_and_kept_until_the_program_goes():
    """The kernel gives back, as its loss, where the memory lies."""
    text = """
    define i64 @where(ptr %theta, ptr %out, ptr %inputs, i64 %m, ptr %scratch, ptr %results) {
      %address = ptrtoint ptr %scratch to i64
      %number = sitofp i64 %address to double
      store double %number, ptr %results
      %last = getelementptr i8, ptr %scratch, i64 999
      store i8 1, ptr %last
      ret i64 0
    }
    """
    machine = compile_module(text, level=1)
    call = Call(machine, "where", n_theta=0, sizes=[], out="gradient", dtype=float, scratch_bytes=1000)
    places = {call(numpy.empty(0), numpy.empty(0), [], 1)[1] for _ in range(10)}
    assert len(places) == 1
    assert places.pop() % 64 == 0


def test_functions_are_as_fast_as_built_in_ones_because_they_are():
    if headers() is None:
        pytest.skip("the layout of arrays is unknown on this interpreter")
    call = of_regression(compile_module(REGRESSION, level=1))
    assert type(call.fast) is type(len)
    assert call.fast.__name__ == "direct"
