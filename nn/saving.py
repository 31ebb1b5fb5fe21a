"""Parameters in files of the safetensors format, which other frameworks read and which holds no code."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

from autograd import Value
from autograd.errors import optional_library
from nn.module import Module, ParameterArray, is_parameter, parameter_arrays
from nn.replacing import replace_file

_READABLE = {"F64": "<f8", "F32": "<f4", "F16": "<f2"}


def save(model: Module, path: str | os.PathLike[str]) -> None:
    """Write the parameters of a model to a file, as 64-bit floats.

    An attribute that is a Value or a rectangular nest of Values becomes one array under its dotted name, in the shape
    of the nest. A `Layer` of an `MLP` is ``layers.0.weight`` of shape (n_outputs, n_inputs) and ``layers.0.bias`` of
    shape (n_outputs,), as in PyTorch; with a dummy input it is ``layers.0.weight`` of shape (n_outputs, 1 +
    n_inputs), the biases in front. Parameters that several attributes share are written once. After an
    error or an interruption, the file is the old one or the complete new one.

    Raises:
        ValueError: the model has no parameters.
        OSError: the file can't be written.
        ModuleNotFoundError: the library safetensors is not installed.

    >>> import tempfile
    >>> from nn import MLP, load
    >>> network, other = MLP(2, [3, 1], seed=1), MLP(2, [3, 1], seed=2)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(network, f"{folder}/network.safetensors")
    ...     load(other, f"{folder}/network.safetensors")
    >>> [p.data for p in other.parameters()] == [p.data for p in network.parameters()]
    True
    """
    import numpy

    to_bytes = optional_library("safetensors.numpy", "nn.save").save
    arrays = _stored_arrays(model)
    if not arrays:
        raise ValueError(f"{model!r} has no parameters to save")
    content = to_bytes({array.name: numpy.array([v.data for v in array.values]).reshape(array.shape) for array in arrays})
    # A link is followed, so that it stays a link.
    replace_file(Path(os.path.realpath(path)), content)


def load(model: Module, path: str | os.PathLike[str]) -> None:
    """Read the parameters of a model from a file that `save` wrote for one like it, or another framework.

    Arrays of 32-bit and 16-bit floats are read too, without loss. Everything is checked first: after an error the
    model is as it was.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is not in the safetensors format, or damaged; an array is missing, or not one of the
            model's, or has another shape or type; or it contradicts a constant of the model, or another array that
            shares its parameters.
        ModuleNotFoundError: the library safetensors is not installed.
    """
    arrays = _stored_arrays(model)
    found = _read(path)
    wanted = {array.name for array in arrays}
    problems = _listed("has no", [name for name in wanted if name not in found])
    problems += _listed("has unexpected", [name for name in found if name not in wanted])
    numbers: dict[Value, float] = {}
    for array in arrays:
        if array.name in found:
            problems += _differences(array, found[array.name], numbers)
    if problems:
        raise ValueError(f"{os.fspath(path)} does not fit {model!r}: {'; '.join(problems)}. The model is unchanged")
    for parameter, number in numbers.items():
        parameter.data = number


def _stored_arrays(model: Module) -> list[ParameterArray]:
    """Return the arrays of a model, without those whose parameters are all stored under another name."""
    stored: set[Value] = set()
    arrays = []
    for array in parameter_arrays(model):
        parameters = {value for value in array.values if is_parameter(value)}
        if not stored.issuperset(parameters):
            arrays.append(array)
            stored |= parameters
    return arrays


def _read(path: str | os.PathLike[str]) -> dict[str, dict[str, Any]]:
    safetensors = optional_library("safetensors", "nn.load")
    content = Path(path).read_bytes()
    try:
        return dict(safetensors.deserialize(content))
    except safetensors.SafetensorError as error:
        raise ValueError(f"{os.fspath(path)} is not a safetensors file, or it is damaged: {error}") from error


def _differences(array: ParameterArray, stored: dict[str, Any], numbers: dict[Value, float]) -> list[str]:
    """Return why an array of the file does not fit; if it fits, add its numbers to those of the parameters."""
    import numpy

    shape = tuple(stored["shape"])
    if shape != array.shape:
        return [f"{array.name} has shape {shape}, not {array.shape}"]
    if stored["dtype"] not in _READABLE:
        return [f"{array.name} is of type {stored['dtype']}, not one of {', '.join(_READABLE)}"]
    read = numpy.frombuffer(stored["data"], dtype=_READABLE[stored["dtype"]]).astype(float).tolist()
    for value, number in zip(array.values, read, strict=True):
        expected = numbers.setdefault(value, number) if is_parameter(value) else value.data
        if number != expected and not (math.isnan(number) and math.isnan(expected)):
            return [f"{array.name} holds {number!r} where the model has {expected!r}, as a constant or by sharing"]
    return []


def _listed(what: str, names: list[str]) -> list[str]:
    """Write one sentence about arrays that are missing or unexpected."""
    if not names:
        return []
    names = sorted(names)
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return [f"it {what} {', '.join(names[:5])}{more}"]
