"""Fast forms of the rules, written from the table when the package is imported.

A rule is generic over number systems, which costs a dozen calls for each number. So each rule is evaluated once on
source text, and the statements it writes are compiled into three kinds of functions, as `dataclass` and `namedtuple` do:

- an *operation* records one node: ``x + y``, ``tanh(x)``, ``dot(w, x)``;
- a *pull* carries an upstream gradient back through one operand of a node;
- the *sweep* is the loop of `Value.backward`, with the commonest pulls written into it.

Nothing here knows a derivative: the table in `autograd.table.primitives` is the only place that states one.
`print(autograd.engine.compiled.source_of_sweep())` shows the loop.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.engine import state
from autograd.number_systems.generated_code import compile_visibly
from autograd.number_systems.source_text import Expression, SourceText, text_of
from autograd.table.floats import FUNCTIONS
from autograd.table.primitives import TABLE
from autograd.table.rules import MANY, Primitive, Summed

# The global names of all compiled functions.
_NAMES: dict[str, Any] = vars(state)
_NAMES.update(FUNCTIONS)

_OPERAND_NAMES = ("x", "y")
_READ_OPERANDS = ("            first = node._first", "            second = node._second")
_CONSTANT = TABLE["constant"]
# The commonest primitives, whose local derivatives are operands or numbers: they are written into the loop itself.
INLINED = ("multiply", "add", "subtract")

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
    result.label = ""
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


def compile_operation(primitive: Primitive, *, operator: bool = False, reflected: bool = False) -> Callable[..., Any]:
    """Compile the function that computes and records one primitive of fixed arity.

    An `operator` answers NotImplemented to what is no number, so that Python asks the other operand; a `reflected` one
    (``__radd__``) is the method of the right operand: its operands come in reverse.
    """
    names = _OPERAND_NAMES[: primitive.arity]
    program = SourceText()
    data = [program.name(f"{name}._data") for name in names]
    if primitive.forward in primitive.plain:
        result = f"{_name_of(primitive)}.calculate({', '.join(map(text_of, data))})"
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
        primitive=_name_of(primitive),
        parameters=", ".join(reversed(names) if reflected else names),
        conversions=conversions,
        statements=_indent([*program.lines, f"data = {result}"], 2),
        first=names[0],
        second=names[1] if len(names) > 1 else None,
    ) + _RECORD.format(primitive=_name_of(primitive), first=names[0], second=names[1] if len(names) > 1 else None)
    function: Callable[..., Any] = compile_visibly(source, primitive.name, _NAMES)
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
        primitive=_name_of(primitive),
        parameters=", ".join(sequences),
        conversions=conversions,
        names=", ".join(elements),
        pairs=f"zip({', '.join(sequences)})" if groups == 2 else "first",
        statements=_indent(program.lines, 3),
        term=text_of(term),
        as_operands=", ".join(f"operands_of({sequence})" for sequence in sequences),
        first="first",
        second=second,
    ) + _RECORD.format(primitive=_name_of(primitive), first="first", second=second)
    function: Callable[..., Any] = compile_visibly(source, primitive.name, _NAMES)
    _NAMES[f"recorded_{primitive.name}"] = function
    return document(function, primitive)


def compile_pull(primitive: Primitive, position: int) -> Callable[[Any, float], float]:
    """Compile ``pull(node, upstream)``: the upstream gradient times the local derivative of one operand."""
    program = SourceText()
    data = [program.name(f"node.{slot}._data") for slot in ("_first", "_second")[: primitive.arity]]
    if primitive.derivatives in primitive.plain:
        numbers = f"[{', '.join(map(text_of, data))}], node._data"
        call = f"{_name_of(primitive)}.quiet_local_derivatives({numbers})"
        derivatives: Sequence[Any] = [program.write(f"{call}[{place}]") for place in range(primitive.arity)]
    else:
        derivatives = primitive.local_derivatives(program, data, program.name("node._data"))
    needed = _statements_for(program, derivatives[position])
    passed = _product(derivatives[position])
    if primitive.selects:
        # Of an undefined number nothing is left out: the gradients below are undefined too.
        passed += f" if {text_of(derivatives[position])} or node._data != node._data else OFF"
    source = (
        "def pull(node, upstream):\n"
        "    try:\n"
        f"{_indent(needed, 2)}"
        f"        return {passed}\n"
        "    except (ArithmeticError, ValueError):\n"
        f"        return quiet_pull(node, upstream, {position})\n"
    )
    function: Callable[[Any, float], float] = compile_visibly(source, f"pull of {primitive.name}", _NAMES)
    return function


def document(function: Callable[..., Any], primitive: Primitive) -> Callable[..., Any]:
    """Give the function of a primitive its documentation, which says what the table says."""
    lines = [f"{primitive.meaning or primitive.name}.", ""]
    if primitive.arity == MANY:
        lines += ["Takes a list or tuple of Values and numbers, and records one node.", "", "Raises:"]
        lines += ["    ValueError: there are no operands, or the sequences are not equally long."]
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


def source_of_sweep(inlined: Sequence[str] = INLINED) -> str:
    """Write the loop of the backward pass, with the commonest primitives inlined.

    ``sweep(pending, sums, ticks)`` visits the pending nodes from the youngest to the oldest. A node's gradient is complete when
    the loop reaches it, since all that was computed from it is younger. ``pending`` maps the ticks of computed nodes that
    have received a part of their gradient to the nodes; ``sums`` collects the gradients of leaves, which change only when the
    whole pass is done. The result is False if most of the ticks belong to other graphs: then a list of this graph's is due.
    """
    lines = [
        "def sweep(pending, sums, ticks):",
        "    off = OFF",
        "    take = pending.pop",
        "    start = ticks[0] if ticks else 0",
        "    skipped = 0",
        "    for tick in ticks:",
        "        node = take(tick, None)",
        "        if node is None:",
        "            if not pending:",
        "                return True",
        "            skipped += 1",
        "            if skipped > 1000 and skipped > 4 * (start - tick - skipped):",
        "                return False",
        "            continue",
        "        upstream = node.gradient",
        "        primitive = node.primitive",
        # Half of a network's ReLUs are off, and so is all below them: no call for nodes of one operand or two.
        "        if upstream is off:",
        *_READ_OPERANDS,
        "            if first.__class__ is not tuple:",
        *_accumulate("first", "off", 4, off=True),
        "                if second is not None:",
        *_accumulate("second", "off", 5, off=True),
        "                continue",
        "            for first in operands(node):",
        *_accumulate("first", "off", 4, off=True),
    ]
    keyword = "elif"
    for name in inlined:
        lines += [f"        {keyword} primitive is {_name_of(TABLE[name])}:", *_READ_OPERANDS]
        program = SourceText()
        data = [program.name(f"{operand}._data") for operand in ("first", "second")]
        derivatives = TABLE[name].local_derivatives(program, data, program.name("node._data"))
        assert not program.lines, f"the local derivatives of {name} must be operands or numbers to be written in place"
        for operand, derivative in zip(("first", "second"), derivatives, strict=True):
            lines += _accumulate(operand, _product(derivative), 3)
    lines += ["        elif primitive.arity == 1:", "            first = node._first"]
    lines += ["            downstream = primitive.pulls[0](node, upstream)"]
    lines += ["            if downstream is off:", *_accumulate("first", "off", 4, off=True)]
    lines += ["                continue", *_accumulate("first", "downstream", 3)]
    for name, operands in (("dot", ("a", "b")), ("total", ("a",))):
        pairs = "zip(node._first, node._second)" if len(operands) == 2 else "node._first"
        lines += [f"        elif primitive is {_name_of(TABLE[name])}:", f"            for {', '.join(operands)} in {pairs}:"]
        program = SourceText()
        data = [program.name(f"{operand}._data") for operand in operands]
        summed = TABLE[name]
        assert isinstance(summed, Summed)
        derivatives = summed.term_derivatives(program, *data, program.name("node._data"))
        lines += [f"                {line}" for line in program.lines]
        for operand, derivative in zip(operands, derivatives, strict=True):
            lines += _accumulate(operand, _product(derivative), 4)
    lines += ["        elif primitive.arity == 2:", *_READ_OPERANDS]
    lines += ["            downstream = primitive.pulls[0](node, upstream)"]
    lines += ["            if downstream is off:", "                for first, downstream in contributions(node, upstream):"]
    lines += [*_accumulate("first", "downstream", 5, off=True), "                continue"]
    lines += _accumulate("first", "downstream", 3)
    lines += _accumulate("second", "primitive.pulls[1](node, upstream)", 3)
    lines += ["        else:", "            for first, downstream in contributions(node, upstream):"]
    lines += _accumulate("first", "downstream", 4, off=True)
    lines += ["    return not pending"]
    return "\n".join(lines) + "\n"


def compile_sweep(source: str) -> Callable[..., bool]:
    """Compile the loop that `source_of_sweep` writes."""
    function: Callable[..., bool] = compile_visibly(source, "sweep", _NAMES)
    return function


def _accumulate(operand: str, contribution: str, depth: int, *, off: bool = False) -> list[str]:
    """Write the statements that add a contribution to an operand's gradient; one that may be OFF leaves OFF as it is."""
    lines = [
        f"if {operand}._first is None:",
        f"    if {operand} in sums:",
        f"        sums[{operand}] += {contribution}",
        f"    elif {operand}.primitive is not {_name_of(_CONSTANT)}:",
        f"        sums[{operand}] = {contribution}",
        "else:",
        f"    tick = {operand}._tick",
        "    if tick in pending:",
        f"        {f'if not {operand}.gradient is off is {contribution}: ' if off else ''}{operand}.gradient += {contribution}",
        "    else:",
        f"        {operand}.gradient = {contribution}",
        f"        pending[tick] = {operand}",
    ]
    return ["    " * depth + line for line in lines]


def _product(derivative: Any) -> str:
    """Write upstream × local derivative; times ±1 needs no multiplication."""
    if isinstance(derivative, Expression):
        return f"upstream * {derivative.text}"
    if derivative == 1.0:
        return "upstream"
    return "-upstream" if derivative == -1.0 else f"upstream * {derivative!r}"


def _statements_for(program: SourceText, expression: Any) -> list[str]:
    """The statements of a program that an expression depends on, in their order."""
    needed: list[str] = []
    wanted = {expression.text} if isinstance(expression, Expression) else set()
    for line in reversed(program.lines):
        name, _, right_hand_side = line.partition(" = ")
        if name in wanted:
            needed.append(line)
            wanted.update(right_hand_side.replace("(", " ").replace(")", " ").replace(",", " ").replace("-", " ").split())
    return needed[::-1]


def _name_of(primitive: Primitive) -> str:
    """The global name of a primitive; a longer one where another primitive had the same name before it."""
    name = f"{primitive.name}_primitive"
    while _NAMES.setdefault(name, primitive) is not primitive:
        name += "_"
    return name


def _indent(lines: list[str], depth: int) -> str:
    return "".join("    " * depth + line + "\n" for line in lines)


def attach_pulls_to(primitive: Primitive) -> None:
    """Give a primitive of fixed arity, and its quiet form, the pulls compiled from its rules."""
    pulls = tuple(compile_pull(primitive, position) for position in range(primitive.arity))
    primitive.pulls = primitive.quiet.pulls = pulls


def attach_pulls() -> None:
    """Give every primitive of fixed arity its compiled pulls."""
    for primitive in TABLE.values():
        if primitive.arity in (1, 2):
            attach_pulls_to(primitive)
        assert primitive.arity <= MANY
