"""What is left of a notebook where scripts are stripped, as code hosts do; and that its outputs say what its text derives."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
COMPUTATION_GRAPHS = FOLDER / "07_computation_graphs.ipynb"


def shown(path: Path, kind: str) -> Iterator[str]:
    """The stored outputs of a kind of MIME, such as text/html; "stdout" is what was printed."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            if output.get("name") == kind:
                yield "".join(output["text"])
            elif kind in output.get("data", {}):
                yield "".join(output["data"][kind])


class Sanitized(HTMLParser):
    """What is left where only harmless HTML is shown: texts and images; scripts, styles and SVG are gone."""

    def __init__(self) -> None:
        super().__init__()
        self.images: list[dict[str, str | None]] = []
        self.text = ""
        self._inside = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._inside += tag in ("script", "style")
        if tag == "img":
            self.images.append(dict(attributes))

    def handle_endtag(self, tag: str) -> None:
        self._inside -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.text += data


def pictures_left(path: Path) -> int:
    """Check the pictures that are left of a notebook, and count them."""
    pictures = 0
    for text in shown(path, "text/html"):
        if "<img" in text:
            left = Sanitized()
            left.feed(text)
            for image in left.images:
                assert str(image["src"]).startswith(("data:image/svg+xml;base64,", "data:image/png;base64,"))
                assert image["alt"], "what the picture shows, in words"
            assert "{" not in left.text, "no code is left over"
            pictures += 1
    return pictures


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_pictures_are_left_where_scripts_are_stripped(path: Path) -> None:
    assert pictures_left(path) >= (8 if path == COMPUTATION_GRAPHS else 0)


def test_the_notebook_says_what_the_text_derives() -> None:
    printed = "".join(shown(COMPUTATION_GRAPHS, "stdout"))
    passes = re.search(r"backward pass: (\S+)\na − y: +(\S+)\n", printed)
    assert passes is not None
    assert passes[1] == passes[2] and float(passes[1]) == pytest.approx(-0.385563425859, rel=1e-11)
