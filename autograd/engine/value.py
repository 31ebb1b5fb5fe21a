"""`Value`: a number that remembers how it was computed, and the backward pass over that memory.

Each operation on Values makes a node: the result, the primitive, the operands, and a *tick*, the next value of one counter.
An operand's tick is always smaller than its result's, so visiting nodes from the largest tick down is a topological order:
no recursion, no marks, any depth. A leaf that is assigned takes a new tick, and that is how an outdated result is noticed.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from copyreg import dispatch_table
from types import FrameType
from typing import TYPE_CHECKING, Any, Never

from autograd.engine import backward, graph, state
from autograd.engine.assigning import note_assignment, replace_all
from autograd.engine.compiled import compile_operation
from autograd.engine.habits.attributes_elsewhere import Habits, refuse_arguments_of_backward
from autograd.engine.habits.lost_gradients import note_identity, note_reading
from autograd.engine.refusals import check, traces
from autograd.engine.scopes import Scope, current
from autograd.errors import explain_label
from autograd.errors import real_number as real_number
from autograd.table.operators import OPERATORS
from autograd.table.primitives import TABLE
from autograd.table.rules import Primitive

_new = object.__new__
_present_frame = sys._getframe
_LEAF = TABLE["leaf"]
_exact_gelu = compile_operation(TABLE["gelu"])

if TYPE_CHECKING:
    from autograd.engine.methods import Methods

    class _Base(Methods["Value"], Habits):
        __slots__ = ()
else:
    _Base = Habits


class Value(_Base):
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

    The textbook's example (Jurafsky & Martin, *Speech and Language Processing*, the section on computation graphs):

    >>> a, b, c = Value(3, "a"), Value(1, "b"), Value(-2, "c")
    >>> L = c * (a + 2 * b)
    >>> L.backward()
    >>> L.data, a.gradient, b.gradient, c.gradient
    (-10.0, -2.0, -4.0, 5.0)
    """

    __slots__ = ("_data", "_first", "_label", "_scope", "_second", "_tick", "gradient", "primitive")

    # Operands live in two slots rather than in a tuple, which would cost a third more memory: `_first` and `_second` hold
    # one operand each; for an n-ary primitive they hold tuples, which many nodes can share; `_first` of a leaf is None.
    _data: float
    _first: Any
    _second: Any
    _scope: Scope | None
    _tick: int
    gradient: float | None
    # What gives the label, and what for: names for millions of parameters take long to write, and hardly any is ever read.
    _label: str | tuple[Callable[[int], str], int]
    primitive: Primitive

    def __init__(self, data: Any, label: str = "") -> None:
        self._data = real_number(data)
        self.gradient = None
        self.primitive = _LEAF
        self._first = self._second = self._scope = None
        self._tick = state.next_tick()
        if not isinstance(label, str):
            raise explain_label(label, f"Value({data!r}, {str(label)!r})")
        self._label = label

    def __init_subclass__(cls) -> None:
        raise TypeError("Value can't be subclassed: operations ask for this very class; keep Values in objects of your own")

    @property
    def label(self) -> str:
        """A name, shown in pictures and error messages; empty for none.

        Raises:
            TypeError: on assignment of something that is not a string.
        """
        label = self._label
        if label.__class__ is tuple:
            write, place = label
            self._label = label = write(place)
        return label  # type: ignore[return-value]

    @label.setter
    def label(self, label: str) -> None:
        if not isinstance(label, str):
            raise explain_label(label, f".label = {str(label)!r}")
        self._label = label

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
        self._tick = state.next_tick()  # younger than all that exists
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
                something that is not a number; no leaf's gradient changes.

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
        ticks = backward.ticks_to_visit(self)
        gradients_of_leaves = backward.sweep(self, ticks)
        backward.commit(gradients_of_leaves)

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
        replace_all(*graph.recompute(self))

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

    # As a float does.
    def __format__(self, specification: str) -> str:
        return format(self._read("format()"), specification) if specification else str(self)

    def __int__(self) -> int:
        return int(self._read("int()"))

    def __round__(self, digits: Any = None) -> Any:
        return round(self._read("round()"), digits)

    def __trunc__(self) -> int:
        return math.trunc(self._read("math.trunc()"))

    def __floor__(self) -> int:
        return math.floor(self._read("math.floor()"))

    def __ceil__(self) -> int:
        return math.ceil(self._read("math.ceil()"))

    def __bool__(self) -> bool:
        return self._read("bool()") != 0.0

    def _read(self, way: str) -> float:
        """The number, refused to a traced function, which would have the one of a single example for all examples."""
        if traces:
            check(self, way)
        return self._data

    def __pos__(self) -> Value:
        return self

    def __reduce_ex__(self, protocol: Any) -> Any:
        return dispatch_table[Value](self)  # `autograd.engine.pickling` has entered it there

    def __copy__(self) -> Value:
        if traces:
            check(self, "a copy")
        copied = recorded_as(self.primitive, self._first, self._second, self._data, self.label, self.gradient)
        copied._scope = self._scope
        if graph.is_outdated(self):
            make_outdated(copied)
        return copied

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

    # While a function is traced, `autograd.engine.refusals` puts a guard in its place.
    __hash__ = object.__hash__

    def __divmod__(self, other: Any) -> Any:
        quotient = self.__floordiv__(other)
        return NotImplemented if quotient is NotImplemented else (quotient, self % other)

    def __rdivmod__(self, other: Any) -> Any:
        quotient = self.__rfloordiv__(other)
        return NotImplemented if quotient is NotImplemented else (quotient, other % self)

    def gelu(self, approximate: str = "none") -> Value:
        """xΦ(x), exact or (``approximate="tanh"``) by the formula with tanh; see `autograd.functions.gelu`."""
        if approximate not in ("none", "tanh"):
            raise ValueError(f'gelu: approximate is "none" or "tanh", not {approximate!r}')
        return self.gelu_tanh() if approximate == "tanh" else _exact_gelu(self)


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
    node._tick = state.next_tick()
    node._scope = current.get()
    node._label = label
    return node


def make_outdated(node: Value) -> None:
    """Make a computed node older than its operands: stale until its graph is refreshed."""
    node._tick = -state.next_tick()


# The methods that the table gives: functions of one operand, a few of two, and Python's operators.
for _primitive in TABLE.values():
    if _primitive.is_method and _primitive.name not in vars(Value):
        _method = compile_operation(_primitive)
        for _name in (_primitive.name, *_primitive.aliases):
            setattr(Value, _name, _method)
for _name, _python in OPERATORS.items():
    _primitive, _special = TABLE[_name], _python.__name__
    _method = vars(Value)[_name] if _primitive.is_method else compile_operation(_primitive, operator=True)
    setattr(Value, f"__{_special}__", _method)
    if hasattr(float, f"__r{_special}__"):
        setattr(Value, f"__r{_special}__", compile_operation(_primitive, operator=True, reflected=True))

state.Value = Value
state.set_data = vars(Value)["_data"].__set__
state.set_tick = vars(Value)["_tick"].__set__
state.set_gradient = vars(Value)["gradient"].__set__
