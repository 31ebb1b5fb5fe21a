"""The picture of the loss: its curve over all epochs, and a marker where a frame is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from nn.history import History
from nn.watching.frames import Frame
from nn.watching.plots import picture, plot, ticks
from nn.watching.spaces import SIDE
from nn.watching.spacing import Spacing

# A curve of many epochs is drawn in this many columns, by its lowest and its highest point in each.
_COLUMNS = 240


@dataclass(frozen=True, slots=True)
class Curve:
    """The loss of a training.

    Attributes:
        svg: the picture, with the marker at the last frame.
        markers: where the marker is in each frame; None where the loss is not known.
    """

    svg: str
    markers: tuple[tuple[int, int] | None, ...]


def draw_loss(history: History, frames: Sequence[Frame], spacing: Spacing) -> Curve:
    """Draw the loss of all epochs.

    A loss that was taken while an epoch went on stands between the epochs before and after it, unless it is exactly that of the
    frame before it, as it is where all examples make one batch.
    """
    by_epoch = {frame.epoch: frame.loss for frame in frames}
    losses = history.train_loss
    is_exact = all(by_epoch.get(epoch, loss) == loss for epoch, loss in enumerate(losses))
    shift = 0.0 if is_exact else 0.5
    training = [(epoch + shift, loss) for epoch, loss in enumerate(losses)]
    last = frames[-1]
    if is_exact and last.epoch == len(losses):
        training.append((last.epoch, last.loss))
    validation = [(epoch + 1.0, loss) for epoch, loss in enumerate(history.validation_loss)]
    known = [loss for _, loss in [*training, *validation, *by_epoch.items()] if math.isfinite(loss)]
    low, high = (min(0.0, *known), max(known)) if known else (0.0, 1.0)
    high = high + 0.06 * (high - low) if high > low else low + 1.0
    n = max(1, len(losses), last.epoch)

    def along(epoch: float) -> float:
        return math.log1p(epoch) / math.log1p(n) if spacing == "log" else epoch / n

    def at(epoch: float, loss: float) -> tuple[int, int]:
        return round(24 + (SIDE - 48) * along(epoch)), round(SIDE * (high - loss) / (high - low))

    curves = [f'<path class="curve {name}" d="{_path([at(*one) for one in points if math.isfinite(one[1])])}"/>'
              for name, points in (("training", training), ("validation", validation)) if points]  # fmt: skip
    best = ""
    if history.best_epoch is not None:
        x, _ = at(history.best_epoch + 1.0, low)
        named = f"The least validation loss, after epoch {history.best_epoch + 1}"
        best = f'<path class="best" d="M{x} 0V{SIDE}"><title>{named}</title></path>'
    markers = tuple(at(frame.epoch, frame.loss) if math.isfinite(frame.loss) else None for frame in frames)
    place = markers[-1] or (-99, -99)
    marker = f'<g class="marker" transform="translate({place[0]},{place[1]})"><path d="M0-{SIDE}V{SIDE}"/><circle r="22"/></g>'
    if spacing == "log":
        round_numbers = [0, *(10**power for power in range(len(str(n))))]
        x_ticks = [(along(epoch), f"{epoch:,}") for epoch in round_numbers if epoch <= n]
    else:
        x_ticks = [(along(epoch), written) for epoch, written in _whole_ticks(n)]
    x_ticks = [((24 + (SIDE - 48) * share) / SIDE, written) for share, written in x_ticks]
    content = plot(best + "".join(curves) + marker, ("epoch", ""), x_ticks, ticks(low, high))
    title = "mean loss; dashed: validation" if validation else "mean loss"
    return Curve(picture("loss", title, content), markers)


def _whole_ticks(n: int) -> list[tuple[int, str]]:
    return [(round(share * n), written) for share, written in ticks(0.0, float(n), 6) if written.replace("e", "").isdigit()]


def _path(points: Sequence[tuple[int, int]]) -> str:
    """A line through points in ascending order of x, thinned out where many share a column."""
    columns: dict[int, list[tuple[int, int]]] = {}
    for point in points:
        columns.setdefault(point[0] * _COLUMNS // SIDE, []).append(point)
    kept: list[tuple[int, int]] = []
    for column in columns.values():
        extremes = {0, len(column) - 1, min(range(len(column)), key=lambda k: column[k][1]),
                    max(range(len(column)), key=lambda k: column[k][1])}  # fmt: skip
        kept += [column[k] for k in sorted(extremes)]
    return "M" + " ".join(f"{x} {y}" for x, y in kept) if kept else ""
