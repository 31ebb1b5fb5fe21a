"""Writes the lessons as slides; `make slides` runs it.

Each lesson becomes ``out/slides/NAME.html``, with the outputs that are stored in the notebook; `cutting.py` says where a slide
begins. reveal.js, which turns the slides over, comes from the npm registry and is copied beside them: slides ask no other host
for anything, and open from disk.
"""

from __future__ import annotations

import argparse
import re
import shutil
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import SlidesExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments.formatters import HtmlFormatter

from tools.documentation.formulas import mathml
from tools.playground.npm_packages import content, fetched
from tools.slides.cutting import cut

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
NOTEBOOKS = ROOT / "notebooks"
OUT = ROOT / "out" / "slides"
CACHE = ROOT / "build" / "slides"

REVEAL = "6.0.2"  # under the MIT licence
_INTEGRITY = "sha512-JYIg5D9aoxoaLeb84O+OvAwsKWdIavVgEDScxtYEXFCT6t6TQrhNtSgogcjdCpdLsWglhJn3zyE3fUOwiH5KEg=="
_OF_REVEAL = {"dist/reveal.js": "reveal.js", "dist/reveal.css": "reveal.css", "LICENSE": "LICENSE"}
_LINK_TO_NOTEBOOK = re.compile(r"\]\((\w+)\.ipynb(#[^)]*)?\)")


class _Text(IPythonRenderer):
    """Text whose formulas are MathML."""

    def inline_math(self, body: str) -> str:
        return mathml(body)

    def block_math(self, body: str) -> str:
        return f'<div class="formula">{mathml(body, displayed=True)}</div>'


class Slides(SlidesExporter):
    """nbconvert's slides, in a page of our own that loads nothing from other hosts."""

    def markdown2html(self, context: Any, source: str) -> str:
        """A cell of text as HTML; a link to another lesson leads to its slides."""
        source = _LINK_TO_NOTEBOOK.sub(r"](\1.html)", source)
        return str(MarkdownWithMath(renderer=_Text(escape=False, exclude_anchor_links=True)).render(source))

    # nbconvert hands the template's context to functions that carry this mark of Jinja's.
    markdown2html.jinja_pass_arg = SlidesExporter.markdown2html.jinja_pass_arg  # type: ignore[attr-defined]


def build(notebooks: list[Path], folder: Path) -> list[Path]:
    """Write the slides of notebooks into a folder, and what they need beside them. Returns where they are.

    Raises:
        OSError: npm is missing, or can't reach its registry.
        ValueError: what was fetched is not what is expected.
    """
    reveal = fetched("reveal.js", REVEAL, _INTEGRITY, CACHE)
    (folder / "reveal").mkdir(parents=True, exist_ok=True)
    for name, here in _OF_REVEAL.items():
        (folder / "reveal" / here).write_bytes(content(reveal, name))
    for name in ("slides.css", "slides.js"):
        shutil.copy(HERE / name, folder)
    colours: str = HtmlFormatter(style="default").get_style_defs(".highlight")
    (folder / "programs.css").write_text(colours + "\n", encoding="utf-8")
    return [write(path, folder) for path in notebooks]


def write(notebook: Path, folder: Path) -> Path:
    """Write the slides of one notebook. Returns where."""
    lesson = nbformat.read(notebook, as_version=4)
    lesson.cells = cut(lesson.cells)
    lesson.metadata["title"] = lesson.cells[0].source.splitlines()[0].lstrip("# ")
    exporter = Slides(template_file=str(HERE / "slides.html.j2"), exclude_input_prompt=True, exclude_output_prompt=True)
    page, _ = exporter.from_notebook_node(lesson)
    path = folder / f"{notebook.stem}.html"
    path.write_text(page, encoding="utf-8")
    return path


def main() -> None:
    """Write the slides of the notebooks that are named, or of all lessons."""
    parser = argparse.ArgumentParser(description="Write lessons as slides.")
    parser.add_argument("notebooks", type=Path, nargs="*", help="default: all lessons")
    parser.add_argument("--out", type=Path, default=OUT, help="default: %(default)s")
    given = parser.parse_args()
    for path in build(given.notebooks or sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb")), given.out):
        print(path)


if __name__ == "__main__":
    main()
