"""From a recording to a page: the pictures of the last frame, and what changes in them from frame to frame."""

from __future__ import annotations

import copy
import math
from array import array
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from autograd.notation.names import name_of_label, plain
from autograd.notation.numbers import format_number
from nn.module import Module, parameter_arrays
from nn.watching.arrays_picture import BLUE, N_BARS, VERMILION, draw_arrays
from nn.watching.chain import chain_of
from nn.watching.frames import Frame, Recorded
from nn.watching.loss_picture import draw_loss
from nn.watching.network_picture import draw_network, is_small_enough, largest
from nn.watching.space_picture import SIDES, Label, draw_space, labels_of
from nn.watching.spaces import Decisions, decisions_of


@dataclass(frozen=True, slots=True)
class PageData:
    """What a page shows.

    Attributes:
        title: the title of the page.
        pictures: the title of each picture and the picture itself, as SVG without styles.
        changes: what changes from frame to frame, as data for the page's script.
    """

    title: str
    pictures: tuple[tuple[str, str], ...]
    changes: dict[str, Any]


def present(recorded: Recorded) -> PageData:
    """Draw all that a page shows of a training."""
    frames = recorded.frames
    # It is changed here, and shown again later.
    model = copy.deepcopy(recorded.model)
    layers = chain_of(model)
    numbers = [frame.parameters for frame in frames]
    place_of = {value: place for place, value in enumerate(model.parameters())}
    curve = draw_loss(recorded.history, frames, recorded.spacing)
    pictures: list[tuple[str, str]] = [("The loss", curve.svg)]
    changes: dict[str, Any] = {
        "epochs": [frame.epoch for frame in frames],
        "markers": [list(marker) if marker else 0 for marker in curve.markers],
        "spaces": [],
    }
    if layers and is_small_enough(layers):
        names = [plain(name_of_label(symbol)) for symbol in model.symbols().values()]
        pictures.append(("The network", draw_network(layers, place_of, names, frames)))
        changes["network"] = _network_changes(names, frames)
    else:
        pictures.append(("The parameters", _draw_parameters(model, frames, changes)))
    # Last, for it changes the model.
    decisions = decisions_of(model, layers, recorded.examples, numbers, recorded.threshold)
    if decisions is not None:
        pictures = [*_draw_spaces(decisions, changes), *pictures]
    changes["sentences"] = [_sentence(frame, frames[-1].epoch, place, decisions) for place, frame in enumerate(frames)]
    return PageData(f"The training of {recorded.model!r}", tuple(pictures), changes)


def _draw_spaces(decisions: Decisions, changes: dict[str, Any]) -> Iterable[tuple[str, str]]:
    changes["right"] = b64encode(bytes(one for frame in decisions.right for one in frame)).decode()
    changes["sides"] = SIDES
    for space in decisions.spaces:
        labels = labels_of(decisions, space)
        moves = len(set(space.places)) > 1
        places = array("h", [number for frame in space.places for place in frame for number in place])
        known: dict[tuple[Label, ...], int] = {}
        label = [known.setdefault(one, len(known)) for one in labels]
        changes["spaces"].append(
            {"regions": space.regions, "places": _encoded(places) if moves else 0, "labels": list(known), "label": label}
        )
        yield f"The {space.axes[0][0]} space", draw_space(decisions, space, labels[-1])


def _network_changes(names: Sequence[str], frames: Sequence[Frame]) -> dict[str, Any]:
    # The last bits of a training are not the same with every processor; in single precision, its page is.
    weights, gradients = (
        array("f", [_single(one) for numbers in kind for one in numbers])
        for kind in ([frame.parameters for frame in frames], [frame.gradients for frame in frames])
    )
    return {
        "names": names,
        "largest": [largest([weights]), largest([gradients])],
        "weights": _encoded(weights),
        "gradients": _encoded(gradients),
    }


def _draw_parameters(model: Module, frames: Sequence[Frame], changes: dict[str, Any]) -> str:
    place_of = {value: place for place, value in enumerate(model.parameters())}
    arrays = [(one, [place_of[value] for value in one.values if value in place_of]) for one in parameter_arrays(model)]
    drawn = draw_arrays(arrays, [frame.parameters for frame in frames], [frame.gradients for frame in frames])
    changes["arrays"] = {
        "weights": b64encode(b"".join(drawn.weights)).decode(),
        "gradients": b64encode(b"".join(drawn.gradients)).decode(),
        "shapes": drawn.shapes if drawn.kind == "cells" else [(N_BARS, 1)] * len(drawn.shapes),
        "titles": drawn.titles,
        "colours": [BLUE, VERMILION],
    }
    return drawn.svg


def _sentence(frame: Frame, last: int, place: int, decisions: Decisions | None) -> str:
    after = "Before the first epoch" if frame.epoch == 0 else f"After {frame.epoch:,} of {last:,} epochs"
    parts = [f"loss {format_number(frame.loss)}" if math.isfinite(frame.loss) else "the loss can't be computed"]
    known = [one for one in frame.gradients if not math.isnan(one)]
    if known:
        parts.append(f"length of its gradient {format_number(math.hypot(*known), 3)}")
    if decisions is not None:
        right, n, n_all = sum(decisions.right[place]), len(decisions.examples.points), decisions.examples.n_all
        parts.append(f"{right} of {n} {'' if n == n_all else 'of the examples drawn '}right")
    return f"{after}: {', '.join(parts)}."


def _single(number: float) -> float:
    """A number that single precision can hold."""
    return number if not math.isfinite(number) else max(-3e38, min(3e38, number))


def _encoded(numbers: array[Any]) -> str:
    """The bytes of numbers, the lowest first, as every browser has them."""
    import sys

    if sys.byteorder == "big":
        numbers.byteswap()
    return b64encode(numbers.tobytes()).decode()
