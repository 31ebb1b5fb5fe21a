"""The example of the documentation runs, and its file is what the page says of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

onnx = pytest.importorskip("onnx")

pytestmark = [pytest.mark.onnx, pytest.mark.filterwarnings("ignore::DeprecationWarning:onnx")]

PAGE = Path(__file__).parents[4] / "docs" / "compiled-programs.md"


def test_the_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    section = PAGE.read_text(encoding="utf-8").partition("## For other runtimes: ONNX")[2].partition("\n## ")[0]
    _, _, code = section.partition("```python\n")
    scope: dict[str, Any] = {}
    exec(code.partition("```")[0], scope)
    found = scope["probabilities"]
    program = scope["program"]
    wanted = program.outputs(program.parameters.read(), scope["flowers"].astype(float), [0, 0])["probabilities"]
    assert found.shape == (2, 3) and found == pytest.approx(wanted, abs=1e-6)
    graph = onnx.load("flowers.onnx").graph
    assert [one.name for one in graph.input] == ["x"]
    names = {one.name for one in [*graph.initializer, *graph.node]}
    assert {"layers.0.weight", "MLP/layers.0/Gemm"} <= names
    assert all(f"`{name}`" in section for name in ("layers.0.weight", "MLP/layers.0/Gemm"))
