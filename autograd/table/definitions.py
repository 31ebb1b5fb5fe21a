"""The one door through which primitives come into the table: those of `autograd.table.primitives` and those of users."""

from __future__ import annotations

import keyword
from typing import Any

from autograd.table.number_system import NumberSystem, Rule
from autograd.table.rules import MANY, TABLE, Primitive


def primitive(name: str, symbol: str, forward: Rule, derivatives: Rule, *, many: bool = False, **described: Any) -> Primitive:
    """Define a primitive by its rules and enter it into the table.

    Args:
        name: the name of its function.
        symbol: what a picture writes inside the node.
        forward: ``forward(m, x)`` or ``forward(m, a, b)``; ``m`` is the number system.
        derivatives: ``derivatives(m, x, y)`` gives the local derivative, ``derivatives(m, a, b, y)`` a pair of them; ``y`` is
            the result.
        many: ``x`` is a tuple of any number of operands, and ``derivatives`` gives a sequence with one derivative for each.
        described: what else `Primitive` takes.

    Raises:
        TypeError: the name or the symbol is not a string, or a rule takes the wrong number of operands.
        ValueError: the name can't be that of a function, or the symbol is empty.
    """
    if not isinstance(name, str) or not isinstance(symbol, str):
        raise TypeError(f"a primitive's name and symbol are strings, not {name!r} and {symbol!r}")
    if not name.isidentifier() or name.startswith("_") or keyword.iskeyword(name):
        raise ValueError(f"a primitive is a function, and no function can be called {name!r}: choose a name like clipped_root")
    if not symbol:
        raise ValueError(f"the primitive {name!r} has an empty symbol: pictures need something to write inside its node")
    arity = _n_operands(name, "forward", forward)
    if arity not in ((1,) if many else (1, 2)):
        one_or_two = "forward(m, x) or forward(m, a, b); with many=True it takes a tuple of any number of operands"
        expected = "forward(m, x), where x is a tuple" if many else one_or_two
        raise TypeError(f"the forward rule of {name!r} takes {arity} operands after the number system m: it is {expected}")
    given = _n_operands(name, "derivatives", derivatives)
    if given != arity + 1:
        expected = "derivatives(m, x, y)" if arity == 1 else "derivatives(m, a, b, y)"
        raise TypeError(
            f"the rule for the derivatives of {name!r} takes {given} numbers after the number system m: "
            f"it is {expected}, where y is the result"
        )
    return enter(Primitive(name, symbol, MANY if many else arity, forward, derivatives, **described))


def enter(primitive: Primitive) -> Primitive:
    """Enter a primitive into the table; it takes the place of another one of that name."""
    if primitive.outside:
        primitive.be_quiet_in_derivatives()
    TABLE[primitive.name] = primitive
    NumberSystem.forward_rules[primitive.name] = primitive.forward
    return primitive


def withdraw(primitive: Primitive, earlier: Primitive | None) -> None:
    """Take a primitive out of the table, and put the one back that it had taken the place of."""
    del TABLE[primitive.name], NumberSystem.forward_rules[primitive.name]
    if earlier is not None:
        enter(earlier)


def _n_operands(name: str, what: str, rule: Rule) -> int:
    """How many positional arguments a rule takes besides the number system; those that have a default are its own business."""
    if not callable(rule):
        raise TypeError(f"the {what} of {name!r} must be a function, not {rule!r}")
    code = getattr(rule, "__code__", None)
    if code is None or code.co_flags & 0x04 or getattr(rule, "__self__", None) is not None:
        from inspect import Parameter, signature

        kinds = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
        parameters = signature(rule).parameters.values()
        return sum(parameter.kind in kinds and parameter.default is Parameter.empty for parameter in parameters) - 1
    return int(code.co_argcount) - len(getattr(rule, "__defaults__", None) or ()) - 1
