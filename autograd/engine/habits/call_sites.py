"""What a line of Python is doing at the moment: which function it calls, and which other functions it passes to it.

A function in C that is given a Value sees only `__float__`, and has no frame of its own. But the frame below it is in the middle
of an instruction, and an instruction knows what part of the program's text it was compiled from: so it can be told whether that
is ``float(v)`` or ``math.exp(v)``. Only names are looked up, nothing is run again.
"""

from __future__ import annotations

import dis
import weakref
from collections.abc import Iterator
from inspect import getattr_static
from types import CodeType, FrameType, ModuleType
from typing import Any, NamedTuple

from autograd.engine.whose_code import is_users

UNKNOWN: Any = object()

_LOCAL = ("LOAD_NAME", "LOAD_FAST", "LOAD_DEREF", "LOAD_CLASSDEREF", "LOAD_FROM_DICT_OR_DEREF", "LOAD_FROM_DICT_OR_GLOBALS")
_ATTRIBUTE = ("LOAD_ATTR", "LOAD_METHOD")


class Dotted(NamedTuple):
    """A name as it is written in the program, with its attributes: ``math.exp``.

    Attributes:
        kind: where the first name is looked up, ``"global"`` or ``"local"``; ``"constant"`` for a literal; ``""`` if what stands
            before the attributes is not a name.
        first: that name, or the literal.
        attributes: those that follow it.
    """

    kind: str
    first: Any
    attributes: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join((self.first if self.kind in ("global", "local") else "…", *self.attributes))

    def found_in(self, frame: FrameType) -> Any:
        """The object of that name, or `UNKNOWN`."""
        if self.kind == "":
            return UNKNOWN
        found = self.first
        if self.kind != "constant":
            # Global names first: the locals of a function are copied when they are asked for.
            places = (
                (frame.f_globals, frame.f_builtins)
                if self.kind == "global"
                else (frame.f_locals, frame.f_globals, frame.f_builtins)
            )
            found = next((names[self.first] for names in places if self.first in names), UNKNOWN)
        for attribute in self.attributes:
            # An attribute of a module has been asked for a moment ago; that of another object might be computed.
            found = (
                getattr(found, attribute, UNKNOWN) if isinstance(found, ModuleType) else getattr_static(found, attribute, UNKNOWN)
            )
            if isinstance(found, staticmethod):
                found = found.__func__
            if found is UNKNOWN:
                break
        return found


class Site(NamedTuple):
    """An instruction of a program.

    Attributes:
        operation: the name of the instruction, as `dis` has it.
        called: what it calls; None if it is not a call, or if the interpreter keeps no positions (``-X no_debug_ranges``).
        mentioned: the names in the expression that it belongs to and that are not called there themselves, but handed on.
        nested: those of them that stand in a call of their own inside the expression, as in ``map(math.exp, values)``.
        is_float: whether it reads ``float(…)``.
        is_users_float: whether it does so in the user's own code, which is by far the commonest.
    """

    operation: str
    called: Dotted | None
    mentioned: tuple[Dotted, ...]
    nested: tuple[Dotted, ...] = ()
    is_float: bool = False
    is_users_float: bool = False


# By the identity of the code and the place in it. An entry goes when its code does.
_known: dict[int, tuple[Any, dict[int, Site]]] = {}


def site_of(frame: FrameType) -> Site:
    """The instruction that a frame is in the middle of."""
    code = frame.f_code
    entry = _known.get(id(code))
    if entry is None or entry[0]() is not code:
        key = id(code)

        def forget(gone: Any) -> None:
            if _known.get(key, (None,))[0] is gone:
                del _known[key]

        entry = _known[key] = (weakref.ref(code, forget), {})
    site = entry[1].get(frame.f_lasti)
    if site is None:
        site = _examine(code, frame.f_lasti)
        site = entry[1][frame.f_lasti] = site._replace(is_users_float=site.is_float and is_users(frame))
    return site


def _examine(code: CodeType, place: int) -> Site:
    before: list[dis.Instruction] = []
    for instruction in dis.get_instructions(code):
        if instruction.offset > place:
            break
        if instruction.opname == "PUSH_NULL" and before and before[-1].opname == "STORE_FAST_LOAD_FAST":
            # From Python 3.13 on, one instruction may assign and then load what is called, and stands where the assignment does.
            loaded = before[-1].argval[1]
            before[-1] = before[-1]._replace(opname="LOAD_FAST", argval=loaded, positions=instruction.positions)
        before.append(instruction)
    present = before.pop()
    operation = present.opname
    if present.positions is None or present.positions.lineno is None or present.positions.col_offset is None:
        return Site(operation, None, ())
    start, end = _span(present)
    is_call = operation.startswith(("CALL", "PRECALL"))
    # What is unpacked or gone through may stand beside the targets: the whole lines then.
    low, high = (start, end) if is_call else ((start[0], 0), (end[0] + 1, 0))
    within = [instruction for instruction in before if low <= _span(instruction)[0] and _span(instruction)[1] <= high]
    starts_called = {_span(instruction)[0] for instruction in within if instruction.opname.startswith("CALL")}
    names = list(_dotted(within))
    called = None
    if is_call:
        # What is called was computed by the last instruction that began where the call begins.
        function_end = max((_span(i)[1] for i in within if _span(i)[0] == start and _span(i)[1] < end), default=end)
        called = next((name for name, where in names if where == (start, function_end)), Dotted("", "", ()))
    handed = [(name, where) for name, where in names if where[0] not in starts_called and not (is_call and where[0] == start)]
    calls = [_span(i) for i in within if i.opname.startswith("CALL") and _span(i)[0] != start]
    nested = (name for name, where in handed if any(low <= where[0] and where[1] <= high for low, high in calls))
    own_names = (*code.co_varnames, *code.co_cellvars, *code.co_freevars)
    is_float = called is not None and called[1:] == ("float", ()) and "float" not in own_names
    return Site(operation, called, tuple(dict.fromkeys(name for name, _ in handed)), tuple(nested), is_float)


def _span(instruction: dis.Instruction) -> tuple[tuple[int, int], tuple[int, int]]:
    positions = instruction.positions
    if positions is None or positions.lineno is None or positions.col_offset is None:
        return (0, 0), (0, 0)
    return (positions.lineno, positions.col_offset), (positions.end_lineno or 0, positions.end_col_offset or 0)


def _dotted(instructions: list[dis.Instruction]) -> Iterator[tuple[Dotted, Any]]:
    """The names that instructions load, each with where it stands."""
    present: Dotted | None = None
    where: Any = None
    for instruction in instructions:
        operation = instruction.opname
        if operation in _ATTRIBUTE:
            kind, first, attributes = present or Dotted("", "", ())
            present = Dotted(kind, first, (*attributes, str(instruction.argval)))
            where = _span(instruction)
            continue
        if operation == "PUSH_NULL":
            continue
        if present is not None:
            yield present, where
            present = None
        where = _span(instruction)
        if operation == "LOAD_GLOBAL":
            present = Dotted("global", instruction.argval, ())
        elif operation.startswith(_LOCAL):
            # One instruction may load two names.
            *others, last = instruction.argval if isinstance(instruction.argval, tuple) else (instruction.argval,)
            for other in others:
                yield Dotted("local", other, ()), where
            present = Dotted("local", last, ())
        elif operation == "LOAD_CONST" and isinstance(instruction.argval, str | bytes | int | float):
            present = Dotted("constant", instruction.argval, ())
    if present is not None:
        yield present, where
