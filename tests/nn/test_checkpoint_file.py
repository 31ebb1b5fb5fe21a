"""The file of a checkpoint: what is written is read, and what was damaged is refused."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path
from random import Random

import numpy
import pytest

from nn import checkpoint_file
from nn.checkpoint_file import Content

safetensors = pytest.importorskip("safetensors.numpy")

CONTENT = Content(
    {
        "numbers": numpy.array([1.0, -0.0, 1e300, 5e-324, numpy.inf]),
        "steps": numpy.arange(3),
        "nothing": numpy.zeros(0),
        "matrix": numpy.eye(2),
    },
    {"epoch": 3, "name": "ö", "rate": 0.1, "digest": "0" * 64},
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "run"
    checkpoint_file.write(path, CONTENT)
    return path


def refused(file: Path) -> str:
    with pytest.raises(
        ValueError, match=f"^{re.escape(str(file))} is not a checkpoint of nn.train, or it is damaged: "
    ) as caught:
        checkpoint_file.read(file)
    assert str(caught.value).endswith("; give another path or, to begin anew, delete it")
    return str(caught.value)


def test_what_is_written_is_read(file: Path) -> None:
    found = checkpoint_file.read(file)
    assert found is not None
    assert {name: found.notes[name] for name in CONTENT.notes} == CONTENT.notes
    assert {name: (str(array.dtype), array.tolist()) for name, array in found.arrays.items()} == {
        name: (str(array.dtype), array.tolist()) for name, array in CONTENT.arrays.items()
    }
    assert str(found.arrays["numbers"][1]) == "-0.0"


def test_it_is_a_file_that_others_read(file: Path) -> None:
    assert safetensors.load_file(file)["steps"].tolist() == [0, 1, 2]


def test_the_same_content_gives_the_same_bytes(file: Path) -> None:
    before = file.read_bytes()
    checkpoint_file.write(file, CONTENT)
    assert file.read_bytes() == before


def test_there_may_be_no_file(tmp_path: Path) -> None:
    assert checkpoint_file.read(tmp_path / "run") is None


def test_one_bit_that_changed_is_seen_anywhere(file: Path) -> None:
    """In each byte of the file, one of its bits."""
    content, random = file.read_bytes(), Random(16)
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1 << random.randrange(8)
        file.write_bytes(changed)
        refused(file)


def test_a_file_that_is_cut_off_is_refused(file: Path) -> None:
    content = file.read_bytes()
    header = 8 + int.from_bytes(content[:8], "little")
    for length in (1, 7, 8, 9, header // 2, header - 1, header, header + 1, len(content) - 8, len(content) - 1):
        file.write_bytes(content[:length])
        refused(file)
    file.write_bytes(content + b"\0")
    refused(file)
    file.write_bytes(b"")
    assert "it is empty" in refused(file)


@pytest.mark.parametrize(
    "content",
    [
        b"a text",
        b"\0" * 100,
        b"\xff" * 100,
        (2).to_bytes(8, "little") + b"[]",
        (2).to_bytes(8, "little") + b"{}",
        (1_000_000).to_bytes(8, "little") + b"[" * 1_000_000,
        safetensors.save({"a": numpy.zeros(3)}),
        safetensors.save({"a": numpy.zeros(3)}, {"checkpoint": "no JSON"}),
        safetensors.save({"a": numpy.zeros(3)}, {"checkpoint": json.dumps({"sha256": 5})}),
        safetensors.save({"a": numpy.zeros(3)}, {"checkpoint": json.dumps({"sha256": ""})}),
        safetensors.save({"a": numpy.zeros(3)}, {"checkpoint": json.dumps({"sha256": sha256(b"").hexdigest()})}),
    ],
)
def test_other_files_are_refused(content: bytes, file: Path) -> None:
    file.write_bytes(content)
    refused(file)


def test_another_format_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint_file, "_FORMAT", 7)
    checkpoint_file.write(file, CONTENT)
    monkeypatch.undo()
    with pytest.raises(ValueError, match=re.escape("another version of nn.train: its format is 7, not 1; give another path")):
        checkpoint_file.read(file)
