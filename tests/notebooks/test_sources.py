"""The notebooks that are written from texts: they run in a clean kernel, and what is stored is what comes out of it."""

from __future__ import annotations

import copy
import json
import re
from base64 import b64decode, b64encode
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tasks.exercises.checking import exercises

# Importing them takes seconds, in which processes that run none of these tests need not wait.
for library in ("jupytext", "nbclient", "ipykernel"):
    if find_spec(library) is None:
        pytest.skip(f"{library} is not installed", allow_module_level=True)

ROOT = Path(__file__).parents[2]
_specification = spec_from_file_location("notebooks_tool", ROOT / "tools" / "notebooks.py")
assert _specification is not None and _specification.loader is not None
tool = module_from_spec(_specification)
_specification.loader.exec_module(tool)

SOURCES: list[Path] = tool.sources()
MOST_BYTES = 150_000
# A page that shows a notebook has room for about as many.
MOST_COLUMNS = 120
each_notebook = pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)


def stored(source: Path) -> dict[str, Any]:
    """The committed notebook, in the form of its file."""
    return json.loads(source.with_suffix(".ipynb").read_text(encoding="utf-8"))


def file_form(notebook: Any) -> dict[str, Any]:
    """A notebook in the form of a file, where texts are lists of lines."""
    import nbformat

    return json.loads(nbformat.writes(notebook))


def take_pictures(notebook: dict[str, Any]) -> list[str]:
    """Take the PNG pictures, which are in base64, out of a notebook."""
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", []) if "data" in output]
    return ["".join(output["data"].pop("image/png")) for output in outputs if "image/png" in output["data"]]


def leave_out_scripts(notebook: dict[str, Any]) -> None:
    """Take the scripts and the styles out of pages, which have tests of their own: what they show stays."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if "text/html" in output.get("data", {}):
                html = "".join(output["data"]["text/html"])
                html = re.sub(r"(?s)<style\b.*?</style>|<script>.*?</script>| data-key=\"\w*\"", "", html)
                output["data"]["text/html"] = html


def assert_same(fresh: dict[str, Any], expected: dict[str, Any]) -> None:
    """The cells and the outputs are equal; a PNG is one if it looks the same.

    Another version of the fonts or of the renderer may smooth edges in another way.
    """
    import numpy
    from matplotlib.image import imread

    fresh, expected = copy.deepcopy(fresh), copy.deepcopy(expected)
    for notebook in (fresh, expected):
        leave_out_scripts(notebook)
    pictures = take_pictures(fresh), take_pictures(expected)
    for one, other in zip(fresh["cells"], expected["cells"], strict=True):
        assert one == other
    assert fresh == expected
    for drawn, wanted in zip(*pictures, strict=True):
        pixels, right = (numpy.asarray(imread(BytesIO(b64decode(text))))[:, :, :3] for text in (drawn, wanted))
        assert pixels.shape == right.shape
        assert abs(pixels - right).mean() < 0.01


def runs_of(source: Path) -> type:
    """A class with a single test: that a notebook runs."""

    class Runs:
        def test_it_runs_in_a_clean_kernel_and_gives_what_is_stored(self) -> None:
            assert_same(file_form(tool.run(source)), stored(source))

    return Runs


# `make test` gives all functions of a file to one worker, but each class to any: so notebooks run side by side.
for _source in SOURCES:
    globals()[f"Test_{_source.stem}"] = runs_of(_source)


@each_notebook
def test_both_files_have_the_same_cells(source: Path) -> None:
    fresh, expected = file_form(tool.read_source(source)), stored(source)
    assert [(cell["id"], cell["cell_type"], cell["source"]) for cell in fresh["cells"]] == [
        (cell["id"], cell["cell_type"], cell["source"]) for cell in expected["cells"]
    ], "type make notebooks"


@each_notebook
def test_what_is_stored_is_small_and_tells_nothing_of_the_machine(source: Path) -> None:
    text = source.with_suffix(".ipynb").read_text(encoding="utf-8")
    assert len(text.encode()) <= MOST_BYTES
    assert not re.search(r'/(home|tmp|usr|Users|work)/|"execution_count": \d|Traceback', text)


@each_notebook
def test_its_cells_of_code_fit_into_a_page(source: Path) -> None:
    lines = [line for cell in tool.read_source(source).cells if cell.cell_type == "code" for line in cell.source.splitlines()]
    assert [line for line in lines if len(line) > MOST_COLUMNS] == []


@each_notebook
def test_it_begins_with_how_to_install(source: Path) -> None:
    cells = tool.read_source(source).cells
    first = next(cell for cell in cells if cell.cell_type == "code")
    # Colab has the other package called autograd, and what is installed over it is gone when that is uninstalled.
    assert "\n# %pip uninstall --yes --quiet autograd chalkgrad\n# %pip install chalkgrad\n" in first.source
    colab = "https://colab.research.google.com/github/chalkgrad/chalkgrad/blob/main/notebooks"
    assert cells[0].source.endswith(f"({colab}/{source.stem}.ipynb)")


@each_notebook
def test_its_exercises_are_those_that_there_are(source: Path) -> None:
    number = str(int(source.stem[:2]))
    asked = []
    for cell in tool.read_source(source).cells:
        found = re.findall(r'^check\("([\d.]+)", answer\)$', cell.source, re.MULTILINE)
        asked += found
        if found and cell.cell_type == "code":
            assert len(found) == 1 and re.search(r"^(    return|answer =) \.\.\.$", cell.source, re.MULTILINE), cell.source
    assert asked == [name for name in exercises() if name.partition(".")[0] == number]
    assert 2 <= len(asked) <= 4


def test_every_exercise_has_a_notebook() -> None:
    numbers = {str(int(source.stem[:2])) for source in SOURCES}
    assert {name.partition(".")[0] for name in exercises()} <= numbers


class TestAChangedOutputFails:
    def notebook(self, printed: str = "z = 0.87\n", dark: int = 0, data: str = "[0.87]", script: str = "f()") -> dict[str, Any]:
        import nbformat
        from matplotlib.image import imsave

        pixels = [[[0.0, 0.0, 1.0]] * 20 for _ in range(20)]
        for row in range(dark):
            pixels[row] = [[0.0, 0.0, 0.0]] * 20
        with BytesIO() as file:
            imsave(file, pixels, format="png")
            picture = b64encode(file.getvalue()).decode()
        page = f'<img src="data:,"><style>p {{ }}</style>\n<script type="application/json">{data}</script>\n'
        outputs = [
            nbformat.v4.new_output("stream", text=printed),
            nbformat.v4.new_output("display_data", {"image/png": picture, "text/plain": "a picture"}),
            nbformat.v4.new_output("display_data", {"text/html": f"{page}<script>{script}</script>"}),
        ]
        cell = nbformat.v4.new_code_cell("f()", outputs=outputs, id="name")
        return file_form(nbformat.v4.new_notebook(cells=[cell]))

    def test_equal_notebooks_pass(self) -> None:
        assert_same(self.notebook(), self.notebook())
        assert_same(self.notebook(script="g()"), self.notebook())

    @pytest.mark.parametrize("change", [{"printed": "z = 0.88\n"}, {"dark": 3}, {"data": "[0.88]"}], ids=str)
    def test_what_matters(self, change: dict[str, Any]) -> None:
        with pytest.raises(AssertionError):
            assert_same(self.notebook(**change), self.notebook())

    def test_a_picture_or_a_cell_too_many(self) -> None:
        more = self.notebook()
        more["cells"] *= 2
        with pytest.raises(ValueError, match="shorter"):
            assert_same(more, self.notebook())
