"""What a line of the table is: a primitive, its forward rule and its local derivatives.

Three shapes of rule cover all primitives:

- `Primitive`: ``forward(m, x)`` and ``derivatives(m, x, y)``, where ``y`` is the result. There are one or two operands, or ``x``
  is a whole sequence of them (`logsumexp`);
- `Summed`: an n-ary sum of a term over one or two sequences (`total`, `dot`), stated by the rule of its term;
- `Selection`: an n-ary choice of one operand (`maximum`, `pick`, `where`), stated by the rule for the position.

Every rule is written against a number system ``m`` (see `autograd.table.number_system`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import nan
from typing import Any

from autograd.table.elementary_functions import real
from autograd.table.floats import FLOATS, QUIET, QuietFloat
from autograd.table.number_system import Rule
from autograd.table.operators import OPERATORS

MANY = 3
# What a rule raises on floats outside its domain. Python gives a complex number for a negative one to a fractional power, which
# is a TypeError where it is compared or made a float.
_UNDEFINED = (ArithmeticError, ValueError, TypeError)
Group = Any  # one number, or a tuple of numbers: what an operand slot of a node holds


class Primitive:
    """One operation on numbers: what it computes and its local derivative for each operand.

    Attributes:
        name: the function's name, as in `autograd`.
        symbol: how pictures and formulas write it: a function's name, or the sign between two operands.
        spelled_out: whether formulas write what its forward rule does, such as x² or √x, instead of the symbol.
        arity: 1, 2, or `MANY`; 0 for a leaf.
        meaning: one line of prose without a full stop, the start of the function's documentation: words begin with a capital
            letter, a formula as it is.
        points: operands at which the rule must hold to twelve digits; the tests are generated from them.
        outside: operands at which the function must raise, as plain floats do.
        domain: where it is defined, in words, if that isn't everywhere.
        exported: whether it is a public function of `autograd`. An operator is not, nor is a function that is there for the
            derivatives of others.
        is_method: whether it is a method of `Value` too: it is if it has one operand, or if ``method=True`` says so.
        aliases: other names of that method, which NumPy calls for the elements of an array.
        selects: its local derivatives are 1 for what it chose and 0 for what it left out, which takes no part in a
            derivative: it passes nothing on, not even 0 × inf. A comparison leaves out all it compares, and
            rounding what it rounds.
        calculate: the forward rule on floats, as a function of the operand groups.
        pulls: for each operand slot, ``pull(node, upstream) -> downstream`` on floats, compiled from the table.
        recorded: the rule for the derivatives where they are recorded, to be differentiated in turn.
        plain: those of its rules that only floats can evaluate, as rules that call `math` or branch with ``if`` do.
        quiet: the same operation as recorded derivatives have it: outside its domain it gives its limit, inf or nan. Itself,
            if it never raises.
    """

    __slots__ = (
        "aliases", "arity", "calculate", "derivatives", "domain", "exported", "forward", "is_method", "meaning", "name",
        "outside", "plain", "points", "pulls", "quiet", "recorded", "selects", "spelled_out", "symbol",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        symbol: str,
        arity: int,
        forward: Rule,
        derivatives: Rule,
        *,
        points: Sequence[Any] = (),
        outside: Sequence[Any] = (),
        meaning: str = "",
        domain: str = "",
        selects: bool = False,
        recorded: Rule | None = None,
        spelled_out: bool = False,
        exported: bool | None = None,
        method: bool | None = None,
        aliases: Sequence[str] = (),
    ) -> None:
        self.name = name
        self.symbol = symbol
        self.arity = arity
        self.forward = forward
        self.derivatives = derivatives
        self.points = tuple(points)
        self.outside = tuple(outside)
        self.meaning = meaning
        self.domain = domain
        self.selects = selects
        self.spelled_out = spelled_out
        self.exported = name not in OPERATORS if exported is None else exported
        self.is_method = (arity == 1 and (name not in OPERATORS or self.exported)) if method is None else method
        self.aliases = tuple(aliases)
        self.plain: tuple[Rule, ...] = ()
        self.recorded = derivatives if recorded is None else recorded
        self.calculate: Callable[..., float] = lambda *groups: real(forward(FLOATS, *groups))
        self.pulls: tuple[Callable[[Any, float], float], ...] = ()
        self.quiet = self

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"

    def __reduce__(self) -> tuple[Any, ...]:
        current = TABLE.get(self.name)
        if self is not current and (current is None or self is not current.quiet):
            raise ValueError(
                f"the primitive {self.name!r} has been defined anew since the graph was recorded, and a pickle holds its name "
                f"alone: compute the graph again"
            )
        return (primitive_named, (self.name, self.is_quiet))

    def __copy__(self) -> Primitive:
        return self

    def __deepcopy__(self, memo: Any) -> Primitive:
        return self

    @property
    def is_quiet(self) -> bool:
        """Whether it is the quiet form of another primitive."""
        return False

    def be_quiet_in_derivatives(self) -> None:
        """Give a primitive that can raise its quiet form."""
        self.quiet = _Quiet(self)

    def local_derivatives(self, m: Any, groups: Sequence[Group], result: Any) -> Sequence[Any]:
        """The derivative of the result for each operand, in operand order, computed in the number system ``m``."""
        derivatives = self.derivatives(m, *groups, result)
        return (derivatives,) if self.arity == 1 else tuple(derivatives)

    def recorded_derivatives(self, m: Any, groups: Sequence[Group], result: Any) -> Sequence[Any]:
        """The same, on Values: in a form whose own derivatives keep their digits.

        Raises:
            TypeError: the rule is plain Python, which nothing can be recorded of.
        """
        if self.recorded in self.plain:
            raise TypeError(
                f"the derivatives of {self.name} can't be recorded: its rule for them is plain Python, which only computes "
                f"numbers; write it with operators and functions of the number system m, such as m.exp and m.where"
            )
        derivatives = self.recorded(m, *groups, result)
        return (derivatives,) if self.arity == 1 else tuple(derivatives)

    def quiet_local_derivatives(self, groups: Sequence[Group], result: float) -> list[float]:
        """The local derivatives as floats, inf or nan where they are infinite or undefined; never raises.

        >>> from autograd.table.primitives import TABLE
        >>> TABLE["sqrt"].quiet_local_derivatives([0.0], 0.0)
        [inf]
        """
        try:
            return [float(d) for d in self.local_derivatives(FLOATS, groups, result)]
        except _UNDEFINED:
            quiet = [tuple(map(QuietFloat, g)) if isinstance(g, tuple) else QuietFloat(g) for g in groups]
        try:
            return [float(d) for d in self.local_derivatives(QUIET, quiet, QuietFloat(result))]
        except (ArithmeticError, ValueError):
            # The functions of `math`, which a rule of plain Python calls, raise also here.
            return [nan for g in groups for _ in (g if isinstance(g, tuple) else (g,))]


class _Quiet(Primitive):
    """A primitive that never raises: its twin, in the nodes of a recorded derivative."""

    __slots__ = ()

    def __init__(self, twin: Primitive) -> None:
        super().__init__(
            twin.name, twin.symbol, twin.arity, twin.forward, twin.derivatives,
            points=twin.points, outside=twin.outside, meaning=twin.meaning, selects=twin.selects,
            recorded=twin.recorded, spelled_out=twin.spelled_out,
        )  # fmt: skip
        self.plain = twin.plain

        def calculate(*operands: float) -> float:
            try:
                return twin.calculate(*operands)
            except _UNDEFINED:
                return float(twin.forward(QUIET, *map(QuietFloat, operands)))

        self.calculate = calculate

    @property
    def is_quiet(self) -> bool:
        """Always."""
        return True


class Summed(Primitive):
    """An n-ary sum, Σ term(xᵢ) or Σ term(wᵢ, xᵢ), added from left to right."""

    __slots__ = ("n_sequences", "term", "term_derivatives")

    def __init__(self, name: str, symbol: str, term: Rule, term_derivatives: Rule, **described: Any) -> None:
        super().__init__(name, symbol, MANY, self._forward, self._derivatives, **described)
        self.term = term
        self.n_sequences: int = term.__code__.co_argcount - 1
        self.term_derivatives = term_derivatives

    def _forward(self, m: Any, *groups: Group) -> Any:
        return m.total([self.term(m, *operands) for operands in zip(*groups, strict=True)])

    def _derivatives(self, m: Any, *groups_and_result: Any) -> list[Any]:
        *groups, result = groups_and_result
        each_term = [self.term_derivatives(m, *operands, result) for operands in zip(*groups, strict=True)]
        return [derivative for of_one_group in zip(*each_term, strict=True) for derivative in of_one_group]


class Selection(Primitive):
    """An n-ary choice: the result is one of the operands, and only that one has a derivative, which is 1.

    ``position(m, *groups)`` is the chosen operand's place among the first group; those before `first` are never chosen.
    """

    __slots__ = ("first", "position")

    def __init__(self, name: str, symbol: str, position: Rule, *, first: int = 0, **described: Any) -> None:
        super().__init__(name, symbol, MANY, self._forward, self._derivatives, selects=True, **described)
        self.position = position
        self.first = first

    def _forward(self, m: Any, candidates: Group, *rest: Group) -> Any:
        place = self.position(m, candidates, *rest)
        if not 0 <= place < len(candidates) or place != int(place):
            raise IndexError(f"{self.name}: there is no operand {place!r} of {len(candidates)}; they count from 0")
        return candidates[int(place)]

    def _derivatives(self, m: Any, candidates: Group, *rest_and_result: Any) -> list[Any]:
        *rest, _ = rest_and_result
        chosen = self.position(m, candidates, *rest)
        of_candidates = [m.equal(chosen, place) if place >= self.first else 0.0 for place in range(len(candidates))]
        return of_candidates + [0.0 for _ in rest]


# All primitives by name. `autograd.table.primitives` fills it; a user's own are entered when they are defined.
TABLE: dict[str, Primitive] = {}


def primitive_named(name: str, quiet: bool = False) -> Primitive:
    """Look a primitive up in the table, or the quiet form of it.

    Raises:
        ValueError: there is no primitive of that name.
    """
    try:
        return TABLE[name].quiet if quiet else TABLE[name]
    except KeyError:
        raise ValueError(
            f"no primitive is called {name!r}; there are {', '.join(TABLE)}. A primitive of your own has to be defined with "
            f"autograd.primitive before a graph that has it in it is unpickled"
        ) from None
