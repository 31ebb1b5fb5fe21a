"""Whether a recorded graph is all that a function does: it is run again, at the point and close to it, and the runs compared.

A function that computes with `math.sin(float(x))` records a constant there, and the replay of the record then
misses what depends on it. A number that is no input and yet changes with the inputs gives that away; an `if` in the function
gives itself away by recording other operations on one side of the point than on the other.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from autograd.checking.function.recording import Difference, Function, Recording, difference_between
from autograd.engine.source_lines import SourceLine
from autograd.errors import describe

# Small enough to stay on the same branch of an `if`, unless the point is on its edge; large enough to change a float's digits.
_STEPS = (2.0**-20, 2.0**-44)
_MOST_INDICES = 32


@dataclass(frozen=True)
class Probe:
    """What probing found.

    Attributes:
        kind: ``""``: the record is all there is; ``"random"``: two runs at the point differ; ``"leaves"``: a constant changes
            with the inputs; ``"path"``: other operations close by.
        message: that in a sentence.
        sides: for ``"path"``: runs below and above the point, None where the function raises.
        fixed: the places of inputs that can't move: whole numbers that the function takes for indices.
    """

    kind: str
    message: str = ""
    sides: tuple[Recording | None, Recording | None] = (None, None)
    fixed: frozenset[int] = frozenset()


def probe(function: Function, first: Recording) -> Probe:
    """Run a function again and compare."""
    again = function.record()
    if not same_numbers(first.data, again.data):
        pairs = zip(first.data, again.data, strict=False)
        one, other = next(((a, b) for a, b in pairs if a != b), (len(first.data), len(again.data)))
        return Probe("random", f"two runs at the same point gave {one!r} and {other!r}")
    generator = random.Random(0)
    directions = [generator.choice((-1.0, 1.0)) * generator.uniform(0.5, 1.0) for _ in function.numbers]
    fixed = _indices(function, directions)
    for k in fixed:
        directions[k] = 0.0
    found = Probe("")
    for step in _STEPS:
        below, above = (_beside(function, directions, sign * step) for sign in (-1.0, 1.0))
        found = _judge(first, below, above)
        if found.kind == "leaves" and (difference := difference_between(first, again)) is not None:
            return Probe("random", f"two runs at the same point differ: {_about(difference, first)}")
        if found.kind != "path":
            break
    return replace(found, fixed=frozenset(fixed))


def _indices(function: Function, directions: Sequence[float]) -> list[int]:
    """The places of inputs that were given as whole numbers and that can't be anything else."""
    whole = [k for k, is_whole in enumerate(function.whole) if is_whole]
    if not whole or _moves(function, whole, directions):
        return []
    # One by one, unless that would take longer than the check: then none of them moves.
    return whole if len(whole) > _MOST_INDICES else [k for k in whole if not _moves(function, [k], directions)]


def _moves(function: Function, places: Sequence[int], directions: Sequence[float]) -> bool:
    """Whether a function takes something else than whole numbers at some places."""
    at = list(function.numbers)
    for k in places:
        at[k] += _STEPS[0] * directions[k]
    try:
        function.record(at)
    except (TypeError, LookupError):
        return False
    except (ArithmeticError, ValueError):
        return True
    return True


def _beside(function: Function, directions: Sequence[float], step: float) -> Recording | None:
    at = [x + step * speed * (abs(x) or 1.0) for x, speed in zip(function.numbers, directions, strict=True)]
    try:
        return function.record(at)
    except Exception:  # whatever it raises there, at the point it does not
        return None


def _judge(first: Recording, below: Recording | None, above: Recording | None) -> Probe:
    differences = [
        difference for side in (below, above) if side is not None and (difference := difference_between(first, side)) is not None
    ]
    for difference in differences:
        if difference.kind == "constant":
            return Probe("leaves", _about(difference, first))
    if not differences:
        return Probe("")
    node = differences[0].node
    line = first.lines.of(node) if node is not None else None
    return Probe("path", f"close to the point the function takes another path{_at(line)}", (below, above))


def _about(difference: Difference, run: Recording) -> str:
    if difference.node is None:
        return f"{difference.before!r} was returned as a plain number, but it changes with the inputs"
    line = run.lines.of(difference.node)
    number = describe(difference.node, difference.before)
    return f"the constant {number} is not constant: it was computed outside of Values and changes with the inputs{_at(line)}"


def _at(line: SourceLine | None) -> str:
    return f" ({line})" if line else ""


def same_numbers(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether two runs gave the same numbers, of which nan is one."""
    return len(one) == len(other) and all(a == b or (a != a and b != b) for a, b in zip(one, other, strict=True))
