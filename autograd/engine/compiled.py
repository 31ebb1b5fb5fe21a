"""The operations of the engine, written from the table: ``x + y``, ``tanh(x)``, ``dot(w, x)``.

A rule is generic over number systems, which costs a dozen calls for each number. So each rule is evaluated once on source text,
and the statements that it writes are compiled into a function that computes a number and records one node, as `dataclass` and
`namedtuple` do. `autograd.engine.compiled_backward` does the same for the way back.

Nothing here knows a derivative: the table in `autograd.table.primitives` is the only place that states one.
`inspect.getsource(Value.tanh)` shows what is written.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.engine import state
from autograd.number_systems.generated_code import compile_visibly
from autograd.number_systems.source_text import SourceText, text_of
from autograd.table.floats import FUNCTIONS
from autograd.table.rules import MANY, Primitive, Summed

# The global names of all compiled functions.
_NAMES: dict[str, Any] = vars(state)
_NAMES.update(FUNCTIONS)

_OPERAND_NAMES = ("x", "y")

_RECORD = """\
    if paused and is_paused():
        return Value(data)
    result = new(Value)
    result._data = data
    result.gradient = None
    result.primitive = {primitive}
    result._first = {first}
    result._second = {second}
    result._tick = next_tick()
    result._scope = current_scope() if scoped else None
    result._label = ""
    return result
"""

_OPERATION = """\
def {name}({parameters}):
{conversions}    try:
{statements}    except (ArithmeticError, ValueError) as error:
        data = recover({primitive}, {first}, {second}, error)
"""

_SUMMED_OPERATION = """\
def {name}({parameters}):
{conversions}    data = -0.0
    try:
        for {names} in {pairs}:
{statements}            data += {term}
    except AttributeError:
        data = None
    if data is None:  # there are plain numbers among them
        return recorded_{name}({as_operands})
    if data != data:
        check_overflow({primitive}, {first}, {second})
"""


def compile_function(source: str, name: str) -> Any:
    """Compile the source of a function whose global names are those of `autograd.engine.state`."""
    return compile_visibly(source, name, _NAMES)


def name_of(primitive: Primitive) -> str:
    """The global name of a primitive; a longer one where another primitive had the same name before it."""
    name = f"{primitive.name}_primitive"
    while _NAMES.setdefault(name, primitive) is not primitive:
        name += "_"
    return name


def compile_operation(primitive: Primitive, *, operator: bool = False, reflected: bool = False) -> Callable[..., Any]:
    """Compile the function that computes and records one primitive of fixed arity.

    An `operator` answers NotImplemented to anything that is not a number, so that Python asks the other operand. A `reflected`
    one, such as ``__radd__``, is the method of the right operand: its operands come in reverse.
    """
    names = _OPERAND_NAMES[: primitive.arity]
    program = SourceText()
    data = [program.name(f"{name}._data") for name in names]
    if primitive.forward in primitive.plain:
        result = f"{name_of(primitive)}.calculate({', '.join(map(text_of, data))})"
    else:
        result = text_of(primitive.forward(program, *data))
    conversions = "".join(
        f"    if {name}.__class__ is not Value:\n"
        + (
            f"        {name} = constant_or_not_implemented({name})\n"
            f"        if {name} is NotImplemented:\n"
            f"            return NotImplemented\n"
            if operator or reflected
            else f"        {name} = as_operand({name})\n"
        )
        for name in names
    )
    source = _OPERATION.format(
        name=primitive.name,
        primitive=name_of(primitive),
        parameters=", ".join(reversed(names) if reflected else names),
        conversions=conversions,
        statements=indented([*program.lines, f"data = {result}"], 2),
        first=names[0],
        second=names[1] if len(names) > 1 else None,
    ) + _RECORD.format(primitive=name_of(primitive), first=names[0], second=names[1] if len(names) > 1 else None)
    function: Callable[..., Any] = compile_function(source, primitive.name)
    function.__annotations__ = {**dict.fromkeys(names, "Value | float"), "return": "Value"}
    return document(function, primitive)


def compile_sum(primitive: Summed) -> Callable[..., Any]:
    """Compile the function that computes and records an n-ary sum over one or two sequences."""
    groups = primitive.n_sequences
    sequences = ("first", "second")[:groups]
    elements = ("a", "b")[:groups]
    program = SourceText()
    term = primitive.term(program, *(program.name(f"{element}._data") for element in elements))
    conversions = "".join(f"    {sequence} = sequence({sequence}, {primitive.name!r})\n" for sequence in sequences)
    if groups == 2:
        conversions += f"    if len(first) != len(second):\n        raise unequal_lengths({primitive.name!r}, first, second)\n"
    second = sequences[1] if groups == 2 else None
    source = _SUMMED_OPERATION.format(
        name=primitive.name,
        primitive=name_of(primitive),
        parameters=", ".join(sequences),
        conversions=conversions,
        names=", ".join(elements),
        pairs=f"zip({', '.join(sequences)})" if groups == 2 else "first",
        statements=indented(program.lines, 3),
        term=text_of(term),
        as_operands=", ".join(f"operands_of({sequence})" for sequence in sequences),
        first="first",
        second=second,
    ) + _RECORD.format(primitive=name_of(primitive), first="first", second=second)
    function: Callable[..., Any] = compile_function(source, primitive.name)
    _NAMES[f"recorded_{primitive.name}"] = function
    return document(function, primitive)


def document(function: Callable[..., Any], primitive: Primitive) -> Callable[..., Any]:
    """Give the function of a primitive its documentation, which says what the table says."""
    lines = [f"{primitive.meaning or primitive.name}.", ""]
    if primitive.arity == MANY:
        lines += ["Takes a list or tuple of Values and numbers, and records one node.", "", "Raises:"]
        if isinstance(primitive, Summed) and primitive.n_sequences > 1:
            lines += ["    ValueError: there are no operands, or the sequences are not equally long."]
        else:
            lines += ["    ValueError: there are no operands."]
        if isinstance(primitive, Summed):
            lines += ["    OverflowError: the partial sums of finite operands overflow to both inf and -inf."]
    else:
        lines += ["Operands are Values or numbers; the result is recorded as one node."]
        if primitive.domain:
            lines += [f"It is defined for {primitive.domain}."]
        if primitive.outside:
            lines += ["", "Raises:", "    ValueError, ArithmeticError: where the plain float expression raises them."]
    if primitive.points:
        liked = (0.625, 1.5, (0.3, 2.5), (0.3, 0.3))
        usual = primitive.points[1 if primitive.arity == MANY else len(primitive.points) // 2]
        point = next((p for p in primitive.points if p in liked), usual)
        groups = (point,) if primitive.arity == 1 or (primitive.arity == MANY and not isinstance(point[0], tuple)) else point
        call = f"{primitive.name}({', '.join(map(_as_values, groups))}).data"
        lines += ["", ">>> from autograd import Value", f">>> from autograd.functions import {primitive.name}", f">>> {call}"]
        lines += [repr(primitive.calculate(*groups))]
    function.__doc__ = "\n    ".join(lines).replace("    \n", "\n") + "\n    "
    function.__module__ = "autograd.functions"
    function.__name__ = function.__qualname__ = primitive.name
    return function


def _as_values(group: Any) -> str:
    return f"[{', '.join(map(_as_values, group))}]" if isinstance(group, tuple) else f"Value({group!r})"


def note_plain_rules(primitive: Primitive) -> None:
    """Find out which rules of a primitive are plain Python, which only floats can evaluate.

    Raises:
        TypeError: the rule for the derivatives does not give one derivative for each operand.
        AttributeError: a rule asks the number system for a function that there isn't.
    """
    if primitive.arity == MANY:
        return
    for rule in (primitive.forward, primitive.derivatives, primitive.recorded):
        program = SourceText()
        names = _OPERAND_NAMES[: primitive.arity] if rule is primitive.forward else (*_OPERAND_NAMES[: primitive.arity], "result")
        try:
            given = rule(program, *map(program.name, names))
        except TypeError:
            primitive.plain += (rule,)
            continue
        several = isinstance(given, list | tuple)
        wanted = 1 if rule is primitive.forward else primitive.arity
        if several != (wanted > 1) or (several and len(given) != wanted):
            what = "forward rule" if rule is primitive.forward else "rule for the derivatives"
            expected = "one number, not in a tuple" if wanted == 1 else "a pair, with one derivative for each operand"
            raise TypeError(f"the {what} of {primitive.name!r} must give {expected}")


def indented(lines: list[str], depth: int) -> str:
    """Statements as source text, at a depth of indentation."""
    return "".join("    " * depth + line + "\n" for line in lines)
