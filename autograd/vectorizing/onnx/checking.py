"""Running an ONNX model by onnxruntime, and comparing what it gives with what it should give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy

Numbers = Any  # numpy.ndarray

# Differences that roundings explain: relative to the largest number of an output, and to the largest number of the graph.
_OF_OUTPUT = {4: 1e-5, 8: 1e-9}
_OF_LARGEST = 32.0


def run(content: bytes, inputs: Mapping[str, Numbers]) -> dict[str, Numbers]:
    """The outputs of a model, by name.

    Raises:
        NotImplementedError: this version of onnxruntime does not compute one of its operators.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        # Its classes of errors differ from version to version.
        if "NOT_IMPLEMENTED" not in str(error):
            raise
        message = f'onnxruntime {onnxruntime.__version__} lacks an operator in double precision; write dtype="float32": {error}'
        raise NotImplementedError(message) from None
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, dict(inputs)), strict=True))


def difference(found: Mapping[str, Numbers], wanted: Mapping[str, Numbers], largest: float, dtype: Any) -> str:
    """Where outputs differ by more than roundings, in words; empty if they don't.

    Args:
        found: the outputs of a model.
        wanted: what they should be.
        largest: the largest number of the graph.
        dtype: the less precise of those that both were computed in.
    """
    for name, numbers in wanted.items():
        if found[name].shape != numbers.shape:
            return f"output {name!r} has shape {found[name].shape}, not {numbers.shape}"
        sizes = numpy.abs(numbers[numpy.isfinite(numbers)])
        allowed = _OF_OUTPUT[dtype.itemsize] * sizes.max(initial=0.0) + _OF_LARGEST * float(numpy.finfo(dtype).eps) * largest
        with numpy.errstate(invalid="ignore"):
            same = (found[name] == numbers) | (numpy.abs(found[name] - numbers) <= allowed)
        wrong = ~(same | (numpy.isnan(found[name]) & numpy.isnan(numbers)))
        if wrong.any():
            return f"output {name!r} is {float(found[name][wrong][0])!r} instead of {float(numbers[wrong][0])!r}"
    return ""
