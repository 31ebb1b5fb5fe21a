"""Scopes: the part of a program that a Value was computed in, by which a picture of a big graph folds.

Entering a scope costs well under a microsecond and a Value keeps one reference to it, so networks enter theirs always.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from contextvars import ContextVar, Token
from typing import Any, Literal, TypeAlias

from autograd.engine import state
from autograd.engine.graph import Node
from autograd.engine.modes import holding

Level: TypeAlias = Literal["neuron", "layer", "network"]
LEVELS: tuple[Level, ...] = ("neuron", "layer", "network")

# One run of a part of a program: the scope it was entered in, and what ran. Two runs are two tuples, told apart by identity.
# A plain tuple, because a network enters a scope for each layer of each example.
Scope: TypeAlias = "tuple[Scope | None, Any]"

current: ContextVar[Scope | None] = ContextVar("scope", default=None)
leave = current.reset
state.current_scope = current.get


class Part:
    """A named part of a program, where no object such as a Module stands for it."""

    __slots__ = ("description", "label", "scope_level")

    def __init__(self, label: str, scope_level: Level, description: str = "") -> None:
        self.label = label
        self.scope_level = scope_level
        self.description = description

    def __deepcopy__(self, memo: dict[int, Any]) -> Part:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return (Part, (self.label, self.scope_level, self.description))

    def __repr__(self) -> str:
        return self.description


def level_of(scope: Scope) -> Level:
    """How much a scope holds: a neuron, a layer or a network."""
    level: Level = scope[1].scope_level
    return level


def name_of(scope: Scope) -> str:
    """What a scope is called: its owner's label, or what kind of object that is."""
    return scope[1].label or type(scope[1]).__name__


def description_of(scope: Scope) -> str:
    """One line on what ran, such as ``Layer(2, 3, 'tanh')``; empty if there is nothing to say."""
    return repr(scope[1])


def symbols_of(scope: Scope) -> Mapping[Any, str]:
    """The labels that the owner of a scope has for its own Values; see `nn.Module.symbols`."""
    symbols = getattr(scope[1], "symbols", None)
    found: Mapping[Any, str] = symbols() if callable(symbols) else {}
    return found


def fill_in_labels(computed: Iterable[Node]) -> None:
    """Have parameters labelled that have no label yet, by the outermost Module that each Value was computed in.

    That is what `nn.Module.named_parameters` does, which nobody needs to have called before a function is recorded.
    """
    scopes = {id(scope): scope for value in computed if (scope := value._scope) is not None}
    modules: dict[int, Any] = {}
    for scope in scopes.values():
        owner = None
        while scope is not None:
            owner = scope[1] if hasattr(scope[1], "named_parameters") else owner
            scope = scope[0]
        if owner is not None:
            modules[id(owner)] = owner
    for module in modules.values():
        with suppress(ValueError):  # of two parameters with one name, which don't matter to what is computed
            module.named_parameters()


def detached(scope: Scope | None, known: dict[int, Scope | None]) -> Scope | None:
    """A copy of a scope that holds only names, for a graph that is pickled without its networks.

    `known` maps the identities of scopes to their copies, so that nodes that shared a scope go on sharing one.
    """
    if scope is None:
        return None
    if id(scope) not in known:
        known[id(scope)] = (detached(scope[0], known), Part(name_of(scope), level_of(scope), description_of(scope)))
    return known[id(scope)]


def enter(owner: Any) -> Token[Scope | None]:
    """Enter a scope of an owner; the result is for `leave`.

    An owner has a `label` and a `scope_level`, and a `repr` that describes it in a line.
    """
    state.scoped = True
    return current.set((current.get(), owner))


@contextmanager
def scope(name: str, level: Level = "layer") -> Iterator[None]:
    """Compute inside a named part, which pictures of the graph can fold into one node.

    Networks of `nn` do so by themselves; this is for programs of your own. Scopes nest.

    Args:
        name: what the folded node is called.
        level: how much it is: pictures at this level and above it show it folded.

    Raises:
        TypeError: name is not a string.
        ValueError: level is not ``"neuron"``, ``"layer"`` or ``"network"``.

    >>> from autograd import Value, scope
    >>> x = Value(2.0, "x")
    >>> with scope("polynomial"):
    ...     y = 3 * x**2 + 2 * x + 1
    >>> name_of(scope_of(y))
    'polynomial'
    """
    if not isinstance(name, str):
        raise TypeError(f"a scope's name is a string, not {name!r}: write scope({str(name)!r})")
    if level not in LEVELS:
        raise ValueError(f"a scope's level is one of {', '.join(map(repr, LEVELS))}, not {level!r}")
    token = enter(Part(name, level))
    try:
        yield
    finally:
        leave(token)


def inside(given: Scope | None) -> AbstractContextManager[None]:
    """Compute as if inside a scope that exists."""
    return holding(current, given)


def scope_of(value: Node) -> Scope | None:
    """The innermost scope that a Value was computed in; None outside of all."""
    innermost: Scope | None = value._scope
    return innermost
