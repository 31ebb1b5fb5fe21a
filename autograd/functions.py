"""The functions of Values: what the table offers, under the names that rules and users call.

Each takes Values or plain numbers and gives a Value; the unary ones are methods of Value too. Sequences may be lists or
tuples of Values and numbers. A tuple of Values is kept by the node as it is, so many nodes can share one: pass tuples
where the same weights or inputs are used again and again.

This module is at the same time a number system (see `autograd.table.number_system`): the rules of the table read their functions
from it when derivatives are themselves recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from autograd.engine import graph
from autograd.engine.compiled import compile_operation, compile_sum, document, note_plain_rules
from autograd.engine.compiled_backward import attach_pulls_to
from autograd.engine.operands import Operand, as_operand, as_sequence, operands_of, record
from autograd.engine.outputs import single
from autograd.engine.value import Value, real_number
from autograd.errors import explain, is_real_number
from autograd.table import definitions
from autograd.table.elementary_functions import ELEMENTARY_FUNCTIONS
from autograd.table.number_system import NumberSystem, Rule
from autograd.table.primitives import BUILT_IN, TABLE
from autograd.table.rules import Primitive, Selection, Summed

if TYPE_CHECKING:
    from autograd.engine.signatures import *  # noqa: F403
    from autograd.engine.signatures import abs, equal, exp, maximum, total


def function_of(primitive: Primitive) -> Callable[..., Value]:
    """The function that computes and records a primitive."""
    if primitive.is_method:
        return vars(Value)[primitive.name]  # type: ignore[no-any-return]
    if primitive.arity in (1, 2):
        return compile_operation(primitive)
    if isinstance(primitive, Summed):
        return compile_sum(primitive)

    def function(values: Iterable[Operand]) -> Value:
        return _recorded(primitive, operands_of(as_sequence(values, primitive.name)))

    def function_of_any_number(*values: Any) -> Value:
        one_by_one = len(values) != 1 or isinstance(values[0], Value) or is_real_number(values[0])
        return function(values if one_by_one else values[0])

    return document(function_of_any_number if isinstance(primitive, Selection) else function, primitive)


def _recorded(primitive: Primitive, operands: tuple[Value, ...]) -> Value:
    """Compute and record an n-ary primitive over one group of operands."""
    try:
        data = primitive.calculate(tuple([operand._data for operand in operands]))
    except (ArithmeticError, ValueError) as error:
        raise explain(primitive, operands, error) from None
    return record(primitive, operands, None, data)


gap = function_of(TABLE["gap"])


def gelu(x: Operand, approximate: str = "none") -> Value:
    """The Gaussian error linear unit, xΦ(x), with Φ the normal distribution function (Hendrycks & Gimpel 2016).

    Args:
        x: a Value or a number.
        approximate: ``"none"`` for the exact function, ``"tanh"`` for its usual approximation.

    Raises:
        ValueError: approximate is neither.

    >>> round(gelu(1.0).data, 6), round(gelu(1.0, approximate="tanh").data, 6)
    (0.841345, 0.841192)
    """
    return as_operand(x).gelu(approximate)


def mean(values: Iterable[Operand]) -> Value:
    """The arithmetic mean of a sequence: its total, divided by its length.

    Raises:
        ValueError: the sequence is empty.

    >>> mean([Value(1.0), Value(2.0), 6.0]).data
    3.0
    """
    operands = as_sequence(values, "mean")
    return total(operands) / len(operands)


def softmax(values: Iterable[Operand]) -> list[Value]:
    """The softmax of a sequence: exp xᵢ ÷ Σ exp xⱼ for each i (the textbook's equation for softmax).

    The largest operand is subtracted first, so that nothing overflows. An infinite operand has the whole share; several that are
    infinite alike share it, also where all are -inf.

    Raises:
        ValueError: the sequence is empty.

    >>> [float(f"{p.data:.2g}") for p in softmax([0.6, 1.1, -1.5, 1.2, 3.2, -1.1])]
    [0.055, 0.09, 0.0067, 0.1, 0.74, 0.01]
    """
    operands = operands_of(as_sequence(values, "softmax"))
    largest = maximum(operands)
    shares = tuple([exp(gap(operand, largest)) for operand in operands])
    whole = total(shares)
    return [share / whole for share in shares]


def clipped(x: Operand, bound: float) -> Operand:
    """The operand as it is: rules guard products with it that would be 0 × inf far out, but no guard is recorded."""
    return x


def base_of_slope(a: Value, b: Value) -> Value:
    """The base of a power in the power's slope; no guard is recorded where the exponent is a plain number other than 0."""
    number = b
    while number.primitive.name == "subtract" and number._second.primitive.name == "constant":
        number = number._first  # the exponent of a slope is b − 1
    if number.primitive.name == "constant" and b._data != 0.0:
        return a
    return where(equal(abs(a) + abs(b), 0.0), 1.0, a)


def pick(values: Iterable[Operand], index: Operand) -> Value:
    """The operand at a position, as one node: an embedding look-up, or the correct class of a cross-entropy.

    Args:
        values: the sequence to pick from.
        index: a whole number from 0 to len(values) - 1; it may be a Value, and takes no gradient.

    Raises:
        IndexError: the index is out of range; negative ones are too.
        TypeError: the index is not a whole number.

    >>> pick([Value(2.0), Value(4.0), Value(8.0)], 1).data
    4.0
    """
    return picked(operands_of(as_sequence(values, "pick")), index)


def picked(operands: tuple[Value, ...], index: Operand) -> Value:
    """What `pick` gives, for a tuple that is known to hold Values only: to look through millions of them takes long."""
    index = single(index)
    position = real_number(index._data if isinstance(index, Value) else index)
    if position != position or position in (float("inf"), -float("inf")) or position != int(position):
        raise TypeError(f"pick: the index must be a whole number, not {position!r}")
    if not 0 <= position < len(operands):
        raise IndexError(f"pick: index {int(position)} is out of range for {len(operands)} values; they count from 0")
    return record(TABLE["pick"], operands, as_operand(index), operands[int(position)]._data)


def where(condition: Operand, a: Operand, b: Operand) -> Value:
    """The Value a where the condition holds (is not 0), else b: how a choice that depends on data is recorded.

    Both a and b have been computed; only the one chosen takes a gradient.

    >>> x = Value(-2.0)
    >>> where(x < 0, -x, x).data
    2.0
    """
    return _recorded(TABLE["where"], (as_operand(condition), as_operand(a), as_operand(b)))


def local_derivatives_as_values(node: Value) -> list[Any]:
    """∂node/∂operand for each operand, evaluated on Values by the same rules; plain numbers where they are constant."""
    import sys

    return list(node.primitive.recorded_derivatives(sys.modules[__name__], graph.groups(node), node))


def primitive(
    name: str,
    symbol: str,
    forward: Rule,
    derivatives: Rule,
    *,
    meaning: str = "",
    points: Sequence[Any] = (),
    outside: Sequence[Any] = (),
    domain: str = "",
    selects: bool = False,
    recorded: Rule | None = None,
    many: bool = False,
    spelled_out: bool = False,
) -> Callable[..., Value]:
    """Define an operation of your own, with local derivatives that you state.

    Its rules are functions of a number system ``m`` and operands. Written with operators and functions of ``m``, such as
    ``m.exp(x)`` and ``m.where(x > 0.0, x, 0.0)``, they serve everywhere: on floats, in recorded derivatives, in compiled
    programs, in the high precision that `gradcheck` uses, and in formulas. A rule may also be plain Python, with `math`, ``if``
    and loops. Then it serves on floats alone: `vectorize` refuses it, no derivative of its derivative can be recorded, and
    `gradcheck` compares it with differences of floats.

    Args:
        name: the name of the function, by which rules can call it and a pickle finds it again. It has to be free; a name that
            you gave to a primitive before may be given again, and graphs that exist then keep what they were computed with.
        symbol: how pictures and formulas write it: a function's name, or the sign between two operands.
        forward: ``forward(m, x)`` or ``forward(m, a, b)`` gives the result.
        derivatives: ``derivatives(m, x, y)``, where ``y`` is the result, gives the derivative of y for x; of two operands,
            ``derivatives(m, a, b, y)`` gives a pair.
        meaning: one line of prose without a full stop, the start of the function's documentation: words begin with a capital
            letter, a formula as it is.
        points: operands, numbers or pairs, one of which serves as the example in the documentation.
        outside: operands at which ``forward`` raises. If there are any, recorded derivatives that leave the domain give nan.
        domain: where it is defined, in words.
        selects: the operation chooses: its local derivatives are 1 for what it chose and 0 for what it left out, which then takes
            no part in a derivative, not even as 0 × inf.
        recorded: the rule for derivatives in another form, for derivatives that are differentiated in turn.
        many: there is any number of operands: ``x`` is a tuple of them, and ``derivatives`` gives a sequence.
        spelled_out: formulas write what the forward rule does, instead of the symbol.

    Returns:
        The function, which takes Values or numbers, or with ``many=True`` a sequence of them.

    Raises:
        TypeError: a rule takes the wrong number of operands, or gives the wrong number of derivatives.
        ValueError: the name is taken or can't be that of a function.

    >>> gudermannian = primitive("gudermannian", "gd", lambda m, x: m.atan(m.sinh(x)), lambda m, x, y: 1.0 / m.cosh(x))
    >>> x = Value(0.0)
    >>> gudermannian(x).backward()
    >>> x.gradient
    1.0
    """
    here = {*BUILT_IN, *ELEMENTARY_FUNCTIONS, *dir(NumberSystem), *(globals().keys() - TABLE.keys())}
    if isinstance(name, str) and name in here:
        raise ValueError(f"the name {name!r} is taken by a function of autograd: give the primitive another one")
    earlier = TABLE.get(name)
    entry = definitions.primitive(
        name, symbol, forward, derivatives, meaning=meaning, points=points, outside=outside, domain=domain, selects=selects,
        recorded=recorded, many=many, spelled_out=spelled_out, method=False,
    )  # fmt: skip
    try:
        note_plain_rules(entry)
        _check_points(entry)
        if entry.arity in (1, 2):
            attach_pulls_to(entry)
        function = function_of(entry)
    except Exception:
        definitions.withdraw(entry, earlier)
        raise
    globals()[name] = function
    return function


def _check_points(entry: Primitive) -> None:
    """Evaluate the rules of a new primitive at its points.

    Raises:
        ValueError: a point does not have as many numbers as there are operands, or a choice has other derivatives than 0 and 1.
    """
    for point in entry.points:
        groups = tuple(point) if entry.arity == 2 else (point,)
        if len(groups) != (entry.arity if entry.arity in (1, 2) else 1):
            raise ValueError(f"{entry.name!r} has two operands, and its point {point!r} has {len(groups)} numbers")
        derivatives = entry.quiet_local_derivatives(groups, entry.calculate(*groups))
        if entry.selects and not set(derivatives) <= {0.0, 1.0}:
            raise ValueError(
                f"{entry.name!r} is said to choose (selects=True), and at {point!r} its local derivatives are "
                f"{', '.join(map(repr, derivatives))}: those of a choice are 1 and 0"
            )


# The functions of the table that are not written out above, under the names of their primitives.
globals().update(
    {name: function_of(primitive) for name, primitive in TABLE.items() if primitive.exported and name not in globals()}
)
EXPORTED = tuple(name for name in BUILT_IN if TABLE[name].arity and TABLE[name].exported)
__test__ = {name: globals()[name] for name in EXPORTED}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Callable[..., Value]:
        # Operators as functions, and what the derivatives of others need, are compiled when a rule first asks for them.
        primitive = TABLE.get(name)
        if primitive is None or not primitive.arity:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        function = globals()[name] = function_of(primitive)
        return function
