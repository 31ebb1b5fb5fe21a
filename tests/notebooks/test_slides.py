"""Where lessons are cut into slides: nothing is lost, and each slide begins where it should."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tools.slides.cutting import ROOM, cut, height

if TYPE_CHECKING:
    import nbformat

pytestmark = pytest.mark.usefixtures("notebook_format")

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("[0-9][0-9]_*.ipynb"))
PARAGRAPH = "word " * 100


@pytest.fixture(scope="module")
def notebook_format() -> None:
    """It takes a second to import, in which processes that run none of these tests need not wait."""
    globals()["nbformat"] = pytest.importorskip("nbformat", reason="nbformat is not installed")


def text(source: str) -> Any:
    return nbformat.v4.new_markdown_cell(source)


def code(source: str, printed: str = "") -> Any:
    outputs = [nbformat.v4.new_output("stream", text=printed)] if printed else []
    return nbformat.v4.new_code_cell(source, outputs=outputs)


def kinds(*cells: Any) -> list[str]:
    return [cell.metadata.slideshow.slide_type for cell in cut(list(cells))]


def test_a_heading_begins_a_slide_and_code_goes_on_with_it() -> None:
    assert kinds(text("# One"), code("f()"), text("More."), code("g()"), text("## Two"), code("h()")) == [
        "slide", "-", "-", "-", "slide", "-",
    ]  # fmt: skip


def test_what_would_be_too_much_begins_a_slide_below_with_the_text_that_introduces_it() -> None:
    lines = "\n".join(["f()"] * 8)
    assert kinds(text("# One"), code(lines), text("More."), code(lines), text("And more."), code(lines)) == [
        "slide", "-", "-", "-", "subslide", "-",
    ]  # fmt: skip
    assert kinds(text("# One"), *[text(PARAGRAPH)] * 4) == ["slide", "-", "-", "subslide", "-"]


def test_an_exercise_has_a_slide_below() -> None:
    exercise = text("**1.1** How much?"), code('answer = ...\ncheck("1.1", answer)', "put your answer\n")
    assert kinds(text("# One"), code("f()"), *exercise) == ["slide", "-", "subslide", "-"]
    assert kinds(text("## Exercises\n\n**1.1** How much?"), exercise[1]) == ["slide", "-"]


def test_a_long_output_is_on_the_slide_below_its_code() -> None:
    cells = cut([text("# One"), code("f()\ng()\nh()", "a line\n" * 40)])
    assert [cell.metadata.slideshow.slide_type for cell in cells] == ["slide", "-", "subslide"]
    assert cells[1].outputs == [] and cells[2].metadata.transient == {"remove_source": True}
    assert len(cells[2].outputs) == 1


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_lesson_is_whole(notebook: Path) -> None:
    before = nbformat.read(notebook, as_version=4).cells
    after = cut(before)
    assert [cell.source for cell in after if "transient" not in cell.metadata] == [cell.source for cell in before]
    outputs = [output for cell in after for output in cell.get("outputs", [])]
    assert outputs == [output for cell in before for output in cell.get("outputs", [])]
    headings = [cell for cell in after if re.match("#+ ", cell.source) and cell.cell_type == "markdown"]
    assert {cell.metadata.slideshow.slide_type for cell in headings} == {"slide"}
    assert len({cell.id for cell in after}) == len(after)
    # A slide of several cells is one that they fit on, but for a text that stays with what it belongs to.
    slides: list[list[Any]] = []
    for cell in after:
        if cell.metadata.slideshow.slide_type != "-":
            slides.append([])
        slides[-1].append(cell)
    assert [len(slide) for slide in slides if len(slide) > 3 and sum(map(height, slide)) > ROOM] == []
