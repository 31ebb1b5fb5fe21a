"""Notebooks in a clean kernel, as a reader runs them: every output is the stored one; and what is left of it without scripts."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from base64 import b64decode
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
# Those that are written from texts are tested in test_sources.py.
NOTEBOOKS = [path for path in sorted((ROOT / "notebooks").glob("*.ipynb")) if not path.with_suffix(".py").exists()]
COMPUTATION_GRAPHS = ROOT / "notebooks" / "computation_graphs.ipynb"


def outputs_of(notebook: dict[str, Any]) -> list[list[Any]]:
    """The outputs of each cell, without numbers of execution; what a cell prints as one text."""
    found = []
    for cell in notebook["cells"]:
        outputs: list[Any] = []
        for output in cell.get("outputs", []):
            if output["output_type"] == "stream" and outputs and outputs[-1][0] == "stream":
                outputs[-1][1] += "".join(output["text"])
            elif output["output_type"] == "stream":
                outputs.append(["stream", "".join(output["text"])])
            else:
                # A notebook breaks the lines of a long result where it likes.
                data = {kind: " ".join("".join(text).split()) for kind, text in output["data"].items() if kind != "image/png"}
                outputs.append([output["output_type"], data])
        found.append(outputs)
    return found


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_it_runs_from_a_clean_kernel(path: Path, tmp_path: Path) -> None:
    pytest.importorskip("nbconvert", reason="nbconvert is not installed")
    pytest.importorskip("ipykernel", reason="ipykernel is not installed")
    folders = {f"JUPYTER_{name}_DIR": str(tmp_path / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    environment = {**os.environ, **folders, "IPYTHONDIR": str(tmp_path / "ipython"), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--stdout", "--ExecutePreprocessor.timeout=120",
         str(path)],
        capture_output=True, timeout=240, cwd=ROOT, env=environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    fresh, stored = json.loads(done.stdout), json.loads(path.read_text(encoding="utf-8"))
    assert outputs_of(fresh) == outputs_of(stored)
    assert_same_pictures(pictures_of(fresh), pictures_of(stored))


def pictures_of(notebook: dict[str, Any]) -> list[str]:
    """The PNG pictures among the outputs, in base64."""
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    return ["".join(output["data"]["image/png"]) for output in outputs if "image/png" in output.get("data", {})]


def assert_same_pictures(fresh: list[str], stored: list[str]) -> None:
    """Another version of the fonts or of the renderer may smooth edges in another way, but draws the same."""
    import numpy
    from matplotlib.image import imread

    assert len(fresh) == len(stored)
    for one, other in zip(fresh, stored, strict=True):
        pixels, expected = (numpy.asarray(imread(BytesIO(b64decode(text))))[:, :, :3] for text in (one, other))
        assert pixels.shape == expected.shape
        assert abs(pixels - expected).mean() < 0.01


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


def test_pictures_are_left_where_scripts_are_stripped() -> None:
    notebook = json.loads(COMPUTATION_GRAPHS.read_text(encoding="utf-8"))
    pictures = 0
    for outputs in outputs_of(notebook):
        for _, data in outputs:
            if isinstance(data, dict) and "<img" in data.get("text/html", ""):
                left = Sanitized()
                left.feed(data["text/html"])
                assert len(left.images) == 1
                assert str(left.images[0]["src"]).startswith("data:image/svg+xml;base64,")
                assert re.search("Computation graph|gradients of", str(left.images[0]["alt"]))
                assert "{" not in left.text, "no code is left over"
                pictures += 1
    assert pictures >= 8


def test_the_notebook_says_what_the_text_derives() -> None:
    outputs = [output for cell in outputs_of(json.loads(COMPUTATION_GRAPHS.read_text(encoding="utf-8"))) for output in cell]
    printed = "".join(text for kind, text in outputs if kind == "stream")
    passes = re.search(r"backward pass: (\S+)\na\^\[2\] − y: +(\S+)\n", printed)
    assert passes is not None
    assert float(passes[1]) == pytest.approx(float(passes[2]), rel=1e-14)
