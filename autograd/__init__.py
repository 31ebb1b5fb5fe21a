"""Scalar automatic differentiation: every number is a `Value`, every operation on Values is recorded.

>>> from autograd import Value
>>> a, b, c = Value(3, "a"), Value(1, "b"), Value(-2, "c")
>>> L = c * (a + 2 * b)
>>> L.backward()
>>> a.gradient, b.gradient, c.gradient
(-2.0, -4.0, 5.0)
"""

import builtins
from importlib import import_module
from typing import TYPE_CHECKING, Any

from autograd import functions
from autograd._namesakes import warn_of_namesake
from autograd.derivatives import directional_derivative as directional_derivative
from autograd.derivatives import grad as grad
from autograd.derivatives import hessian as hessian
from autograd.derivatives import jacobian as jacobian
from autograd.derivatives import value_and_grad as value_and_grad
from autograd.engine import pickling as pickling
from autograd.engine.collector import collector_paused as collector_paused
from autograd.engine.habits import recorded_forms
from autograd.engine.modes import no_grad as no_grad
from autograd.engine.requirements import require as require
from autograd.engine.scopes import scope as scope
from autograd.engine.value import Value as Value
from autograd.errors import FrozenChoiceError as FrozenChoiceError
from autograd.errors import IdentityComparisonWarning as IdentityComparisonWarning
from autograd.errors import LostGradientWarning as LostGradientWarning
from autograd.errors import MiscompiledError as MiscompiledError
from autograd.errors import NonFiniteWarning as NonFiniteWarning
from autograd.errors import StaleGraphError as StaleGraphError
from autograd.expanding import expand as expand
from autograd.functions import gelu as gelu
from autograd.functions import mean as mean
from autograd.functions import pick as pick
from autograd.functions import primitive as primitive
from autograd.functions import softmax as softmax
from autograd.functions import where as where
from autograd.labels import label_values as label_values

if TYPE_CHECKING:
    from autograd.checking import assert_gradients as assert_gradients
    from autograd.checking import finite_differences as finite_differences
    from autograd.checking import gradcheck as gradcheck
    from autograd.drawing import Drawing as Drawing
    from autograd.drawing import draw as draw
    from autograd.drawing import draw_dot as draw_dot
    from autograd.drawing import paths as paths
    from autograd.engine.signatures import *  # noqa: F403
    from autograd.stepping import Stepper as Stepper
    from autograd.stepping import explain as explain
    from autograd.stepping import step_through as step_through
    from autograd.vectorizing import Program as Program
    from autograd.vectorizing import vectorize as vectorize

_ON_DEMAND = {
    **dict.fromkeys(("Drawing", "draw", "draw_dot", "paths"), "drawing"),
    **dict.fromkeys(("Stepper", "explain", "step_through"), "stepping"),
    **dict.fromkeys(("assert_gradients", "finite_differences", "gradcheck"), "checking"),
    **dict.fromkeys(("Program", "vectorize"), "vectorizing"),
}


_FUNCTIONS = {name: vars(functions)[name] for name in (*functions.EXPORTED, "mean", "softmax")}
recorded_forms.offer(_FUNCTIONS)

# Type checkers know them by their imports above.
if not TYPE_CHECKING:
    globals().update(_FUNCTIONS)
    # `from autograd import *` leaves the built-in abs alone, which works on Values too.
    __all__ = sorted(
        {name for name, thing in globals().items() if getattr(thing, "__module__", "").startswith("autograd.")}.union(
            _FUNCTIONS, _ON_DEMAND
        ).difference(vars(builtins), ["warn_of_namesake"])
    )

    def __getattr__(name: str) -> Any:
        # What a program may never ask for is loaded when it does; compiling needs NumPy, which takes longer than all the rest.
        folder = _ON_DEMAND.get(name)
        if folder is not None:
            return getattr(import_module(f"autograd.{folder}"), name)
        raise AttributeError(f"module 'autograd' has no attribute {name!r}")


warn_of_namesake()
