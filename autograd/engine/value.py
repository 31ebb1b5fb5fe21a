"""`Value`: a number that remembers how it was computed, and the backward pass over that memory.

Each operation on Values makes a node: the result, the primitive, the operands, and a *tick*, the next value of one counter.
An operand's tick is always smaller than its result's, so visiting nodes from the largest tick down is a topological order:
no recursion, no marks, any depth. A leaf that is assigned takes a new tick, and that is how an outdated result is noticed.
"""

from __future__ import annotations

import math
import sys
from collections import deque
from collections.abc import Callable
from itertools import count
from threading import Lock, RLock
from types import FrameType
from typing import Any, Never

from autograd.engine import compiled, graph
from autograd.engine.compiled import compile_operation
from autograd.engine.habits.foreign_names import Habits, refuse_arguments_of_backward
from autograd.engine.habits.lost_gradients import note_identity, note_reading
from autograd.engine.modes import is_paused
from autograd.engine.refusals import check, traces
from autograd.engine.scopes import Scope, current
from autograd.errors import explain_gradients, explain_label
from autograd.errors import real_number as real_number
from autograd.table.primitives import TABLE
from autograd.table.rules import Primitive

_next_tick = count(1).__next__
_new = object.__new__
_present_frame = sys._getframe
_LEAF = TABLE["leaf"]
# Only one pass at a time adds to the gradients of leaves, which threads may share.
_commit_lock = Lock()
_assignment_lock = RLock()
_ONLY_FLOATS = frozenset((float,))
# The tick of the latest assignment anywhere: nodes younger than it can't be stale.
_latest_assignment = 0


def _operator(name: str, *, reflected: bool = False) -> Callable[..., Value]:
    return compile_operation(TABLE[name], operator=True, reflected=reflected)


def _function(name: str) -> Callable[..., Value]:
    return compile_operation(TABLE[name])


class Value(Habits):
    """One number of a computation, with its gradient.

    Arithmetic on Values computes as Python floats do and records a node for each operation. `backward` then gives
    every node of the record its gradient, the derivative of the output with respect to that node.

    ``==`` compares the number with a number; two Values are equal only if they are one object, so that they can be keys.

    Args:
        data: the number; anything with a real value that `float` takes (int, float, bool, Fraction, NumPy scalar, an array
            without axes).
        label: a name, shown in pictures and error messages.

    Raises:
        TypeError: data is not a real number (None, a string, a complex number, an array with axes, another Value), or the label
            is not a string.

    Attributes:
        gradient: None until a backward pass has reached this Value, then a float. May be assigned, to reset it. `grad` is
            another name of it.
        primitive: what computed it; its `name` is ``"leaf"`` for a Value made by hand, ``"constant"`` for a plain number
            that met a Value.
        label: its name.

    The text's example (the section on computation graphs):

    >>> a, b, c = Value(3, "a"), Value(1, "b"), Value(-2, "c")
    >>> L = c * (a + 2 * b)
    >>> L.backward()
    >>> L.data, a.gradient, b.gradient, c.gradient
    (-10.0, -2.0, -4.0, 5.0)
    """

    __slots__ = ("_data", "_first", "_scope", "_second", "_tick", "gradient", "label", "primitive")

    # Operands live in two slots rather than in a tuple, which would cost a third more memory: `_first` and `_second` hold
    # one operand each; for an n-ary primitive they hold tuples, which many nodes can share; `_first` of a leaf is None.
    _data: float
    _first: Any
    _second: Any
    _scope: Scope | None
    _tick: int
    gradient: float | None
    label: str
    primitive: Primitive

    def __init__(self, data: Any, label: str = "") -> None:
        self._data = real_number(data)
        self.gradient = None
        self.primitive = _LEAF
        self._first = self._second = self._scope = None
        self._tick = _next_tick()
        if not isinstance(label, str):
            raise explain_label(label, f"Value({data!r}, {str(label)!r})")
        self.label = label

    def __init_subclass__(cls) -> None:
        raise TypeError("Value can't be subclassed: operations ask for this very class; keep Values in objects of your own")

    @property
    def data(self) -> float:
        """The number. That of a leaf may be assigned; results computed from it are then stale until `refresh`.

        Raises:
            AttributeError: on assignment to a computed Value.
            TypeError: on assignment of something that is not a real number.
            FrozenChoiceError: while `vectorize` runs a function, for what depends on its inputs or parameters.
        """
        if traces:
            check(self, ".data")
        return self._data

    @data.setter
    def data(self, number: Any) -> None:
        if self._first is not None:
            name = f"{self.label!r}, computed by {self.primitive.name}," if self.label else f"a result of {self.primitive.name}"
            raise AttributeError(f"{name} can't be assigned; assign the leaves it was computed from and call refresh()")
        if traces:
            check(self, "assignment")
        self._data = real_number(number)
        self._tick = _next_tick()  # younger than all that exists
        note_assignment()

    @property
    def operands(self) -> tuple[Value, ...]:
        """The Values it was computed from, in order; empty for a leaf.

        >>> x = Value(3.0)
        >>> [operand is x for operand in (x * x).operands]
        [True, True]
        """
        return graph.operands(self)

    def backward(self, *arguments: Never, **options: Never) -> None:
        """Compute the gradient of this Value with respect to everything it was computed from.

        Leaves add to the gradient they have, so that two passes sum; computed nodes are set. Constants take none. A pass
        that is interrupted changes no leaf. Where a derivative is infinite or undefined, the gradient is inf or nan.
        Time and memory are linear in the nodes and edges of the graph.

        Raises:
            StaleGraphError: a leaf was assigned after a result had been computed from it. No leaf's gradient changes; those of
                computed nodes that the pass had reached are None then.
            TypeError: arguments; other libraries' ``backward`` takes some. Or the attribute `gradient` of a leaf was assigned
                what is no number; no leaf's gradient changes.

        >>> x = Value(3.0)
        >>> y = (x**2) ** 2
        >>> y.backward()
        >>> x.gradient
        108.0
        >>> y.backward()
        >>> x.gradient
        216.0
        """
        if arguments or options:
            refuse_arguments_of_backward(arguments, options)
        if traces:
            check(self, "backward()")
        sums: dict[Value, float] = {}
        if self._first is None:
            sums[self] = 1.0
        else:
            newer = range(self._tick, _latest_assignment, -1)
            if not newer:
                # Something was assigned since: look for stale nodes before any gradient changes.
                older = graph.ticks_below([self])
            self.gradient = 1.0
            pending = {self._tick: self}
            if newer and not _sweep(pending, sums, newer):
                newer_nodes = list(pending.values())
                try:
                    older = graph.ticks_below(newer_nodes)
                except Exception:
                    graph.forget_gradients(self, _latest_assignment)
                    for node in newer_nodes:
                        node.gradient = None
                    raise
            if pending:
                _sweep(pending, sums, older)
        with _commit_lock:
            try:
                totals = [part if leaf.gradient is None else leaf.gradient + part for leaf, part in sums.items()]
                if not _ONLY_FLOATS.issuperset(map(type, totals)):
                    totals = list(map(real_number, totals))
            except TypeError:
                raise explain_gradients(sums) from None
            # One call into C, which no signal handler can interrupt half-way.
            deque(map(_set_gradient, sums, totals), maxlen=0)

    def refresh(self) -> None:
        """Recompute this Value and all it was computed from, in place, after leaves were assigned.

        Raises:
            ArithmeticError, ValueError: the new numbers are outside some operation's domain; nothing has changed then.

        >>> x = Value(3.0)
        >>> y = x * x + 1
        >>> x.data = 5
        >>> y.refresh()
        >>> y.data
        26.0
        """
        if traces:
            check(self, "refresh()")
        nodes, data = graph.recompute(self)
        ticks = [_next_tick() for _ in nodes]
        # First, so that also an interrupted refresh has later passes look for stale nodes.
        note_assignment()
        deque(map(_set_data, nodes, data), maxlen=0)
        deque(map(_set_tick, nodes, ticks), maxlen=0)

    def __repr__(self) -> str:
        parts = [repr(self._data)]
        if self.label:
            parts.append(f"label={self.label!r}")
        if self.gradient is not None:
            parts.append(f"gradient={self.gradient!r}")
        return f"Value({', '.join(parts)})"

    def __float__(self) -> float:
        if traces:
            check(self, "float()")
        note_reading(_present_frame().f_back)
        return self._data

    # As a float does; inside a traced function each of them would freeze the number of one example.
    def __format__(self, specification: str) -> str:
        if not specification:
            return str(self)
        if traces:
            check(self, "format()")
        return format(self._data, specification)

    def __int__(self) -> int:
        if traces:
            check(self, "int()")
        return int(self._data)

    def __round__(self, digits: Any = None) -> Any:
        if traces:
            check(self, "round()")
        return round(self._data, digits)

    def __trunc__(self) -> int:
        if traces:
            check(self, "math.trunc()")
        return math.trunc(self._data)

    def __floor__(self) -> int:
        if traces:
            check(self, "math.floor()")
        return math.floor(self._data)

    def __ceil__(self) -> int:
        if traces:
            check(self, "math.ceil()")
        return math.ceil(self._data)

    def __bool__(self) -> bool:
        if traces:
            check(self, "bool()")
        return self._data != 0.0

    def __pos__(self) -> Value:
        return self

    def __reduce_ex__(self, protocol: Any) -> Any:
        from autograd.engine.pickling import reduce_value

        return reduce_value(self)

    def __copy__(self) -> Value:
        from autograd.engine.pickling import copy_value

        return copy_value(self)

    # Of two Values ``==`` is identity, so that a Value can be a key of a dictionary; with anything else it compares the number.
    # The other comparisons are recorded as 0 or 1.
    def __eq__(self, other: object) -> bool:
        if traces:
            check(self, "==")
        if other.__class__ is Value:
            return self._is(other, _present_frame().f_back)
        # Outputs of a network know best when they are a Value.
        return NotImplemented if isinstance(other, tuple) else self._data == other

    def __ne__(self, other: object) -> bool:
        if traces:
            check(self, "==")
        if other.__class__ is Value:
            return not self._is(other, _present_frame().f_back)
        return NotImplemented if isinstance(other, tuple) else self._data != other

    def _is(self, other: object, caller: FrameType | None) -> bool:
        if traces:
            check(other, "==")
        if self is not other:
            note_identity(caller)
        return self is other

    # While a function is traced, `freezing` puts a guard in its place.
    __hash__ = object.__hash__

    __add__ = _operator("add")
    __radd__ = _operator("add", reflected=True)
    __sub__ = _operator("subtract")
    __rsub__ = _operator("subtract", reflected=True)
    __mul__ = _operator("multiply")
    __rmul__ = _operator("multiply", reflected=True)
    __truediv__ = _operator("divide")
    __rtruediv__ = _operator("divide", reflected=True)
    __mod__ = _operator("modulo")
    __rmod__ = _operator("modulo", reflected=True)
    __floordiv__ = _operator("floor_divide")
    __rfloordiv__ = _operator("floor_divide", reflected=True)
    __pow__ = _operator("power")
    __rpow__ = _operator("power", reflected=True)
    __lt__ = _operator("less")
    __le__ = _operator("less_equal")
    __gt__ = _operator("greater")
    __ge__ = _operator("greater_equal")
    __neg__ = _operator("negative")

    def __divmod__(self, other: Any) -> Any:
        quotient = self.__floordiv__(other)
        return NotImplemented if quotient is NotImplemented else (quotient, self % other)

    def __rdivmod__(self, other: Any) -> Any:
        quotient = self.__rfloordiv__(other)
        return NotImplemented if quotient is NotImplemented else (quotient, other % self)

    abs = __abs__ = fabs = _function("abs")

    exp = _function("exp")
    exp2 = _function("exp2")
    expm1 = _function("expm1")
    log = _function("log")
    log2 = _function("log2")
    log10 = _function("log10")
    log1p = _function("log1p")
    sqrt = _function("sqrt")
    rsqrt = _function("rsqrt")
    cbrt = _function("cbrt")
    reciprocal = _function("reciprocal")
    square = _function("square")
    sin = _function("sin")
    cos = _function("cos")
    tan = _function("tan")
    asin = arcsin = _function("asin")
    acos = arccos = _function("acos")
    atan = arctan = _function("atan")
    sinh = _function("sinh")
    cosh = _function("cosh")
    tanh = _function("tanh")
    sech2 = _function("sech2")
    one_minus_square = _function("one_minus_square")
    asinh = arcsinh = _function("asinh")
    acosh = arccosh = _function("acosh")
    atanh = arctanh = _function("atanh")
    atan2 = arctan2 = _function("atan2")
    hypot = _function("hypot")
    erf = _function("erf")
    erfc = _function("erfc")
    sigmoid = _function("sigmoid")
    sigmoid_slope = _function("sigmoid_slope")
    logsigmoid = _function("logsigmoid")
    softplus = _function("softplus")
    relu = _function("relu")
    silu = _function("silu")
    softsign = _function("softsign")

    _gelu_exact = _function("gelu")
    _gelu_tanh = _function("gelu_tanh")

    def gelu(self, approximate: str = "none") -> Value:
        """xΦ(x), exact or (``approximate="tanh"``) by the formula with tanh; see `autograd.functions.gelu`."""
        if approximate not in ("none", "tanh"):
            raise ValueError(f'gelu: approximate is "none" or "tanh", not {approximate!r}')
        return self._gelu_tanh() if approximate == "tanh" else self._gelu_exact()


def recorded_as(
    primitive: Primitive, first: Any, second: Any, data: float, label: str = "", gradient: float | None = None
) -> Value:
    """Make a node of the given parts, which must fit one another."""
    node: Value = _new(Value)
    node._data = data
    node.gradient = gradient
    node.primitive = primitive
    node._first = first
    node._second = second
    node._tick = _next_tick()
    node._scope = current.get()
    node.label = label
    return node


def note_assignment() -> None:
    """Have backward passes look for stale nodes in every graph that exists now."""
    global _latest_assignment
    # Else a thread that is held up between the two steps would set the tick back.
    with _assignment_lock:
        _latest_assignment = _next_tick()


def is_assigned_since(tick: int) -> bool:
    """Whether a leaf has been assigned a number since a tick, so that what is older may be stale."""
    return tick < _latest_assignment


def make_outdated(node: Value) -> None:
    """Make a computed node older than its operands: stale until its graph is refreshed."""
    node._tick = -_next_tick()


# The slots' own setters: functions in C, which `map` calls without a step of the interpreter in between.
_set_gradient: Callable[[Value, float], None] = vars(Value)["gradient"].__set__
_set_data: Callable[[Value, float], None] = vars(Value)["_data"].__set__
_set_tick: Callable[[Value, int], None] = vars(Value)["_tick"].__set__

compiled.NAMESPACE.update(
    Value=Value,
    new=_new,
    next_tick=_next_tick,
    leaf=Value,
    paused=0,
    is_paused=is_paused,
    quiet_pull=graph.quiet_pull,
    contributions=graph.contributions,
    operands=graph.operands,
    OFF=graph.OFF,
)
compiled.attach_pulls()
_sweep = compiled.compile_sweep(compiled.source_of_sweep())
