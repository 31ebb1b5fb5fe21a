"""What a checkpoint belongs to: a model, examples, an optimizer, settings; and how that of two trainings differs."""

from __future__ import annotations

import json
import reprlib
from collections.abc import Iterator, Mapping, Sequence
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from nn.engines.engine import Training
from nn.example_digest import digest_of
from nn.module import ParameterArray
from nn.optimizers import Optimizer

# What training changes, and a checkpoint holds.
_NO_SETTINGS = ("parameters", "states", "steps")
_KEEP = "an optimizer must keep what it remembers in states and steps, or be used without checkpoint="
# How many differences a message names at most.
_MOST_DIFFERENCES = 5
_MISSING = object()


def belonging(arrays: Sequence[ParameterArray], training: Training, settings: Mapping[str, Any]) -> dict[str, Any]:
    """What a checkpoint belongs to: shapes by name, settings by name, and digests by the name of what may be long."""
    optimizer = training.optimizer
    place_of = {value: place for place, value in enumerate(training.reached)}
    belongs = {
        "shapes": {one.name: one.shape for one in arrays},
        "settings": {
            "the optimizer": f"{type(optimizer).__module__}.{type(optimizer).__qualname__}",
            **{f"the optimizer's {name.lstrip('_')}": kept for name, kept in settings_of(optimizer).items()},
            "the number of states": len(optimizer.states),
            "the number of parameters": len(training.reached),
            "the number of parameters that move": len(optimizer.parameters),
            "the number of examples": len(training.examples),
            "the number of validation examples": len(training.validation),
            "batch_size": training.batch_size,
            "noise": [repr(mask) for mask in training.noise.masks],
            "clip_norm": training.clip_norm,
            "average": training.average,
            "dtype": "float32" if training.single_precision else "float64",
            **settings,
        },
        "digests": {
            "the parameters that move": digest_of([place_of[value] for value in optimizer.parameters]),
            "the examples": digest_of(training.examples),
            "the validation examples": digest_of(training.validation),
        },
    }
    # As it will be read.
    plain: dict[str, Any] = json.loads(json.dumps(belongs))
    return plain


def differences(there: Mapping[str, Any], here: Mapping[str, Any]) -> list[str]:
    """Say how what a checkpoint belongs to differs from what it should."""
    found = []
    for name, one, other in _unequal(there["shapes"], here["shapes"]):
        if other is _MISSING:
            found.append(f"its model has {name}, and this one has not")
        elif one is _MISSING:
            found.append(f"its model has no {name}")
        else:
            found.append(f"{name} had the shape {tuple(one)}, and has {tuple(other)}")
    for name, one, other in _unequal(there["settings"], here["settings"]):
        found.append(f"{name} was {_shown(one)}, and is {_shown(other)}")
    found += [f"{name} were others" for name, _, _ in _unequal(there["digests"], here["digests"])]
    more = [f"and {len(found) - _MOST_DIFFERENCES} more differences"] if len(found) > _MOST_DIFFERENCES else []
    return found[:_MOST_DIFFERENCES] + more


def _shown(setting: Any) -> str:
    return "missing" if setting is _MISSING else repr(setting)


def _unequal(there: Mapping[str, Any], here: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for name in {**there, **here}:
        one, other = there.get(name, _MISSING), here.get(name, _MISSING)
        # What is not a number is equal to itself here.
        if one is not other and (one is _MISSING or other is _MISSING or json.dumps(one) != json.dumps(other)):
            yield name, one, other


def settings_of(optimizer: Optimizer) -> dict[str, Any]:
    """The attributes of an optimizer that training leaves as they are.

    Raises:
        ValueError: one of them is no plain data.
    """
    if any(getattr(base, "__slots__", ()) for base in type(optimizer).__mro__[:-1]):
        raise ValueError(f"{type(optimizer).__name__} has __slots__, and a checkpoint doesn't hold them: {_KEEP}")
    settings: dict[str, Any] = {}
    for name, kept in vars(optimizer).items():
        if name in _NO_SETTINGS:
            continue
        if isinstance(kept, FunctionType | BuiltinFunctionType | MethodType | type):
            kept = f"{kept.__module__}.{kept.__qualname__}"
        # What an optimizer of another library says of itself.
        kept = getattr(kept, "as_setting", kept)
        try:
            # As it will be read.
            settings[name] = json.loads(json.dumps(kept))
        except (TypeError, ValueError):
            what = f"{type(optimizer).__name__} has the attribute {name!r}, {reprlib.repr(kept)}"
            raise ValueError(f"{what}, and a checkpoint doesn't hold that: {_KEEP}") from None
    return settings


def check_unchanged(optimizer: Optimizer, settings: Mapping[str, Any]) -> None:
    """Check that an optimizer of one's own has not changed its attributes.

    Args:
        optimizer: the optimizer.
        settings: what they were before its first step.

    Raises:
        ValueError: it remembers something elsewhere than in `states` and `steps`.
    """
    if type(optimizer).__module__ == Optimizer.__module__:
        return
    # The learning rate follows from the schedule.
    changed = [name for name, kept in settings_of(optimizer).items() if kept != settings.get(name) and name != "_learning_rate"]
    if changed:
        what = f"{type(optimizer).__name__} has changed its attribute {changed[0]!r} in a step"
        raise ValueError(f"{what}, and a checkpoint doesn't hold that: {_KEEP}")
