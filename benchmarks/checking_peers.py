"""The checkers of derivatives that benchmarks/checking.py compares, each at its defaults.

A checker is made from its own engine. It is asked for the derivatives of a case, which must be right, and for a judgement on
them, with nothing or with an error planted: the function then computes its first input through an identity whose derivative
is wrong.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from checking_battery import Case

# `check_grad` gives a number and leaves it to its user to call that small; its documentation shows 3e-8 for a right derivative.
SCIPY_SMALL = 1e-6

ACCEPTED, REJECTED = "right", "wrong"


@dataclass(frozen=True)
class Checker:
    """A checker.

    Attributes:
        derivatives: of a case, as the checker's engine has them.
        judge: a case with the derivative for its first input multiplied by a factor: "right", "wrong", or what else it says; the
            operation it blames.
    """

    derivatives: Callable[[Case, list[float]], list[float]]
    judge: Callable[[Case, list[float], float], tuple[str, str]]


def _answer(check: Callable[[], Any]) -> tuple[str, str]:
    """The answer of a checker that raises where a derivative is wrong."""
    try:
        check()
    except Exception:
        # The checkers raise AssertionError, RuntimeError and whatever the function raises beside the point.
        return REJECTED, ""
    return ACCEPTED, ""


# ----------------------------------------------------------------------------------------------------------- chalkgrad


def chalkgrad() -> Checker:
    """This project, with a wrong rule: the identity is a sum of one number, and the rule for sums is broken."""
    m = _values()
    import autograd
    from autograd.checking import gradcheck
    from autograd.checking.self_test.planting import Break, broken
    from autograd.table.primitives import TABLE

    def derivatives(case: Case, _: list[float]) -> list[float]:
        leaves = [autograd.Value(x) for x in case.point]
        return list(autograd.grad(case.f(m, *leaves), leaves))

    def judge(case: Case, _: list[float], factor: float) -> tuple[str, str]:
        def f(*x: Any) -> Any:
            return case.f(m, autograd.total([x[0]]), *x[1:])

        def multiplied(rule: Any) -> Any:
            return lambda m, x, y: tuple(factor * derivative for derivative in rule(m, x, y))

        with nullcontext() if factor == 1.0 else broken(TABLE["total"], Break("factor", multiplied)):
            report = gradcheck(f, *case.point)
            return str(report.verdict), ",".join(sorted({node.operation for node in report.faults}))

    return Checker(derivatives, judge)


def chalkgrad_given() -> Checker:
    """This project, with a gradient given by hand for a function of Values."""
    m, checker = _values(), chalkgrad()
    return Checker(checker.derivatives, lambda case, exact, factor: _given(case, exact, factor, m))


def chalkgrad_floats() -> Checker:
    """This project, with a gradient given by hand for a function of floats, of which nothing is recorded."""
    import numpy

    def judge(case: Case, exact: list[float], factor: float) -> tuple[str, str]:
        # Arithmetic of NumPy's numbers warns where Python's floats raise.
        with numpy.errstate(all="ignore"):
            return _given(case, exact, factor, numpy)

    return Checker(chalkgrad().derivatives, judge)


def _given(case: Case, exact: list[float], factor: float, m: Any) -> tuple[str, str]:
    from autograd.checking import gradcheck

    def f(*x: Any) -> Any:
        # Numbers of NumPy, so that it is a function of floats only.
        return case.f(m, *x) if hasattr(m, "Value") else float(case.f(m, *map(m.float64, map(float, x))))

    gradient = [factor * exact[0], *exact[1:]]
    report = gradcheck(f, *case.point, gradient=gradient)
    verdict = str(report.verdict)
    return (REJECTED if verdict.startswith("wrong") else verdict), ""


def _values() -> Any:
    import autograd

    return autograd


# --------------------------------------------------------------------------------------------------------------- peers


def torch() -> Checker:
    """PyTorch's `torch.autograd.gradcheck`."""
    import torch as pytorch

    pytorch.set_num_threads(1)

    def leaves_of(case: Case) -> list[Any]:
        return [pytorch.tensor(x, dtype=pytorch.float64, requires_grad=True) for x in case.point]

    def derivatives(case: Case, _: list[float]) -> list[float]:
        leaves = leaves_of(case)
        case.f(pytorch, *leaves).backward()
        return [float(leaf.grad) for leaf in leaves]

    def judge(case: Case, _: list[float], factor: float) -> tuple[str, str]:
        class Identity(pytorch.autograd.Function):
            @staticmethod
            def forward(ctx: Any, x: Any) -> Any:
                return x.clone()

            @staticmethod
            def backward(ctx: Any, upstream: Any) -> Any:
                return factor * upstream

        def f(*x: Any) -> Any:
            return case.f(pytorch, Identity.apply(x[0]), *x[1:])

        return _answer(lambda: pytorch.autograd.gradcheck(f, leaves_of(case)))

    return Checker(derivatives, judge)


def jax() -> Checker:
    """JAX's `jax.test_util.check_grads`, in 64 bits; the order has no default, and 1 is the easiest."""
    import jax as google_jax

    google_jax.config.update("jax_enable_x64", True)
    from jax.test_util import check_grads

    m = google_jax.numpy

    def derivatives(case: Case, _: list[float]) -> list[float]:
        gradients = google_jax.grad(lambda *x: case.f(m, *x), argnums=tuple(range(len(case.point))))(*case.point)
        return [float(gradient) for gradient in gradients]

    def judge(case: Case, _: list[float], factor: float) -> tuple[str, str]:
        identity = google_jax.custom_jvp(lambda x: x)
        identity.defjvp(lambda primals, tangents: (primals[0], factor * tangents[0]))
        return _answer(lambda: check_grads(lambda *x: case.f(m, identity(x[0]), *x[1:]), case.point, order=1))

    return Checker(derivatives, judge)


def hips() -> Checker:
    """HIPS autograd's `autograd.test_util.check_grads`."""
    import numpy
    from autograd.extend import defjvp, defvjp, primitive
    from autograd.test_util import check_grads

    # Not this project's package of the same name, which type checkers would see here.
    grad = import_module("autograd").grad
    m = import_module("autograd.numpy")

    def derivatives(case: Case, _: list[float]) -> list[float]:
        return [float(grad(lambda *x: case.f(m, *x), k)(*case.point)) for k in range(len(case.point))]

    def judge(case: Case, _: list[float], factor: float) -> tuple[str, str]:
        @primitive
        def identity(x: Any) -> Any:
            return x * 1.0

        defvjp(identity, lambda ans, x: lambda upstream: factor * upstream)
        defjvp(identity, lambda tangent, ans, x: factor * tangent)
        # It draws its directions from NumPy's generator.
        numpy.random.seed(0)
        f = check_grads(lambda *x: case.f(m, identity(x[0]), *x[1:]), tuple(range(len(case.point))))
        return _answer(lambda: f(*case.point))

    return Checker(derivatives, judge)


def scipy() -> Checker:
    """SciPy's `scipy.optimize.check_grad`, called small below 1e-6; the derivatives are given to it."""
    import numpy
    from scipy.optimize import check_grad

    def judge(case: Case, exact: list[float], factor: float) -> tuple[str, str]:
        gradient = numpy.array([factor * exact[0], *exact[1:]])
        with numpy.errstate(all="ignore"):
            error = check_grad(lambda x: case.f(numpy, *x), lambda x: gradient, numpy.array(case.point))
        return (ACCEPTED if math.isfinite(error) and error < SCIPY_SMALL else REJECTED), ""

    return Checker(lambda case, exact: exact, judge)


CHECKERS: dict[str, Callable[[], Checker]] = {
    "chalkgrad": chalkgrad,
    "chalkgrad-given": chalkgrad_given,
    "chalkgrad-floats": chalkgrad_floats,
    "torch": torch,
    "jax": jax,
    "hips": hips,
    "scipy": scipy,
}
