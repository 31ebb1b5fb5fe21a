"""The page "Outgrowing one machine": its programs run as they stand there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ports import free_port

jax = pytest.importorskip("jax")

pytestmark = pytest.mark.jax

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "outgrowing-one-machine.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
TEXT = " ".join(["the cat sat on the mat . the dog sat on the log .", "a cat and a dog ran ; who saw them run ?"] * 12)


def started(folder: Path, program: str, engine: str, **settings: str) -> subprocess.Popen[str]:
    """A program of the page, as it runs in a folder of its own."""
    folder.mkdir(exist_ok=True)
    (folder / "words.py").write_text(program, encoding="utf-8")
    (folder / "text.txt").write_text(TEXT, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "JAX_PLATFORMS": "cpu", **settings}
    command = [sys.executable, "words.py", "text.txt", engine]
    return subprocess.Popen(
        command, cwd=folder, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )  # fmt: skip


def loss_of(process: subprocess.Popen[str]) -> float:
    """The loss that a program prints."""
    try:
        text, _ = process.communicate(timeout=120)
    finally:
        process.kill()
    found = re.search(r"^loss (.*)$", text, re.MULTILINE)
    assert process.returncode == 0, text
    assert found, text
    return float(found[1])


def test_the_same_file_on_a_laptop_on_eight_devices_and_in_two_processes(tmp_path: Path) -> None:
    words, several, _ = BLOCKS
    expected = loss_of(started(tmp_path / "laptop", words, "auto"))
    assert 0.0 < expected < 3.0
    flag = "--xla_force_host_platform_device_count=8"
    assert f"XLA_FLAGS={flag}" in PAGE
    eight = started(tmp_path / "eight", words, "jax", XLA_FLAGS=flag)
    together = {"FIRST": f"127.0.0.1:{free_port()}", "PROCESSES": "2"}
    two = [started(tmp_path / "two", several + words, "jax", PROCESS=str(place), **together) for place in range(2)]
    for process in (eight, *two):
        assert loss_of(process) == pytest.approx(expected, rel=1e-10)


def test_a_checkpoint_goes_from_the_laptop_to_jax(tmp_path: Path) -> None:
    words = BLOCKS[0]
    longer = words.replace("epochs=3", "epochs=5")
    assert longer != words
    expected = loss_of(started(tmp_path / "whole", longer, "auto"))
    loss_of(started(tmp_path / "part", words, "auto"))
    assert loss_of(started(tmp_path / "part", longer, "jax")) == pytest.approx(expected, rel=1e-9)


def test_a_loop_of_ones_own() -> None:
    """It learns the line that it is given."""
    with jax.enable_x64(True):
        known: dict[str, Any] = {}
        exec(BLOCKS[2].replace('jax.config.update("jax_enable_x64", True)\n', ""), known)
        assert known["losses"][-1] < 1e-4 < known["losses"][0]
        assert [known["w"].data, known["b"].data] == pytest.approx([3.0, 1.0], abs=1e-2)
        assert known["loss"](known["theta"], known["x"], 3.0 * known["x"] + 1.0) == pytest.approx(
            float(known["losses"][-1]), abs=1e-4
        )
