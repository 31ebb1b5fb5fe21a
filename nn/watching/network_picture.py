"""The picture of a network: its units, and a line for each weight, as thick as the weight is large."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from autograd import Value
from autograd.notation.names import name_of_label, plain
from autograd.notation.numbers import format_number
from nn.watching.chain import Units, n_units, weights_of
from nn.watching.frames import Frame
from nn.watching.plots import WIDTH, picture, text

_MOST_UNITS, _MOST_LINES = 12, 160
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, WIDTH - 34, 40, 250
# Of the largest weight of all frames, and of the smallest that is seen.
_THICKEST, _THINNEST = 9.0, 0.4


def is_small_enough(layers: Sequence[Units]) -> bool:
    """Whether layers in a row can be drawn as units and lines."""
    lines = sum(len(row) for layer in layers for row in weights_of(layer))
    return 0 < lines <= _MOST_LINES and max([layers[0].n_inputs, *map(n_units, layers)]) <= _MOST_UNITS


def largest(frames: Sequence[Sequence[float]]) -> float:
    """The largest of the numbers of all frames, without their signs; 1 if there is none."""
    return max((abs(one) for numbers in frames for one in numbers if math.isfinite(one)), default=0.0) or 1.0


def draw_network(layers: Sequence[Units], place_of: Mapping[Value, int], names: Sequence[str], frames: Sequence[Frame]) -> str:
    """Draw a network with the weights of the last frame.

    Args:
        place_of: the number of each parameter in a frame.
        names: how they are called, in that order.
        frames: what was recorded.
    """
    weights, scale = frames[-1].parameters, largest([frame.parameters for frame in frames])
    columns = [_column(layers[0].n_inputs, 0, len(layers), has_bias=_has_bias(layers[0]))]
    for number, layer in enumerate(layers, 1):
        has_bias = number < len(layers) and _has_bias(layers[number])
        columns.append(_column(n_units(layer), number, len(layers), has_bias=has_bias))
    lines, units = [], []
    for layer, before, after in zip(layers, columns, columns[1:], strict=False):
        for row, end in zip(weights_of(layer), after, strict=False):
            lines += [_line(place_of[value], names, weights, scale, start, end)
                      for value, start in zip(row, before, strict=True) if value in place_of]  # fmt: skip
    for number, (column, size) in enumerate(zip(columns, [layers[0].n_inputs, *map(n_units, layers)], strict=True)):
        letter = "x" if number == 0 else "h" if number < len(layers) else "z" if layers[-1].activation == "identity" else "y"
        for unit, (x, y) in enumerate(column):
            if unit == size:
                units.append(f'<g class="unit bias" transform="translate({x:g},{y:g})"><circle r="11"/>{text("1", 0, 4.5)}</g>')
                continue
            label = letter if size == 1 and number == len(layers) else plain(name_of_label(f"{letter}_{unit + 1}"))
            units.append(f'<g class="unit" transform="translate({x:g},{y:g})"><circle r="14"/>{text(label, 0, 4.5)}</g>')
    return picture("network", "network: weights", "".join(lines + units) + legend(scale), described=_LEGEND)


_LEGEND = (
    "Solid lines: positive weights; dashed lines: negative ones. The dashed circle is the input 1, whose weight is the bias."
)


def legend(scale: float) -> str:
    """What the lines mean, at the foot of the picture."""
    return (
        f'<g class="legend"><path class="weight positive" d="M14 285h26" stroke-width="3"/>{text("> 0", 46, 289, "start quiet")}'
        f'<path class="weight negative" d="M84 285h26" stroke-width="3"/>{text("< 0", 116, 289, "start quiet")}'
        f'<path class="weight positive" d="M152 285h26" stroke-width="{_THICKEST:g}"/>'
        f'<text class="start quiet widest" x="184" y="289">|w| = {format_number(scale)}</text></g>'
    )


def _has_bias(layer: Units) -> bool:
    return len(weights_of(layer)[0]) > layer.n_inputs


def _column(n_units: int, number: int, n_layers: int, *, has_bias: bool) -> list[tuple[float, float]]:
    """Where the units of a layer are, and last the input 1 of the next one."""
    x = _LEFT + (_RIGHT - _LEFT) * number / n_layers
    n = n_units + has_bias
    gap = min(66.0, (_BOTTOM - _TOP) / max(1, n - 1))
    top = (_TOP + _BOTTOM - gap * (n - 1)) / 2
    return [(round(x, 1), round(top + gap * unit, 1)) for unit in range(n)]


def _line(
    place: int, names: Sequence[str], weights: Sequence[float], scale: float, start: tuple[float, float], end: tuple[float, float]
) -> str:
    weight = weights[place]
    sign = "negative" if weight < 0.0 else "positive"
    width = max(_THINNEST, _THICKEST * abs(weight) / scale)
    d = f"M{start[0]:g} {start[1]:g}L{end[0]:g} {end[1]:g}"
    return (
        f'<g class="line" data-place="{place}"><title>{names[place]} = {format_number(weight)}</title>'
        f'<path class="catch" d="{d}"/><path class="weight {sign}" d="{d}" stroke-width="{width:.2f}"/></g>'
    )
