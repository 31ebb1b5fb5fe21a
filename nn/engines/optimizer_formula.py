"""The formula of an optimizer as machine code needs it: recorded, with the numbers of its settings apart.

The formula, `Optimizer.update`, is run on a stand-in of the optimizer, in which floats are settings: their numbers may change,
and the formula remains. Whole numbers, strings and the like are what they are. What else an optimizer keeps, the stand-in doesn't
show, and a formula that asks for it is computed step by step.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from autograd.vectorizing.native.steps_formula import UpdateFormula
from autograd.vectorizing.native.steps_notes import FormulaNotes
from nn.optimizers import Optimizer

Setting: TypeAlias = tuple[str, int | None]
"""The name of an attribute that is a float, or of one that is a sequence of floats and a place in it."""

FEW_STEPS = 400
"""So many steps take as long one by one as it takes to compile a loop of them."""

# Settings that are part of the formula: they don't change without being assigned anew.
_PLAIN = (int, str, bytes, type(None))


class OptimizerFormula:
    """The formula of an optimizer, recorded.

    Args:
        optimizer: an optimizer whose `update` is its formula.

    Attributes:
        recorded: the formula.
        is_of_this_package: whether it is known to depend on nothing but the optimizer's attributes.

    Raises:
        NoFormulaError: the formula can't be recorded.
    """

    def __init__(self, optimizer: Optimizer) -> None:
        self._optimizer = optimizer
        self.is_of_this_package = type(optimizer).__module__ == Optimizer.__module__
        self._attributes = _described(optimizer)
        self.recorded, self._settings = _recorded(optimizer)
        # A formula that draws random numbers, say, is another one each time.
        if _recorded(optimizer)[0] != self.recorded:
            raise NoFormulaError("the formula is not always the same")

    def settings(self) -> list[float]:
        """The present numbers of the settings that the recorded formula reads."""
        attributes = vars(self._optimizer)
        return [attributes[name] if place is None else attributes[name][place] for name, place in self._settings]

    def is_up_to_date(self) -> bool:
        """Whether the optimizer still has this formula, as far as other numbers of its settings don't matter."""
        if _described(self._optimizer) != self._attributes:
            return False
        if self.is_of_this_package:
            return True
        # A formula of one's own may depend on anything.
        try:
            return _recorded(self._optimizer)[0] == self.recorded
        except NoFormulaError:
            return False


class NoFormulaError(Exception):
    """A formula can't be recorded, for a reason that nobody needs to know: it is computed as it is."""


def _recorded(optimizer: Optimizer) -> tuple[UpdateFormula, list[Setting]]:
    """Run the formula on a stand-in."""
    attributes = vars(optimizer)
    settings: list[Setting] = []
    for name, kept in attributes.items():
        if isinstance(kept, float):
            settings.append((name, None))
        elif _are_floats(kept):
            settings += [(name, place) for place in range(len(kept))]
    notes = FormulaNotes(len(optimizer.states), len(settings))
    shown: dict[str, Any] = {name: kept for name, kept in attributes.items() if type(kept) in _PLAIN or type(kept) is bool}
    parts: dict[str, list[Any]] = {}
    for (name, place), number in zip(settings, notes.settings, strict=True):
        if place is None:
            shown[name] = number
        else:
            parts.setdefault(name, []).append(number)
    shown.update({name: type(attributes[name])(numbers) for name, numbers in parts.items()})
    stand_in = _stand_in(optimizer, shown)
    try:
        moved, states = stand_in.update(notes.number, notes.gradient, list(notes.states), notes.t)
        formula = notes.formula(moved, states)
    except Exception as error:
        raise NoFormulaError("the formula needs what can't be recorded") from error
    left = object.__getattribute__(stand_in, "__dict__")
    is_as_before = left.keys() == shown.keys() and all(left[name] is kept for name, kept in shown.items())
    if not is_as_before or any(list(map(id, shown[name])) != list(map(id, numbers)) for name, numbers in parts.items()):
        raise NoFormulaError("the formula changes the optimizer's attributes")
    return formula, settings


def _stand_in(optimizer: Optimizer, shown: dict[str, Any]) -> Any:
    """An object of the optimizer's class, all but its attributes that aren't shown."""
    kind = type(optimizer)
    hidden = {"__dict__", *vars(optimizer)} - shown.keys()
    if any(getattr(base, "__slots__", ()) for base in kind.__mro__[:-1]):
        raise NoFormulaError("the optimizer keeps something elsewhere than in its __dict__")

    def look_up(self: Any, name: str) -> Any:
        # Not an AttributeError, which `getattr` and `hasattr` would take for an answer.
        if name in hidden:
            raise NoFormulaError(f"the formula asks for {name}")
        return object.__getattribute__(self, name)

    stand_in: Any = object.__new__(type(kind.__name__, (kind,), {"__getattribute__": look_up}))
    object.__getattribute__(stand_in, "__dict__").update(shown)
    return stand_in


def _described(optimizer: Optimizer) -> dict[str, Any]:
    """The attributes that a formula may read: which are settings, and what the others are."""
    found: dict[str, Any] = {}
    for name, kept in vars(optimizer).items():
        kind = type(kept)
        if isinstance(kept, float):
            found[name] = kind
        elif _are_floats(kept):
            found[name] = kind, tuple(map(type, kept))
        elif kind in _PLAIN or kind is bool:
            found[name] = kind, kept
        else:
            found[name] = None
    return found


def _are_floats(kept: Any) -> bool:
    # Not of a subclass, which may have other names for its parts.
    return type(kept) in (tuple, list) and bool(kept) and all(isinstance(one, float) for one in kept)
