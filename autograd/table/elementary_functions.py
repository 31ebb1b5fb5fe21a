"""The registry of elementary functions: a row for each function, a column for each number system.

An elementary function is one that a rule of the table can ask a number system for, and that is not stated by means of others.
Its row says where each number system finds it. Most of that follows from its name, so that a row only says what is unusual.
Nothing heavy is imported here: columns hold the names of functions in libraries that are imported where they are used.

A new elementary function is one row here, and one entry in `autograd.table.primitives` that makes an operation of it and says how
formulas write it. Machine code takes it from a line in `autograd.number_systems.llvm.functions`.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable
from typing import Any

# In a column: the library has a function of the row's own name.
BY_NAME = "by name"


def real(result: Any) -> float:
    """A rule's result as a float; Python gives a complex number for a negative one to a fractional power.

    Raises:
        ValueError: the result is complex.
    """
    if isinstance(result, complex):
        raise ValueError("a negative number to a fractional power is complex")
    return float(result)


def _undefined(*operands: float) -> float:
    return math.nan


class ElementaryFunction:
    """A row of the registry.

    Attributes:
        name: what rules call it, as in ``m.exp``.
        arity: how many operands it has.
        floats: the function of floats, which raises outside its domain; by default that of `math`.
        limit: a function of the same operands, called where `floats` raises: the limit there, or nan.
        numpy: the name of NumPy's function; None where NumPy has none, and `floats` computes element after element.
        mpmath: the name of mpmath's function, or a function of a context of mpmath and the operands. It serves in high precision,
            unless `autograd.number_systems.high_precision.functions` has a faster or more careful one of the same name.
        complex: a function of complex numbers that continues this one off the real axis. By default that of `cmath`, else
            mpmath's; None where there is no such function.
        jax: where JAX has the function, as in ``"numpy.exp"``: by default where NumPy's name says, else in ``scipy.special``. It
            serves unless `autograd.number_systems.jax_arrays` has a more careful one of the same name.
        onnx: the name of ONNX's operator; None where ONNX has none, and `autograd.vectorizing.onnx.functions` composes it.
        is_smooth: whether it has derivatives of all orders inside its domain.
    """

    __slots__ = ("arity", "complex", "floats", "is_smooth", "jax", "limit", "mpmath", "name", "numpy", "onnx")

    def __init__(
        self,
        name: str,
        arity: int = 1,
        *,
        floats: Callable[..., float] | None = None,
        limit: Callable[..., float] = _undefined,
        numpy: str | None = BY_NAME,
        mpmath: str | Callable[..., Any] = BY_NAME,
        complex: Callable[..., Any] | str | None = BY_NAME,
        jax: str = BY_NAME,
        onnx: str | None = BY_NAME,
        is_smooth: bool = True,
    ) -> None:
        self.name = name
        self.arity = arity
        self.floats: Callable[..., float] = getattr(math, name) if floats is None else floats
        self.limit = limit
        self.numpy = name if numpy == BY_NAME else numpy
        self.mpmath = name if mpmath == BY_NAME else mpmath
        self.complex = complex
        self.jax = jax if jax != BY_NAME else f"scipy.special.{name}" if self.numpy is None else f"numpy.{self.numpy}"
        self.onnx = name.capitalize() if onnx == BY_NAME else onnx
        self.is_smooth = is_smooth

    def by_mpmath(self, context: Any, *operands: Any) -> Any:
        """What mpmath gives for numbers of one of its contexts."""
        return getattr(context, self.mpmath)(*operands) if isinstance(self.mpmath, str) else self.mpmath(context, *operands)

    def __repr__(self) -> str:
        return f"<elementary function {self.name}>"


# ------------------------------------------------------------------------------------------------- limits, and other forms


def _infinite(*operands: float) -> float:
    return math.inf


def _infinite_below(end: float) -> Callable[[float], float]:
    """The limit of a logarithm: -inf at the end of its domain, and nan beyond it."""
    return lambda x: -math.inf if x == end else math.nan


def _power(base: float, exponent: float) -> float:
    return real(base**exponent)


def _limit_of_power(base: float, exponent: float) -> float:
    if base < 0.0 and exponent % 1.0 != 0.0:
        return math.nan
    return math.copysign(math.inf, base) if exponent % 2.0 == 1.0 else math.inf


def _complex_cbrt(z: complex) -> complex:
    # The root that is real on the whole real axis, not the principal one.
    return z ** (1.0 / 3.0) if z.real >= 0.0 else -((-z) ** (1.0 / 3.0))


def _complex_hypot(a: complex, b: complex) -> complex:
    # By the larger of both, so that squares don't overflow, and with the sign that makes it positive on the real axis.
    large, small = (a, b) if abs(a.real) >= abs(b.real) else (b, a)
    if large.real == 0.0:
        return 0j
    return (large if large.real > 0.0 else -large) * cmath.sqrt(1.0 + (small / large) ** 2)


def _complex_atan2(a: complex, b: complex) -> complex:
    # An arctangent, turned to where the real angle is.
    angle = math.atan2(a.real, b.real)
    if a == b == 0.0:
        return complex(angle)
    turned = cmath.atan(a / b) if abs(b.real) >= abs(a.real) else -cmath.atan(b / a)
    return turned + (angle - turned.real)


_ROWS = (
    ElementaryFunction("exp", limit=_infinite),
    ElementaryFunction("exp2", limit=_infinite, mpmath=lambda mp, x: mp.power(2, x), complex=lambda z: 2.0**z, onnx=None),
    ElementaryFunction("expm1", limit=_infinite, onnx=None),
    ElementaryFunction("log", limit=_infinite_below(0.0)),
    ElementaryFunction("log2", limit=_infinite_below(0.0), mpmath=lambda mp, x: mp.log(x, 2),
                       complex=lambda z: cmath.log(z) / math.log(2.0), onnx=None),
    ElementaryFunction("log10", limit=_infinite_below(0.0), onnx=None),
    ElementaryFunction("log1p", limit=_infinite_below(-1.0), onnx=None),
    ElementaryFunction("sqrt"),
    ElementaryFunction("cbrt", mpmath=lambda mp, x: mp.sign(x) * mp.cbrt(abs(x)), complex=_complex_cbrt, onnx=None),
    ElementaryFunction("sin"),
    ElementaryFunction("cos"),
    ElementaryFunction("tan"),
    ElementaryFunction("asin", numpy="arcsin"),
    ElementaryFunction("acos", numpy="arccos"),
    ElementaryFunction("atan", numpy="arctan"),
    ElementaryFunction("atan2", 2, numpy="arctan2", complex=_complex_atan2, onnx=None, is_smooth=False),
    ElementaryFunction("hypot", 2, complex=_complex_hypot, onnx=None, is_smooth=False),
    ElementaryFunction("sinh", limit=lambda x: math.copysign(math.inf, x)),
    ElementaryFunction("cosh", limit=_infinite),
    ElementaryFunction("tanh"),
    ElementaryFunction("asinh", numpy="arcsinh"),
    ElementaryFunction("acosh", numpy="arccosh"),
    ElementaryFunction("atanh", numpy="arctanh", limit=lambda x: math.copysign(math.inf, x) if abs(x) == 1.0 else math.nan),
    ElementaryFunction("erf", numpy=None),
    ElementaryFunction("erfc", numpy=None, onnx=None),
    ElementaryFunction("power", 2, floats=_power, limit=_limit_of_power, complex=lambda a, b: a**b, onnx="Pow",
                       is_smooth=False),
)  # fmt: skip

ELEMENTARY_FUNCTIONS = {row.name: row for row in _ROWS}
