"""Saving and showing pictures: open files, fonts of the machine, what a prompt and a browser get."""

from __future__ import annotations

import io
import sys
import types
import warnings
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy
import pytest
from drawn_graphs import parse, random_graph, text_example

from autograd import Value, draw, scope
from autograd.drawing.canvases import figure, fonts
from nn import MLP


def pixels(png: bytes) -> Any:
    """A PNG as an array of height × width × 3 bytes."""
    from matplotlib.image import imread

    return (numpy.asarray(imread(io.BytesIO(png)))[:, :, :3] * 255).round().astype(int)


def saved(drawing: Any, file_format: str = "png") -> bytes:
    file = io.BytesIO()
    assert drawing.save(file, format=file_format) is None
    return file.getvalue()


@pytest.mark.parametrize("file_format", ["svg", "png", "pdf", "html", "dot"])
def test_an_open_file(file_format: str, tmp_path: Path) -> None:
    drawing = draw(text_example()[0])
    assert saved(drawing, file_format) == drawing.save(tmp_path / f"graph.{file_format}").read_bytes()
    by_place = io.BytesIO()
    drawing.save(by_place, file_format)
    assert by_place.getvalue() == saved(drawing, file_format)
    assert saved(drawing, file_format.upper()) == saved(drawing, file_format)


def test_what_cannot_be_saved_to() -> None:
    drawing = draw(text_example()[0])
    with pytest.raises(ValueError, match=r'write save\(file, format="png"\)'):
        drawing.save(io.BytesIO())
    with pytest.raises(ValueError, match="format is one of 'svg', 'png', 'pdf', 'dot', 'html', not 'gif'"):
        drawing.save(io.BytesIO(), format="gif")
    with pytest.raises(TypeError, match="in the mode 'wb'"):
        drawing.save(io.StringIO(), format="svg")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="the name of a file or a binary file open for writing, not 3"):
        drawing.save(3)  # type: ignore[call-overload]


def test_a_format_that_is_given_counts(tmp_path: Path) -> None:
    assert draw(text_example()[0]).save(tmp_path / "graph", format="png").read_bytes().startswith(b"\x89PNG")


def test_strips_join_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    drawing = draw(random_graph(2, 40), "value", local_derivatives=True)
    monkeypatch.setattr(figure, "_PIXELS_OF_STRIP", 10**9)
    whole = pixels(saved(drawing))
    monkeypatch.setattr(figure, "_PIXELS_OF_STRIP", 0)
    strips = pixels(saved(drawing))
    assert whole.shape == strips.shape and whole.shape[0] > 4 * 64
    assert abs(whole - strips).max() < 64, "lines end in pixels that are a little darker or lighter, and nothing is missing"


def test_a_big_picture_has_the_same_colours_as_a_small_one() -> None:
    drawing = draw(MLP(2, [16, 16, 1])([1.0, 2.0])[0], "value")
    big, small = pixels(saved(drawing)), pixels(figure.to_png(drawing.scene, most_area=1_000_000))
    assert big.shape[0] * big.shape[1] > 30_000_000
    assert abs(big.mean(axis=(0, 1)) - small.mean(axis=(0, 1))).max() < 2.0


@pytest.fixture
def font(tmp_path: Path) -> Iterator[str]:
    """A font on this machine that has one Chinese character, a filled square."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from matplotlib.font_manager import fontManager

    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for corner in ((0, 800), (800, 800), (800, 0)):
        pen.lineTo(corner)
    pen.closePath()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "square"])
    builder.setupCharacterMap({ord("龘"): "square"})
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "square": pen.glyph()})
    builder.setupHorizontalMetrics({".notdef": (500, 0), "square": (900, 0)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Chalkgrad Test Sans", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(str(tmp_path / "test.ttf"))
    known = list(fontManager.ttflist)
    caches: tuple[Any, ...] = (fonts.family_with, fonts.families_for, fonts.glyph)

    def forget() -> None:
        for cache in caches:
            cache.cache_clear()

    forget()
    fontManager.addfont(str(tmp_path / "test.ttf"))
    yield "龘"
    fontManager.ttflist = known
    forget()


def test_characters_that_a_font_of_the_machine_has(font: str) -> None:
    drawing = draw(Value(3.0, font))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        png, pdf = saved(drawing), saved(drawing, "pdf")
    text = next(text for text in drawing.scene.nodes[0].texts if text.role == "title")
    x, y = drawing.scene.nodes[0].corner[0] + text.at[0], drawing.scene.nodes[0].corner[1] + text.at[1]
    inside = pixels(png)[round(2 * (y - 8)) : round(2 * (y - 3)), round(2 * (x - 2)) : round(2 * (x + 1))]
    assert inside.max() < 60, "the font's square is filled with ink"
    assert pdf.startswith(b"%PDF-")


def test_a_character_that_no_font_has_is_named() -> None:
    drawing = draw(Value(3.0, "a\U000e0041b"))
    for file_format in ("png", "pdf"):
        with pytest.warns(
            UserWarning, match=r"no font of this machine has an outline of .* \(U\+E0041\).*save as .svg"
        ) as caught:
            saved(drawing, file_format)
        assert len(caught) == 1 and caught[0].filename == __file__, "one warning, at the line that saves"


def test_emoji_sequences_and_scripts_from_the_right_do_not_fail() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for label in ("👩\u200d🔬\ufe0f", "שלום", "e\u0301", "नमस्ते"):
            assert len(saved(draw(Value(3.0, label)))) > 500


def test_a_prompt_shows_the_text() -> None:
    output, _ = text_example()
    assert repr(draw(output)) == f"Computation graph of L: 6 nodes, 5 edges\n{draw(output).text()}"
    big = draw(random_graph(1, 200), "value")
    assert len(repr(big).splitlines()) == 1 and ".show()" in repr(big) and ".text()" in repr(big)


def test_show_opens_a_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    opened: list[str] = []

    def note(address: str) -> bool:
        opened.append(address)
        return True

    monkeypatch.setattr(webbrowser, "open", note)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    path = draw(text_example()[0]).show()
    assert path is not None and opened == [path.as_uri()] and path.is_relative_to(tmp_path)
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
    monkeypatch.setattr(webbrowser, "open", lambda address: False)
    with pytest.warns(UserWarning, match=r"no browser could be opened; the picture is in .*graph\.html"):
        draw(text_example()[0]).show()


def test_show_in_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[object] = []
    notebook = types.ModuleType("IPython")
    notebook.get_ipython = lambda: types.SimpleNamespace(kernel=object())  # type: ignore[attr-defined]
    notebook.display = types.SimpleNamespace(display=shown.append)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", notebook)
    drawing = draw(text_example()[0])
    assert drawing.show() is None and shown == [drawing]


def test_the_bundle_has_a_png_of_what_is_not_too_big() -> None:
    from base64 import b64decode

    drawing = draw(text_example()[0])
    bundle = drawing._repr_mimebundle_()
    png = b64decode(bundle["image/png"])
    small, whole = pixels(png), pixels(saved(drawing))
    assert small.shape == whole.shape and abs(small - whole).max() < 16
    assert (small == whole).all(axis=2).mean() > 0.95, "the colours themselves are kept, and only what lies between is not"
    assert len(png) < 20_000
    neurons = draw(MLP(2, [16, 16, 1])([1.0, 2.0])[0], "neuron")
    assert len(b64decode(neurons._repr_mimebundle_()["image/png"])) < 200_000
    big = draw(MLP(2, [16, 16, 1])([1.0, 2.0])[0], "value")
    assert "image/png" not in big._repr_mimebundle_()


@pytest.mark.parametrize("label", [3, None, 2.5, ("a",), ["a"], b"a"])
def test_labels_are_strings(label: Any) -> None:
    with pytest.raises(TypeError, match="a label is a string, not"):
        Value(1.0, label)
    x = Value(1.0, "x")
    with pytest.raises(TypeError, match=r"a label is a string, not .*: write .label = "):
        x.label = label
    assert x.label == "x"
    with pytest.raises(TypeError, match="a scope's name is a string"), scope(label):
        pass


def test_a_svg_file_is_what_svg_gives() -> None:
    drawing = draw(text_example()[0])
    assert parse(saved(drawing, "svg").decode()) is not None
