"""What a page shows of a model's decisions, compared with the model itself, run point by point."""

from __future__ import annotations

import copy
import json
import math
import re
from collections.abc import Sequence
from random import Random
from typing import Any

import pytest

import nn
from autograd import FrozenChoiceError, Value, no_grad, sigmoid, tanh
from nn.watching import computing
from nn.watching.chain import chain_of
from nn.watching.contours import Point
from nn.watching.presenting import present
from nn.watching.spaces import SIDE, Space, decisions_of

XOR = [((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)]
Outlines = list[list[Point]]


def outlines_of(path: str) -> Outlines:
    found, x, y = [], 0, 0
    for part in path.split("z")[:-1]:
        numbers = list(map(int, re.findall(r"-?\d+", part)))
        corners = []
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            corners.append((float(x), float(y)))
        x, y = round(corners[0][0]), round(corners[0][1])
        found.append(corners)
    return found


def is_inside(outlines: Outlines, x: float, y: float) -> bool:
    crossings = 0
    for outline in outlines:
        for (ax, ay), (bx, by) in zip(outline, [*outline[1:], outline[0]], strict=True):
            crossings += (ay > y) != (by > y) and x < ax + (bx - ax) * (y - ay) / (by - ay)
    return crossings % 2 == 1


def distance_to(outlines: Outlines, x: float, y: float) -> float:
    def to_piece(a: Point, b: Point) -> float:
        length = (b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2 or 1.0
        share = min(1.0, max(0.0, ((x - a[0]) * (b[0] - a[0]) + (y - a[1]) * (b[1] - a[1])) / length))
        return math.hypot(a[0] + share * (b[0] - a[0]) - x, a[1] + share * (b[1] - a[1]) - y)

    return min(
        (to_piece(a, b) for outline in outlines for a, b in zip(outline, [*outline[1:], outline[0]], strict=True)),
        default=math.inf,
    )


def given(model: nn.Module, numbers: Sequence[float]) -> nn.Module:
    """A copy of a model with other numbers."""
    model = copy.deepcopy(model)
    for parameter, number in zip(model.parameters(), numbers, strict=True):
        parameter.data = number
    return model


def check_space(space: Space, place: int, decide: Any, *, near: float, seed: int = 0) -> None:
    """Compare a frame's region with decisions at random points that are not near its outline."""
    [path] = space.regions[place]
    outlines, draw, checked = outlines_of(path), Random(seed), 0
    for _ in range(150):
        x, y = draw.uniform(0, SIDE), draw.uniform(0, SIDE)
        if distance_to(outlines, x, y) < near:
            continue
        point = space.low[0] + space.length * x / SIDE, space.low[1] + space.length * (1 - y / SIDE)
        assert is_inside(outlines, x, y) == decide(point), (place, point)
        checked += 1
    assert checked > 60


def trained(activation: str, *, seed: int = 0, epochs: int = 100, output: str = "identity", rate: float = 0.5) -> nn.Recording:
    network = nn.MLP(2, [2, 1], activation, output, seed=seed)
    run = nn.watch(network, frames=6)
    loss = nn.binary_cross_entropy_from_logit if output == "identity" else nn.binary_cross_entropy
    optimizer = nn.SGD(network.parameters(), rate, momentum=0.9)
    nn.train(network, lambda x, y: loss(network(x), y), XOR, epochs=epochs, optimizer=optimizer, progress=False, watch=run)
    return run


def decided(run: nn.Recording, threshold: float | None = None) -> Any:
    model = copy.deepcopy(run.model)
    found = decisions_of(model, chain_of(model), run.examples or [], [one.parameters for one in run.frames], threshold)
    assert found is not None
    return found


@pytest.mark.parametrize(("activation", "output"), [("tanh", "identity"), ("relu", "identity"), ("sigmoid", "sigmoid")])
def test_regions_points_and_what_is_right_are_the_models(activation: str, output: str) -> None:
    run = trained(activation, output=output, seed=3)
    decisions, threshold = decided(run), 0.5 if output == "sigmoid" else 0.0
    x_space, h_space = decisions.spaces
    for place, frame in enumerate(run.frames):
        network: Any = given(run.model, frame.parameters)
        with no_grad():
            hidden, rest = network.layers
            # A cell of the grid is 20 units wide; a kink within one is drawn straight.
            check_space(x_space, place, lambda x, network=network: network(x)[0].data > threshold, near=20)
            check_space(h_space, place, lambda h, rest=rest: rest(h)[0].data > threshold, near=4)
            for (x, y), is_right, at_x, at_h in zip(
                [(x, y) for x, y in XOR], decisions.right[place], x_space.places[place], h_space.places[place], strict=True
            ):
                assert is_right == ((network(x)[0].data > threshold) == bool(y))
                for space, at, point in ((x_space, at_x, x), (h_space, at_h, [one.data for one in hidden(x)])):
                    assert at[0] == pytest.approx(SIDE * (point[0] - space.low[0]) / space.length, abs=0.51)
                    assert at[1] == pytest.approx(SIDE * (1 - (point[1] - space.low[1]) / space.length), abs=0.51)
                    assert 0 < at[0] < SIDE and 0 < at[1] < SIDE
    # The output unit separates the h space by one straight line, which has its ends outside the square.
    corners = [corner for [path] in h_space.regions for outline in outlines_of(path) for corner in outline]
    assert corners and not any(1 < x < SIDE - 1 and 1 < y < SIDE - 1 for x, y in corners)
    assert sum(decisions.right[-1]) >= 3


def test_the_textbooks_network() -> None:
    network = nn.MLP(2, [2, 1], "relu", "relu")
    for parameter, number in zip(network.parameters(), [1, 1, 1, 1, 0, -1, 1, -2, 0], strict=True):
        parameter.data = number
    run = nn.watch(network, XOR)
    run.record(0.0)
    decisions = decided(run)
    assert decisions == decided(run, 0.5) != decided(run, 0.1)
    assert decisions.right == ((True,) * 4,)
    x_space, h_space = decisions.spaces
    in_h = [
        (h_space.low[0] + h_space.length * x / SIDE, h_space.low[1] + h_space.length * (1 - y / SIDE))
        for x, y in h_space.places[0]
    ]
    assert [pytest.approx(point, abs=0.01) for point in in_h] == [(0, 0), (1, 0), (1, 0), (2, 1)]
    check_space(x_space, 0, lambda x: 0.5 < x[0] + x[1] < 1.5, near=8)
    check_space(h_space, 0, lambda h: h[0] - 2 * h[1] > 0.5, near=12)


@pytest.mark.parametrize("reason", [ImportError("no NumPy"), FrozenChoiceError("a choice")])
def test_without_compiling_it_is_the_same_but_coarser(monkeypatch: pytest.MonkeyPatch, reason: Exception) -> None:
    run = trained("tanh", epochs=60)
    fine = decided(run)

    def fails(*arguments: Any, **how: Any) -> None:
        raise reason

    monkeypatch.setattr(computing, "vectorize", fails)
    coarse = decided(run)
    assert coarse.right == fine.right
    assert coarse.spaces[1].places == fine.spaces[1].places
    for place, frame in enumerate(run.frames):
        network: Any = given(run.model, frame.parameters)
        check_space(coarse.spaces[0], place, lambda x, network=network: network(x)[0].data > 0, near=45)
    before = [one.data for one in run.model.parameters()]
    assert before == list(run.frames[0].parameters), "the recording keeps its model as it was"


def test_several_classes() -> None:
    draw = Random(5)
    examples = [((draw.gauss(k, 0.4), draw.gauss(k % 2, 0.4)), k) for k in range(3) for _ in range(20)]
    network = nn.MLP(2, [4, 3], seed=1)
    run = nn.watch(network, frames=4)
    nn.train(network, lambda x, y: nn.cross_entropy_from_logits(network(x), y), examples, epochs=40,
             optimizer=nn.Adam(network.parameters(), 0.05), progress=False, watch=run)  # fmt: skip
    decisions = decided(run)
    [space] = decisions.spaces
    for place, frame in enumerate(run.frames):
        model: Any = given(run.model, frame.parameters)
        regions = [outlines_of(path) for path in space.regions[place]]

        def best(x: Any, model: Any = model) -> int:
            numbers = [one.data for one in model(x)]
            return numbers.index(max(numbers))

        with no_grad():
            assert decisions.right[place] == tuple(best(x) == y for x, y in examples)
            for _ in range(100):
                x, y = draw.uniform(0, SIDE), draw.uniform(0, SIDE)
                if min(distance_to(outlines, x, y) for outlines in regions) > 20:
                    point = space.low[0] + space.length * x / SIDE, space.low[1] + space.length * (1 - y / SIDE)
                    assert [is_inside(outlines, x, y) for outlines in regions] == [k == best(point) for k in range(3)]


def test_two_outputs_are_two_classes() -> None:
    network = nn.MLP(2, [2, 2], seed=4)
    run = nn.watch(network, [((x, y), int(x > y)) for x in (0.1, 0.9) for y in (0.2, 0.8)])
    run.record(0.0)
    decisions = decided(run)
    with no_grad():
        check_space(decisions.spaces[0], 0, lambda x: network(x)[1].data > network(x)[0].data, near=20)
        check_space(decisions.spaces[1], 0, lambda h: network.layers[1](h)[1].data > network.layers[1](h)[0].data, near=4)


class Own(nn.Module):
    """Two layers by hand, as the textbook's equations have them."""

    def __init__(self, *, skips: bool = False) -> None:
        self.hidden, self.output, self._skips = nn.Layer(2, 2, "tanh", seed=1), nn.Layer(2, 1, "identity", seed=2), skips

    def __call__(self, x: Any) -> Value:
        z = self.output(self.hidden(x))[0]
        return z + x[0] if self._skips else z


def test_a_model_of_ones_own_has_an_h_space_if_it_is_layers_in_a_row() -> None:
    assert [len(layer.parameters()) for layer in chain_of(Own())] == [6, 3]
    assert chain_of(Own(skips=True)) == ()
    for skips, n_spaces in ((False, 2), (True, 1)):
        model = Own(skips=skips)
        run = nn.watch(model, XOR)
        run.record(0.0)
        decisions = decided(run)
        assert len(decisions.spaces) == n_spaces
        with no_grad():
            check_space(decisions.spaces[0], 0, lambda x, model=model: model(x).data > 0, near=20)


@pytest.mark.parametrize(
    "examples",
    [
        [((0.0, 1.0), 0.3), ((1.0, 1.0), 0.9)],  # a regression
        [((0.0,), 1), ((1.0,), 0)],
        [((0.0, 1.0, 2.0), 1)],
        [(0.0, 1.0, 1)],
        [("ab", 1)],
        [({"x": 1.0, "y": 2.0}, 1)],
        [],
    ],
)
def test_no_space_where_there_are_no_classes_in_a_plane(examples: list[Any]) -> None:
    run = nn.watch(nn.MLP(2, [2, 1]), examples)
    run.record(0.0)
    model = copy.deepcopy(run.model)
    assert decisions_of(model, chain_of(model), examples, [run.frames[0].parameters], None) is None
    assert "h space" not in run.html()


def test_numbers_without_bounds_make_no_page_fail() -> None:
    network = nn.MLP(2, [2, 1], "relu", seed=0)
    run = nn.watch(network, XOR)
    for number in (1.0, 1e200, math.inf, math.nan):
        for parameter in network.parameters():
            parameter.data = number
        run.record(number)
    changes = present(run.recorded()).changes
    assert len(changes["epochs"]) == 4 and [bool(marker) for marker in changes["markers"]] == [True, True, False, False]
    json.dumps(changes, allow_nan=False)
    assert changes["sentences"][3] == "After 3 of 3 epochs: the loss can't be computed, 2 of 4 right."


def test_the_threshold_follows_the_last_activation() -> None:
    for activation, same in (("sigmoid", 0.5), (sigmoid, 0.5), ("softplus", 0.5), ("tanh", 0.0), ("identity", 0.0)):
        network = nn.MLP(2, [3, 1], "tanh", activation, seed=6)
        run = nn.watch(network, XOR)
        run.record(0.0)
        with no_grad():
            check_space(decided(run).spaces[0], 0, lambda x, network=network, same=same: network(x)[0].data > same, near=20)
        run = nn.watch(network, XOR, threshold=0.3)
        run.record(0.0)
        with no_grad():
            check_space(decided(run, 0.3).spaces[0], 0, lambda x, network=network: network(x)[0].data > 0.3, near=20)


def test_a_function_of_its_own_is_an_activation_too() -> None:
    network = nn.MLP(2, [2, 1], lambda z: tanh(2 * z), seed=1)
    run = nn.watch(network, XOR)
    run.record(0.0)
    with no_grad():
        check_space(decided(run).spaces[0], 0, lambda x: network(x)[0].data > 0, near=20)
