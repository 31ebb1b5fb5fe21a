"""Writing a program's outputs as an ONNX file, which is checked and run once before it is left where it was asked for."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy

from autograd.errors import MiscompiledError
from autograd.vectorizing.example.recorded import RecordedExample
from autograd.vectorizing.onnx.program_model import Exported, ProgramModel

LOSS = "loss"
"""The output that is the loss of each example, unless the function has one of that name."""


def chosen_outputs(recorded: RecordedExample, wanted: Sequence[str] | None) -> list[str]:
    """The names of the outputs to export.

    Raises:
        TypeError: the names are no list of strings.
        ValueError: there are no outputs, or none of a name.
    """
    there = list(recorded.outputs)
    if wanted is None:
        if not there:
            raise ValueError(
                "the function returns a loss and no outputs: return a dictionary of them beside it, as in "
                'return loss, {"probability": p}; or ask for outputs=["loss"]'
            )
        return there
    if isinstance(wanted, str) or not all(isinstance(name, str) for name in wanted):
        raise TypeError(f"outputs is a list of names, not {wanted!r}")
    for name in wanted:
        if name not in there and name != LOSS:
            known = f"its outputs are {', '.join(map(repr, there))}" if there else "it has no named outputs"
            raise ValueError(f"the program has no output {name!r}: {known}, and 'loss' is the loss of each example")
    if not wanted:
        raise ValueError("outputs is an empty list: a model has at least one output")
    return list(dict.fromkeys(wanted))


def export(exported: Exported, path: Path, wanted: Sequence[str], dtype: Any) -> None:
    """Write outputs of a program as a file.

    Raises:
        NotImplementedError: a function can't be written with operators of ONNX.
        MiscompiledError: onnxruntime computes something else from the file than the program does. No file is left.
        ValueError: in single precision, the results for the example have few digits. No file is left.
        OSError: the file can't be written.
    """
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "there is no such folder", str(path.parent))
    made = ProgramModel(exported, wanted, dtype)
    complaint = made.complaint()
    if complaint and dtype == numpy.float32 and not ProgramModel(exported, wanted, numpy.dtype(float)).complaint():
        raise ValueError(
            f"{complaint}, on the example the program was made from: this is what roundings in float32 make of it; with "
            f'dtype="float64" it is right'
        )
    if complaint:
        raise MiscompiledError(
            f"{complaint}, on the example the program was made from. This is a fault of to_onnx and not of the function; "
            f"please report it with the function and the example"
        )
    _replace(path, made.content)


def _replace(path: Path, content: bytes) -> None:
    """Put a file in its place whole: a reader finds the old one or this one at any time."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(content)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
