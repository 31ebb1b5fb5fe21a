"""Runs the notebooks in clean kernels and writes them with their outputs; `make notebooks` runs it.

Edit ``notebooks/NAME.py``, which is text in cells (jupytext's format py:percent). Open and read ``notebooks/NAME.ipynb``, which
is written from it. The same text always gives the same file, since neither times nor counters nor random names of cells are kept.
Type ``python tools/notebooks.py notebooks/01_units.py`` to write one of them alone.
"""

from __future__ import annotations

import os
import sys
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "notebooks"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
# Seconds that a cell may take, on a slow machine too.
LONGEST_CELL = 300


def sources() -> list[Path]:
    """The texts of all notebooks, in their order."""
    return sorted(FOLDER.glob("[0-9][0-9]_*.py"))


def read_source(source: Path) -> Any:
    """The notebook that a text describes, without outputs."""
    import jupytext

    notebook = jupytext.read(source, fmt="py:percent")
    notebook.metadata = METADATA
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    seen: Counter[str] = Counter()
    for cell in notebook.cells:
        # A cell keeps its name when others come or go.
        name = sha256(cell.source.encode()).hexdigest()[:8]
        seen[name] += 1
        cell.id = name if seen[name] == 1 else f"{name}-{seen[name]}"
        cell.metadata = {}
    return notebook


def run(source: Path) -> Any:
    """The notebook that a text describes, with the outputs that a clean kernel gives.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell raised an error.
    """
    from nbclient import NotebookClient

    notebook = read_source(source)
    with _environment():
        NotebookClient(
            notebook,
            kernel_name="python3",
            timeout=LONGEST_CELL,
            record_timing=False,
            coalesce_streams=True,
            resources={"metadata": {"path": str(FOLDER)}},
        ).execute()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.execution_count = None
            cell.outputs = [_without_what_changes(output) for output in cell.outputs]
    # The kernel adds the version of its Python.
    notebook.metadata = METADATA
    return notebook


def write(source: Path) -> Path:
    """Run a notebook and write it beside its text, with its outputs. Returns where."""
    import nbformat

    path = source.with_suffix(".ipynb")
    path.write_text(nbformat.writes(run(source)) + "\n", encoding="utf-8")
    return path


def _without_what_changes(output: Any) -> Any:
    if "execution_count" in output:
        output.execution_count = None
    if "data" in output:
        output.metadata = {}
        # A picture of ours is in the HTML as well; the PNG, which makes it three times as large, is for LaTeX alone.
        if "text/html" in output.data:
            output.data.pop("image/png", None)
        if "image/png" in output.data:
            output.data["image/png"] = _with_few_colours(output.data["image/png"])
    return output


def _with_few_colours(png: str) -> str:
    """A picture of matplotlib's in a third of the bytes: its lines and letters are smoothed in hundreds of colours."""
    from PIL import Image

    picture = Image.open(BytesIO(b64decode(png))).convert("RGB").quantize(64, dither=Image.Dither.NONE)
    with BytesIO() as file:
        picture.save(file, "png", optimize=True)
        return b64encode(file.getvalue()).decode() + "\n"


@contextmanager
def _environment() -> Iterator[None]:
    """Nothing of the reader's own settings of Jupyter counts, and the kernel finds this project first."""
    before = dict(os.environ)
    with TemporaryDirectory() as folder:
        os.environ.update({f"JUPYTER_{name}_DIR": f"{folder}/{name.lower()}" for name in ("CONFIG", "DATA", "RUNTIME")})
        os.environ.update(IPYTHONDIR=f"{folder}/ipython", PYTHONPATH=str(ROOT), PYTHONHASHSEED="random")
        # What shows progress for eyes, and what depends on the reader's own files.
        for name in ("CHALKGRAD_DATA", "MPLBACKEND"):
            os.environ.pop(name, None)
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)


def main(names: list[str]) -> None:
    """Write the notebooks that are named, or all."""
    for source in [Path(name).with_suffix(".py") for name in names] or sources():
        path = write(source)
        print(f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}: {path.stat().st_size / 1000:.0f} KB")


if __name__ == "__main__":
    main(sys.argv[1:])
