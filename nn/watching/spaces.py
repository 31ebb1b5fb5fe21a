"""The x space and the h space of a model with two inputs: what it decides where, and where the examples are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from autograd import Value, relu, sigmoid, softplus, tanh
from autograd.engine.outputs import single
from nn.activations import activation_function, step
from nn.module import Module
from nn.watching.chain import Units, applied, listed, n_units, outputs_of
from nn.watching.computing import Point, Scores
from nn.watching.contours import path_of, positive_region

SIDE = 960
"""Spaces are squares of this size, in whole units."""

# Into how many steps a side is divided; a model that can't be compiled is asked at fewer points.
_STEPS, _FEW_STEPS = 48, 12
# How far a region's outline may be off: less than half a pixel where a side has 240.
_TOLERANCE = 1.5
_MOST_POINTS = 200
_MOST_CLASSES = 6
# Of outputs that are never negative, those above one half say yes.
_NEVER_NEGATIVE = (sigmoid, relu, softplus, step)


@dataclass(frozen=True, slots=True)
class Examples:
    """Examples that can be drawn.

    Attributes:
        points: their inputs.
        classes: the number of the class of each.
        n_classes: how many classes the model chooses from.
        n_all: how many examples there are, of which these are some.
    """

    points: tuple[Point, ...]
    classes: tuple[int, ...]
    n_classes: int
    n_all: int


@dataclass(frozen=True, slots=True)
class Space:
    """One of the spaces, in all frames.

    Attributes:
        axes: the names of its two axes.
        low: its lower left corner.
        length: how long its sides are.
        regions: for each frame the outlines of where the model decides for each class; of two classes only for the second. They
            are paths in a square of `SIDE` units, whose second axis goes down.
        places: for each frame where the examples are in that square.
    """

    axes: tuple[str, str]
    low: Point
    length: float
    regions: tuple[tuple[str, ...], ...]
    places: tuple[tuple[tuple[int, int], ...], ...]


@dataclass(frozen=True, slots=True)
class Decisions:
    """What a model of two inputs does, in all frames.

    Attributes:
        examples: those that are drawn.
        spaces: the x space and, if there is one, the h space.
        right: for each frame and each example whether the model decides for its class.
    """

    examples: Examples
    spaces: tuple[Space, ...]
    right: tuple[tuple[bool, ...], ...]


def decisions_of(
    model: Module, layers: Sequence[Units], given: Sequence[Any], frames: Sequence[Sequence[float]], threshold: float | None
) -> Decisions | None:
    """Compute what a model decides in all frames; None if it doesn't choose between classes by two numbers.

    Args:
        model: a copy, which may be changed.
        layers: its layers, if it is nothing but layers in a row.
        given: the examples.
        frames: the numbers of the parameters.
        threshold: see `watch`.
    """
    examples = _examples_of(model, given)
    if examples is None:
        return None
    last = layers[-1] if layers else None
    function = None if last is None else activation_function(last.activation)
    if threshold is None:
        threshold = 0.5 if function in _NEVER_NEGATIVE else 0.0
    if last is not None and (function, threshold) in ((sigmoid, 0.5), (tanh, 0.0)):
        # The same decisions without a steep slope, in which a grid would be too coarse.
        last.activation, threshold = "identity", 0.0
    parameters = model.parameters()
    n = examples.n_classes
    scores = [Scores(_score(lambda x: listed(model(x)), number, n, threshold), parameters) for number in _asked(n)]
    decided = [_decided(_ahead(scores, numbers, examples.points)) for numbers in frames]
    right = tuple(tuple(one == wanted for one, wanted in zip(found, examples.classes, strict=True)) for found in decided)
    low, length = _around([examples.points])
    x_space = Space(
        ("x₁", "x₂"), low, length, _regions(scores, frames, low, length),
        (_places(examples.points, low, length),) * len(frames),
    )  # fmt: skip
    spaces = [x_space]
    if len(layers) > 1 and n_units(layers[0]) == 2:
        spaces.append(_hidden_space(layers, examples, frames, parameters, threshold))
    return Decisions(examples, tuple(spaces), right)


def _hidden_space(
    layers: Sequence[Units], examples: Examples, frames: Sequence[Sequence[float]], parameters: Sequence[Value], threshold: float
) -> Space:
    units = [Scores(lambda x, unit=unit: applied(layers[:1], x)[unit], parameters) for unit in range(2)]  # type: ignore[misc]
    moved = []
    for numbers in frames:
        first, second = (unit.at(numbers, examples.points) for unit in units)
        moved.append(list(zip(first, second, strict=True)))
    n = examples.n_classes
    scores = [Scores(_score(lambda h: applied(layers[1:], h), number, n, threshold), parameters) for number in _asked(n)]
    # It stays as it is, so that one sees the points move.
    low, length = _around(moved)
    regions = _regions(scores, frames, low, length)
    return Space(("h₁", "h₂"), low, length, regions, tuple(_places(points, low, length) for points in moved))


def _asked(n_classes: int) -> range:
    """The classes for which a score is computed: of two, one's is the other's with the opposite sign."""
    return range(1, 2) if n_classes == 2 else range(n_classes)


def _score(outputs: Any, number: int, n_classes: int, threshold: float) -> Any:
    """A function that is positive where a model decides for a class."""

    def score(inputs: Any) -> Value:
        found = outputs(inputs)
        if len(found) == 1:
            difference: Value = found[0] - threshold
        elif n_classes == 2:
            difference = found[1] - found[0]
        else:
            difference = found[number]
        return difference

    return score


def _ahead(scores: Sequence[Scores], numbers: Sequence[float], points: Sequence[Point]) -> list[list[float]]:
    """How far each class is ahead of the others, at all points; for two classes, the second one."""
    columns = [one.at(numbers, points) for one in scores]
    if len(columns) == 1:
        return columns
    rows = zip(*columns, strict=True)
    return list(map(list, zip(*(_leads(row) for row in rows), strict=True)))


def _leads(row: tuple[float, ...]) -> list[float]:
    return [one - max(row[:place] + row[place + 1 :]) for place, one in enumerate(row)]


def _decided(ahead: Sequence[Sequence[float]]) -> list[int]:
    """The class that is ahead at each point."""
    if len(ahead) == 1:
        return [int(one > 0.0) for one in ahead[0]]
    return [max(range(len(row)), key=row.__getitem__) for row in zip(*ahead, strict=True)]


def _regions(
    scores: Sequence[Scores], frames: Sequence[Sequence[float]], low: Point, length: float
) -> tuple[tuple[str, ...], ...]:
    steps = _STEPS if all(one.is_compiled for one in scores) else _FEW_STEPS
    at = [length * step / steps for step in range(steps + 1)]
    grid = [(low[0] + x, low[1] + length - y) for y in at for x in at]
    starts = range(0, len(grid), steps + 1)
    return tuple(
        tuple(
            path_of(positive_region([ahead[start : start + steps + 1] for start in starts]), SIDE / steps, _TOLERANCE)
            for ahead in _ahead(scores, numbers, grid)
        )
        for numbers in frames
    )


def _around(frames: Sequence[Sequence[Point]]) -> tuple[Point, float]:
    """A square around all points, with room beside them: its lower left corner, and the length of its sides."""
    xs, ys = zip(*(point for points in frames for point in points), strict=True)
    length = 1.6 * (max(max(xs) - min(xs), max(ys) - min(ys)) or 1.0)
    return ((min(xs) + max(xs) - length) / 2, (min(ys) + max(ys) - length) / 2), length


def _places(points: Sequence[Point], low: Point, length: float) -> tuple[tuple[int, int], ...]:
    return tuple((round(SIDE * (x - low[0]) / length), round(SIDE * (1.0 - (y - low[1]) / length))) for x, y in points)


def _examples_of(model: Module, given: Sequence[Any]) -> Examples | None:
    n_all = len(given)
    some = [given[place * n_all // min(n_all, _MOST_POINTS)] for place in range(min(n_all, _MOST_POINTS))]
    points, targets = [], []
    for example in some:
        if len(example) != 2:
            return None
        numbers, target = _numbers(example[0]), _number(example[1])
        if numbers is None or len(numbers) != 2 or target is None:
            return None
        points.append((numbers[0], numbers[1]))
        targets.append(target)
    outputs = outputs_of(model, list(points[0])) if points else None
    if outputs is None:
        return None
    n_classes = max(2, len(outputs))
    if len(outputs) == 1:
        kinds = sorted(set(targets))
        if kinds not in ([0.0], [1.0], [0.0, 1.0], [-1.0], [-1.0, 1.0]):
            return None  # a regression
        classes = [int(target > 0.0) for target in targets]
    elif n_classes <= _MOST_CLASSES and all(target in range(n_classes) for target in targets):
        classes = [int(target) for target in targets]
    else:
        return None
    return Examples(tuple(points), tuple(classes), n_classes, n_all)


def _numbers(given: Any) -> list[float] | None:
    if isinstance(given, str | dict) or not hasattr(given, "__len__") or not hasattr(given, "__iter__"):
        return None
    numbers = [_number(one) for one in given]
    return None if None in numbers else [one for one in numbers if one is not None]


def _number(given: Any) -> float | None:
    given = single(given)
    if isinstance(given, Value):
        return given.data
    try:
        number = float(given)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None
