"""`Outputs`: several Values in a row, which can be used as a Value where there is only one.

A network of width 1 gives a tuple of length 1, as a wider one gives a longer tuple, so that code for any width works for
each. But a single output is usually wanted as a number, so it takes part in arithmetic and has the attributes of a `Value`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, SupportsIndex, overload

from autograd.engine.value import Value

if TYPE_CHECKING:
    # For those who check types it is both.
    class _Both(Value, tuple[Value, ...]):  # type: ignore[misc]
        pass
else:
    _Both = tuple


class SeveralOutputsError(TypeError, AttributeError):
    """Several outputs were used as if they were one number.

    It is an AttributeError too, so that `hasattr` says False.
    """


class Outputs(_Both):
    """The outputs of a layer or a network: a tuple of Values.

    If it holds one Value, it can be used as that Value as well: in arithmetic and comparisons with ``<``, by its attributes
    and methods (`data`, `gradient`, `backward()`, `tanh()`, …), by `float`, `bool`, `round` and ``f"{y:.3f}"``, and in all
    functions that take a Value. Everything else is as for tuples: length, indices, unpacking, ``==``, `hash`. A slice gives
    Outputs. Outputs are never joined by ``+`` or repeated by ``*``.

    Raises:
        SeveralOutputsError: a use as one Value, while there are several or none; a TypeError that says what to write.

    >>> y = Outputs([Value(3.0, "y")])
    >>> len(y), y.data, (2 * y + 1).data
    (1, 3.0, 7.0)
    >>> y.backward()
    >>> y[0].gradient
    1.0
    >>> Outputs([Value(3.0), Value(4.0)]) * 2  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    autograd.engine.outputs.SeveralOutputsError: there are 2 outputs here, and * takes one Value: use one of them, as in ...
    """

    __slots__ = ()

    # NumPy's numbers then leave ``number * outputs`` to `__rmul__`.
    __array_priority__ = 1000.0

    # Type checkers have them from `Value` and `tuple`, which say more.
    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            # The engine and other libraries look for names of their own, such as `_data`, which tuples don't have.
            if name.startswith("_"):
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)
            return getattr(_only(self, f".{name}"), name)

        def __setattr__(self, name: str, assigned: Any) -> None:
            setattr(_only(self, f"assigning .{name}"), name, assigned)

    @overload
    def __getitem__(self, place: SupportsIndex) -> Value: ...
    @overload
    def __getitem__(self, place: slice) -> Outputs: ...
    def __getitem__(self, place: Any) -> Any:
        taken: Any = tuple.__getitem__(self, place)
        return Outputs(taken) if taken.__class__ is tuple else taken

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        """As an array, one output has no axis, so that a list of such outputs is an array with one axis."""
        import numpy

        values = numpy.empty(len(self), object)
        values[:] = tuple(self)
        array = values.reshape(()) if len(self) == 1 else values
        return array if dtype is None else array.astype(dtype)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, tuple) or len(self) != 1:
            return tuple.__eq__(self, other)
        # Not `==`, with which a person would ask whether two Values are the same.
        return Value.__eq__(self[0], other)

    def __ne__(self, other: object) -> bool:
        equal = self.__eq__(other)
        return equal if equal is NotImplemented else not equal

    __hash__ = tuple.__hash__

    def __bool__(self) -> bool:
        return bool(self[0]) if len(self) == 1 else len(self) > 0

    def __format__(self, specification: str) -> str:
        return format(_only(self, "format()"), specification) if specification else repr(self)

    def __repr__(self) -> str:
        return tuple.__repr__(self)


def single(value: Any) -> Any:
    """The one Value of Outputs; anything else as it is.

    Raises:
        SeveralOutputsError: they hold several, or none.

    >>> v = Value(1.0)
    >>> single(Outputs([v])) is v, single(v) is v, single("x")
    (True, True, 'x')
    """
    return _only(value, "this") if value.__class__ is Outputs else value


def _only(outputs: Outputs, use: str) -> Value:
    if len(outputs) != 1:
        n = len(outputs)
        how = "to join tuples, write (*a, *b)" if use == "+" else "use one of them, as in network(x)[0]"
        there = f"there are {n} outputs here" if n else "there are no outputs here"
        raise SeveralOutputsError(f"{there}, and {use} takes one Value: {how}")
    return tuple.__getitem__(outputs, 0)


def _of_one(name: str) -> property:
    """An operation of the Value, looked up as an attribute of it, so that the Value's own method is called."""
    return property(lambda outputs: getattr(_only(outputs, f"{name.strip('_')}()"), name))


def _of_two(operate: Callable[[Any, Any], Any], sign: str, *, reflected: bool) -> Callable[[Outputs, Any], Any]:
    def operation(outputs: Outputs, other: Any) -> Any:
        value = _only(outputs, sign)
        if isinstance(other, list | tuple) and other.__class__ is not Outputs:
            how = "; to join tuples, write (*a, *b)" if sign == "+" else ""
            raise TypeError(f"{sign} of an output, {value!r}, and a {type(other).__name__}: it takes Values and numbers{how}")
        # Python chooses anew who computes: an array takes the Value for each of its elements.
        return operate(single(other), value) if reflected else operate(value, single(other))

    return operation


for _name in ("float", "int", "round", "trunc", "floor", "ceil", "neg", "pos", "abs"):
    setattr(Outputs, f"__{_name}__", _of_one(f"__{_name}__"))

_ARITHMETIC = {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**"}
_COMPARISONS = {"lt": "<", "le": "<=", "gt": ">", "ge": ">="}
for _name, _sign in {**_ARITHMETIC, **_COMPARISONS, "divmod": "divmod()"}.items():
    _operate = divmod if _name == "divmod" else getattr(operator, _name)
    setattr(Outputs, f"__{_name}__", _of_two(_operate, _sign, reflected=False))
    if _name not in _COMPARISONS:
        setattr(Outputs, f"__r{_name}__", _of_two(_operate, _sign, reflected=True))
