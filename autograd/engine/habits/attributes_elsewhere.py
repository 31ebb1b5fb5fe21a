"""Names that users know from NumPy, PyTorch or micrograd: some work here too, the others say what to write instead.

`Value` inherits from `Habits`, which has nothing to do with the engine: no operation and no backward pass looks here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from autograd.engine.habits import numpy_operations
from autograd.engine.habits.recorded_forms import function_here
from autograd.errors import real_number

_NUMBER = "v.data is the number, and so is float(v)"
_EVERY = "every Value takes a gradient; a plain number takes none, and inside `with no_grad():` nothing is recorded"
_ONE_NUMBER = "a Value is one number without axes; a list, or numpy.array([v, w]), holds several"
_OPERANDS = "v.operands are the Values it was computed from, in order"
_RESET = "v.gradient = None takes a gradient back, and network.zero_grad() those of a network"
_PLACE = "a Value is a number of Python, on no device; autograd.vectorize compiles a function of Values into an array program"
_WHOLE = "it is a function of several Values, autograd.{}([v, w])"

INSTEAD = {
    **dict.fromkeys(("item", "numpy", "tolist", "value", "val"), _NUMBER),
    **dict.fromkeys(("detach", "clone"), "Value(v.data) is a new leaf with the same number"),
    **dict.fromkeys(("requires_grad", "requires_grad_"), _EVERY),
    "retain_grad": "the gradients of computed Values are always kept; v.gradient is it",
    "zero_": f"v.data = 0 assigns the number of a leaf; {_RESET}",
    "zero_grad": _RESET,
    **dict.fromkeys(("grad_fn", "_op"), "v.primitive is what computed it; v.primitive.name its name"),
    **dict.fromkeys(("_prev", "_children"), _OPERANDS),
    "_backward": "v.backward() runs the whole pass; autograd.step_through(v) shows it edge by edge",
    "is_leaf": "a leaf is a Value without operands, `not v.operands`",
    **dict.fromkeys(("shape", "ndim", "size", "dim", "dtype", "T", "view", "reshape", "squeeze", "unsqueeze"), _ONE_NUMBER),
    **dict.fromkeys(("device", "to", "cpu", "cuda"), _PLACE),
    **{
        name: f"v {sign} w" for name, sign in {"add": "+", "sub": "-", "mul": "*", "div": "/", "pow": "**", "matmul": "*"}.items()
    },
    **{name: _WHOLE.format(name) for name in ("softmax", "mean", "maximum", "minimum", "argmax", "argmin", "logsumexp")},
    **{name: _WHOLE.format(here) for name, here in {"sum": "total", "max": "maximum", "min": "minimum"}.items()},
    **dict.fromkeys(("clamp", "clamp_"), "v.clip(low, high)"),
    "neg": "write -v",
}


_REFLECTED = {
    "add": "__radd__",
    "subtract": "__rsub__",
    "multiply": "__rmul__",
    "divide": "__rtruediv__",
    "power": "__rpow__",
}


class _Elsewhere:
    """A name that other libraries have: reading and assigning it is an AttributeError that says what to type here."""

    __slots__ = ("_text",)

    def __init__(self, name: str, advice: str) -> None:
        self._text = f"a Value has no {name}: {advice}"

    def __get__(self, value: Any, kind: Any = None) -> NoReturn:
        raise AttributeError(self._text)

    def __set__(self, value: Any, assigned: Any) -> NoReturn:
        raise AttributeError(self._text)


class Habits:
    """The part of `Value` that answers to names from other libraries."""

    __slots__ = ()

    if TYPE_CHECKING:
        gradient: float | None

    def clip(self, low: Any = None, high: Any = None, out: None = None) -> Any:
        """The Value between two bounds, recorded: minimum(maximum(v, low), high); ``numpy.clip(v, low, high)`` calls it.

        >>> from autograd import Value
        >>> Value(1.5).clip(0, 1).data
        1.0
        """
        if out is not None:
            raise TypeError("clip of a Value gives a Value; leave out= away")
        clipped: Any = self
        for name, bound in (("maximum", low), ("minimum", high)):
            choose = function_here(name)
            if bound is not None and choose is not None:
                clipped = choose(clipped, bound)
        return clipped

    @property
    def grad(self) -> float | None:
        """A second name of `gradient`, for those who come from micrograd or PyTorch; takes a number or None."""
        return self.gradient

    @grad.setter
    def grad(self, number: Any) -> None:
        self.gradient = None if number is None else real_number(number)  # type: ignore[misc]  # a slot of Value

    # Else type checkers would take a Value for an index.
    if not TYPE_CHECKING:

        def __index__(self) -> NoReturn:
            raise TypeError("a Value is no index: pick(sequence, v) takes the element there; int(v) is the whole number in it")

    def conjugate(self) -> Any:
        """The Value itself, as it is real; ``numpy.std`` of an array of Values asks for it."""
        return self

    # NumPy hands over what it is to do with a Value, instead of taking it apart or refusing.
    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        # ``array_scalar * value`` is in many inner loops: what a Value's own operator does with the number.
        if method == "__call__" and not options and inputs[-1] is self and (name := _REFLECTED.get(ufunc.__name__)) is not None:
            found = getattr(self, name)(inputs[0])
            if found is not NotImplemented:
                return found
        return numpy_operations.apply(ufunc, method, inputs, options)

    def __dir__(self) -> list[str]:
        return [name for name in super().__dir__() if name not in INSTEAD]


for _name, _advice in INSTEAD.items():
    setattr(Habits, _name, _Elsewhere(_name, _advice))


def refuse_arguments_of_backward(arguments: tuple[Any, ...], options: dict[str, Any]) -> NoReturn:
    """Say why `backward` takes no arguments.

    Raises:
        TypeError: always.
    """
    if "retain_graph" in options:
        advice = "the graph is kept anyway, so leave retain_graph out"
    elif "create_graph" in options:
        advice = "grad(output, inputs, create_graph=True) records derivatives"
    elif "inputs" in options:
        advice = "grad(output, inputs) gives the gradients of some inputs and touches no state"
    elif "gradient" in options or arguments:
        advice = "it starts from 1; for another factor c write (c * v).backward()"
    else:
        advice = f"there is no {', '.join(options)} here"
    raise TypeError(f"backward takes no arguments: {advice}")
