"""The file of a checkpoint: arrays of numbers and notes in the safetensors format, with a digest that tells of any damage."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from autograd.errors import optional_library
from nn.replacing import replace_file

Numbers = Any  # numpy.ndarray

_FORMAT = 1
_NOTES = "checkpoint"
# What stands for the digest while it is computed.
_BLANK = b"0" * 64
_ADVICE = "give another path or, to begin anew, delete it"
_USE = "nn.train(..., checkpoint=...)"


@dataclass(frozen=True, slots=True)
class Content:
    """What a checkpoint holds.

    Attributes:
        arrays: of 64-bit floats or 64-bit whole numbers.
        notes: what JSON can express.
    """

    arrays: Mapping[str, Numbers]
    notes: Mapping[str, Any]


def require_library() -> None:
    """Raise what `write` would raise if the library safetensors is missing.

    Raises:
        ModuleNotFoundError: it is not installed, or NumPy isn't.
    """
    optional_library("safetensors.numpy", _USE)


def write(path: Path, content: Content) -> None:
    """Write a checkpoint. Whatever happens meanwhile, the file is the old one or the complete new one.

    Raises:
        OSError: it can't be written.
    """
    notes = json.dumps({"sha256": _BLANK.decode(), "format": _FORMAT, **content.notes})
    blank: bytes = optional_library("safetensors.numpy", _USE).save(dict(content.arrays), {_NOTES: notes})
    # The notes stand in front, and in them the digest.
    replace_file(path, blank.replace(_BLANK, sha256(blank).hexdigest().encode(), 1))


def read(path: Path) -> Content | None:
    """Read a checkpoint; None if there is no such file.

    Raises:
        ValueError: it is a folder, no checkpoint, damaged, or of another format.
        OSError: it can't be read.
    """
    if path.is_dir():
        raise ValueError(f"the checkpoint {os.fspath(path)} is a folder; write the path of a file, which need not exist")
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        notes = _notes_of(content)
    except _DamagedError as error:
        raise ValueError(f"{os.fspath(path)} is not a checkpoint of nn.train, or it is damaged: {error}; {_ADVICE}") from None
    if notes["format"] != _FORMAT:
        raise ValueError(
            f"the checkpoint {os.fspath(path)} was written by another version of nn.train: its format is {notes['format']!r}, "
            f"not {_FORMAT}; {_ADVICE}"
        )
    return Content(optional_library("safetensors.numpy", _USE).load(content), notes)


class _DamagedError(Exception):
    """What is wrong with a file."""


def _notes_of(content: bytes) -> dict[str, Any]:
    """The notes in a file, whose every byte is as it was written."""
    if not content:
        raise _DamagedError("it is empty")
    # The format: the length of the header in eight bytes, the header, which is JSON, and the arrays.
    length = int.from_bytes(content[:8], "little")
    try:
        notes: dict[str, Any] = json.loads(json.loads(content[8 : 8 + length])["__metadata__"][_NOTES])
        digest = notes["sha256"].encode()
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise _DamagedError("it has no notes of a training") from None
    if sha256(content.replace(digest, _BLANK, 1)).hexdigest().encode() != digest:
        raise _DamagedError("its content has not the digest that was written with it")
    return notes
