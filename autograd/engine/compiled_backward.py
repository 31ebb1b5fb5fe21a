"""The way back, written from the table: the pull of each operand, and the loop of the backward pass.

- A *pull* carries an upstream gradient back through one operand of a node.
- The *sweep* is the loop of `Value.backward`, with the commonest pulls written into it.

`print(source_of_sweep())` shows the loop.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.engine.compiled import compile_function, indented, name_of
from autograd.number_systems.source_text import Expression, SourceText, text_of
from autograd.table.primitives import TABLE
from autograd.table.rules import Primitive, Summed

_READ_OPERANDS = ("            first = node._first", "            second = node._second")
_CONSTANT = TABLE["constant"]
# The commonest primitives, whose local derivatives are operands or numbers: they are written into the loop itself.
INLINED = ("multiply", "add", "subtract")


def compile_pull(primitive: Primitive, position: int) -> Callable[[Any, float], float]:
    """Compile ``pull(node, upstream)``: the upstream gradient times the local derivative of one operand."""
    program = SourceText()
    data = [program.name(f"node.{slot}._data") for slot in ("_first", "_second")[: primitive.arity]]
    if primitive.derivatives in primitive.plain:
        numbers = f"[{', '.join(map(text_of, data))}], node._data"
        call = f"{name_of(primitive)}.quiet_local_derivatives({numbers})"
        derivatives: Sequence[Any] = [program.write(f"{call}[{place}]") for place in range(primitive.arity)]
    else:
        derivatives = primitive.local_derivatives(program, data, program.name("node._data"))
    needed = program.statements_for(text_of(derivatives[position]))
    passed = _product(derivatives[position])
    if primitive.selects:
        # Of an undefined number nothing is left out: the gradients below are undefined too.
        passed += f" if {text_of(derivatives[position])} or node._data != node._data else OFF"
    source = (
        "def pull(node, upstream):\n"
        "    try:\n"
        f"{indented(needed, 2)}"
        f"        return {passed}\n"
        "    except (ArithmeticError, ValueError):\n"
        f"        return quiet_pull(node, upstream, {position})\n"
    )
    function: Callable[[Any, float], float] = compile_function(source, f"pull of {primitive.name}")
    return function


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
        lines += [f"        {keyword} primitive is {name_of(TABLE[name])}:", *_READ_OPERANDS]
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
        lines += [f"        elif primitive is {name_of(TABLE[name])}:", f"            for {', '.join(operands)} in {pairs}:"]
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
    function: Callable[..., bool] = compile_function(source, "sweep")
    return function


def _accumulate(operand: str, contribution: str, depth: int, *, off: bool = False) -> list[str]:
    """Write the statements that add a contribution to an operand's gradient; one that may be OFF leaves OFF as it is."""
    lines = [
        f"if {operand}._first is None:",
        f"    if {operand} in sums:",
        f"        sums[{operand}] += {contribution}",
        f"    elif {operand}.primitive is not {name_of(_CONSTANT)}:",
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


def attach_pulls_to(primitive: Primitive) -> None:
    """Give a primitive of fixed arity, and its quiet form, the pulls compiled from its rules."""
    pulls = tuple(compile_pull(primitive, position) for position in range(primitive.arity))
    primitive.pulls = primitive.quiet.pulls = pulls


for _primitive in TABLE.values():
    if _primitive.arity in (1, 2):
        attach_pulls_to(_primitive)
