"""Scalar automatic differentiation: every number is a `Value`, every operation on Values is recorded.

>>> from autograd import Value
>>> a, b, c = Value(3, "a"), Value(1, "b"), Value(-2, "c")
>>> L = c * (a + 2 * b)
>>> L.backward()
>>> a.gradient, b.gradient, c.gradient
(-2.0, -4.0, 5.0)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from autograd import functions
from autograd._neighbours import warn_of_namesake
from autograd.derivatives import directional_derivative, grad, hessian, jacobian, value_and_grad
from autograd.engine import pickling as pickling
from autograd.engine.collector import collector_paused
from autograd.engine.demands import require
from autograd.engine.habits import names_elsewhere
from autograd.engine.modes import no_grad
from autograd.engine.scopes import scope
from autograd.engine.value import Value
from autograd.errors import (
    FrozenChoiceError,
    IdentityComparisonWarning,
    LostGradientWarning,
    MiscompiledError,
    NonFiniteWarning,
    StaleGraphError,
)
from autograd.expanding import expand

# Not in __all__: `from autograd import *` leaves the built-in abs alone, which works on Values too.
from autograd.functions import abs as abs
from autograd.functions import (
    acos,
    acosh,
    argmax,
    argmin,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    cbrt,
    cos,
    cosh,
    dot,
    equal,
    erf,
    erfc,
    exp,
    exp2,
    expm1,
    gelu,
    hypot,
    log,
    log1p,
    log2,
    log10,
    logaddexp,
    logsigmoid,
    logsumexp,
    maximum,
    mean,
    minimum,
    pick,
    reciprocal,
    relu,
    rsqrt,
    sigmoid,
    silu,
    sin,
    sinh,
    softmax,
    softplus,
    softsign,
    sqrt,
    square,
    tan,
    tanh,
    total,
    where,
    xlogy,
)
from autograd.labels import label_values

if TYPE_CHECKING:
    from autograd.checking import assert_gradients as assert_gradients
    from autograd.checking import finite_differences as finite_differences
    from autograd.checking import gradcheck as gradcheck
    from autograd.drawing import Drawing as Drawing
    from autograd.drawing import draw as draw
    from autograd.drawing import draw_dot as draw_dot
    from autograd.drawing import paths as paths
    from autograd.stepping import Stepper as Stepper
    from autograd.stepping import explain as explain
    from autograd.stepping import step_through as step_through
    from autograd.vectorizing import Program as Program
    from autograd.vectorizing import vectorize as vectorize

__all__ = [
    "Drawing",
    "FrozenChoiceError",
    "IdentityComparisonWarning",
    "LostGradientWarning",
    "MiscompiledError",
    "NonFiniteWarning",
    "Program",
    "StaleGraphError",
    "Stepper",
    "Value",
    "acos",
    "acosh",
    "argmax",
    "argmin",
    "asin",
    "asinh",
    "assert_gradients",
    "atan",
    "atan2",
    "atanh",
    "cbrt",
    "collector_paused",
    "cos",
    "cosh",
    "directional_derivative",
    "dot",
    "draw",
    "draw_dot",
    "equal",
    "erf",
    "erfc",
    "exp",
    "exp2",
    "expand",
    "explain",
    "expm1",
    "finite_differences",
    "gelu",
    "grad",
    "gradcheck",
    "hessian",
    "hypot",
    "jacobian",
    "label_values",
    "log",
    "log1p",
    "log2",
    "log10",
    "logaddexp",
    "logsigmoid",
    "logsumexp",
    "maximum",
    "mean",
    "minimum",
    "no_grad",
    "paths",
    "pick",
    "reciprocal",
    "relu",
    "require",
    "rsqrt",
    "scope",
    "sigmoid",
    "silu",
    "sin",
    "sinh",
    "softmax",
    "softplus",
    "softsign",
    "sqrt",
    "square",
    "step_through",
    "tan",
    "tanh",
    "total",
    "value_and_grad",
    "vectorize",
    "where",
    "xlogy",
]  # fmt: skip


names_elsewhere.offer({name: vars(functions)[name] for name in ["abs", *__all__] if name in vars(functions)})

_ON_DEMAND = {
    **dict.fromkeys(("Drawing", "draw", "draw_dot", "paths"), "drawing"),
    **dict.fromkeys(("Stepper", "explain", "step_through"), "stepping"),
    **dict.fromkeys(("assert_gradients", "finite_differences", "gradcheck"), "checking"),
    **dict.fromkeys(("Program", "vectorize"), "vectorizing"),
}


def __getattr__(name: str) -> Any:
    # What a program may never ask for is loaded when it does; compiling needs NumPy, which takes longer than all the rest.
    folder = _ON_DEMAND.get(name)
    if folder is not None:
        return getattr(import_module(f"autograd.{folder}"), name)
    raise AttributeError(f"module 'autograd' has no attribute {name!r}")


warn_of_namesake()
