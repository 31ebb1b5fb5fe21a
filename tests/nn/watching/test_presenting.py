"""What a page of a training is made of: numbers, sentences, pictures and its size."""

from __future__ import annotations

import math
import struct
import zlib
from base64 import b64decode
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from typing import Any

import pytest

import nn
from nn.watching.arrays_picture import N_BARS
from nn.watching.presenting import present

XOR = [((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)]


@cache
def xor(epochs: int) -> nn.Recording:
    network = nn.MLP(2, [2, 1], seed=0)
    run = nn.watch(network)
    optimizer = nn.SGD(network.parameters(), 1.0)
    nn.train(network, lambda x, y: nn.binary_cross_entropy_from_logit(network(x), y), XOR, epochs=epochs, optimizer=optimizer,
             progress=False, watch=run)  # fmt: skip
    return run


def recorded(model: nn.Module, frames: int = 3) -> nn.Recording:
    """A recording of a model whose parameters and gradients are other numbers in each frame."""
    draw = Random(7)
    run = nn.watch(model)
    for epoch in range(frames):
        for parameter in model.parameters():
            parameter.data, parameter.gradient = draw.gauss(0, 1), draw.gauss(0, 0.1)
        run.record(1.0 / (epoch + 1))
    return run


def test_weights_and_gradients_are_there_in_single_precision() -> None:
    run = xor(30)
    network = present(run.recorded()).changes["network"]
    for name in ("weights", "gradients"):
        numbers = [one for frame in run.frames for one in (frame.parameters if name == "weights" else frame.gradients)]
        found = struct.unpack(f"<{len(numbers)}f", b64decode(network[name]))
        assert list(found) == pytest.approx(numbers, rel=1e-7)
        assert network["largest"][name == "gradients"] == max(map(abs, found)), "of what is there, not of what it was"
    assert network["names"] == ["w^[1]₁₁", "w^[1]₁₂", "w^[1]₂₁", "w^[1]₂₂", "b^[1]₁", "b^[1]₂", "w^[2]₁₁", "w^[2]₁₂", "b^[2]₁"]


def test_sentences() -> None:
    run = xor(30)
    sentences = present(run.recorded()).changes["sentences"]
    first, last = run.frames[0], run.frames[-1]
    assert sentences[0].startswith(f"Before the first epoch: loss {first.loss:.4g}, length of its gradient ")
    assert sentences[-1].startswith(f"After 30 of 30 epochs: loss {last.loss:.4g}, length of its gradient ")
    assert f"{math.hypot(*last.gradients):.3g}, " in sentences[-1] and sentences[-1].endswith(" of 4 right.")


def test_markers_stand_on_the_curve_where_a_batch_is_all_examples() -> None:
    data = present(xor(30).recorded())
    [loss] = [svg for title, svg in data.pictures if title == "The loss"]
    path = loss.split('class="curve training" d="M')[1].split('"')[0]
    numbers = list(map(int, path.split()))
    assert data.changes["markers"] == [[x, y] for x, y in zip(numbers[::2], numbers[1::2], strict=True)]


def test_the_page_of_xor_is_small() -> None:
    run = xor(300)
    assert len(run.frames) == 120
    assert len(run.html().encode()) < 120_000


class Checker(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))


@pytest.mark.parametrize("kind", ["html", "save", "frame"])
def test_the_page_asks_no_host_for_anything(tmp_path: Path, kind: str) -> None:
    run = xor(5)
    checker = Checker()
    if kind == "html":
        text = run.html()
    elif kind == "save":
        text = run.save(tmp_path / "a.html").read_text(encoding="utf-8")
    else:
        checker.feed(run._mime_()[1])
        text = checker.tags[0][1]["srcdoc"] or ""
    checker.feed(text)
    assert len(checker.tags) > 4
    for _, attributes in checker.tags:
        for name in ("src", "href"):
            assert (attributes.get(name) or "data:").startswith("data:")
    assert "@import" not in text and "url(" not in text and "fetch(" not in text
    assert text.replace("http://www.w3.org/2000/svg", "").count("http") == 0


def test_names_are_text() -> None:
    class Odd(nn.Module):
        def __init__(self) -> None:
            setattr(self, "</script><b>&", nn.Layer(2, 40, seed=1))
            self.rest = [nn.Layer(3, 2, seed=1)]

        def __repr__(self) -> str:
            return "</title><script>alert(1)</script>"

    run = recorded(Odd())
    assert "<b>" not in run.html() and "alert" not in run.html().replace("&lt;", "")
    page = run._mime_()[1]
    assert "<script>alert" not in page


def test_heat_maps_hold_each_number_as_a_byte() -> None:
    run = recorded(nn.MLP(3, [14, 5], seed=1))
    data = present(run.recorded())
    arrays = data.changes["arrays"]
    assert arrays["shapes"] == ((3, 14), (14, 1), (14, 5), (5, 1))
    sizes = [42, 14, 70, 5]
    for name in ("weights", "gradients"):
        coded, at = b64decode(arrays[name]), 0
        assert len(coded) == 3 * sum(sizes)
        numbers = [frame.parameters if name == "weights" else frame.gradients for frame in run.frames]
        # In the order of the arrays of the model: weight and bias of each layer.
        for frame in range(3):
            start = 0
            for size in sizes:
                scale = max(abs(one) for some in numbers for one in some[start : start + size])
                for place in range(size):
                    found = struct.unpack("b", coded[at : at + 1])[0] / 127 * scale
                    assert found == pytest.approx(numbers[frame][start + place], abs=scale / 253)
                    at += 1
                start += size


def test_a_heat_map_is_a_picture_of_its_bytes() -> None:
    run = recorded(nn.MLP(3, [14, 5], seed=1))
    [svg] = [svg for title, svg in present(run.recorded()).pictures if title == "The parameters"]
    png = b64decode(svg.split("data:image/png;base64,")[1].split('"')[0])
    assert png.startswith(b"\x89PNG\r\n\x1a\n") and struct.unpack(">II", png[16:24]) == (3, 14)
    length = struct.unpack(">I", png[33:37])[0]
    pixels = zlib.decompress(png[41 : 41 + length])
    assert len(pixels) == 14 * (1 + 3 * 4)
    weights = run.frames[-1].parameters[:42]
    alphas = [pixels[row * 13 + 1 + 4 * column + 3] for row in range(14) for column in range(3)]
    scale = max(abs(one) for frame in run.frames for one in frame.parameters[:42])
    assert alphas == [2 * round(127 * abs(one) / scale) for one in weights]


def test_counts_of_many_numbers() -> None:
    run = recorded(nn.MLP(30, [70, 2], seed=1))
    data = present(run.recorded())
    coded, n = b64decode(data.changes["arrays"]["weights"]), 4
    assert len(coded) == 3 * n * N_BARS
    weights = run.frames[1].parameters[: 30 * 70]
    scale = max(abs(one) for frame in run.frames for one in frame.parameters[: 30 * 70])
    counts = [0] * N_BARS
    for one in weights:
        counts[round((one / scale + 1) / 2 * (N_BARS - 1))] += 1
    bars = coded[n * N_BARS : (n + 1) * N_BARS]
    assert [round(255 * count / max(counts)) for count in counts] == pytest.approx(list(bars), abs=1)
    assert "how many are how large" in dict(data.pictures)["The parameters"]
    assert len(run.html()) < 30_000, "what is shown of a large model is small"


@pytest.mark.parametrize("bias", ["separate", "dummy input", None])
def test_a_line_for_each_weight(bias: Any) -> None:
    network = nn.MLP(3, [4, 2], bias=bias, seed=1)
    data = present(recorded(network).recorded())
    [svg] = [svg for title, svg in data.pictures if title == "The network"]
    places = [int(part.split('"')[0]) for part in svg.split('data-place="')[1:]]
    assert sorted(places) == list(range(len(network.parameters())))
    assert svg.count('class="unit bias"') == (0 if bias is None else 2)
    assert svg.count('class="unit"') == 3 + 4 + 2


def test_saving(tmp_path: Path) -> None:
    run = xor(5)
    assert run.save(str(tmp_path / "run.htm")) == tmp_path / "run.htm"
    with pytest.raises(ValueError, match=r"can't save the training as 'run.png': the name must end in \.html"):
        run.save(tmp_path / "run.png")
    with pytest.raises(FileNotFoundError):
        run.save(tmp_path / "no" / "run.html")
    assert (run._repr_html_() or "").startswith('<div class="chalkgrad-training">')
