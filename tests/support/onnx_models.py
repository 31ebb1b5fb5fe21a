"""Programs as ONNX models in tests: written, read back, and run by onnxruntime on a batch in the program's own structure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy

from autograd import Program
from autograd.vectorizing.onnx.checking import run

INT64 = 7


class OnnxModel:
    """A program's outputs as a file.

    Attributes:
        content: of the file; graph: what it holds.
        operators: the names of its operators, in order.
    """

    def __init__(self, program: Program, path: Path, outputs: Sequence[str] | None = None, **settings: Any) -> None:
        import onnx

        program.to_onnx(path, outputs, **settings)
        self.program = program
        self.content = path.read_bytes()
        self.model = onnx.load_model_from_string(self.content)
        onnx.checker.check_model(self.model, full_check=True)
        self.graph = self.model.graph
        self.operators = [node.op_type for node in self.graph.node]
        self.inputs = [one.name for one in self.graph.input]
        self.outputs = [one.name for one in self.graph.output]
        self.stored = {one.name: onnx.numpy_helper.to_array(one) for one in self.graph.initializer}

    def shape(self, name: str) -> tuple[str | int, ...]:
        """The shape of an input or an output, as the file declares it."""
        (value,) = [one for one in [*self.graph.input, *self.graph.output] if one.name == name]
        return tuple([axis.dim_param or axis.dim_value for axis in value.type.tensor_type.shape.dim])

    def given(self, *batch: Any) -> dict[str, Any]:
        """What the model is to be given for a batch: arrays by the names of inputs, in the types that the file declares."""
        _, arrays = self.program._batches.read(batch, self.program.index_limits, self.program.dtype)
        of_program = self.program._recorded.arguments.arrays
        arrays_by_name = {array.name: numbers for array, numbers in zip(of_program, arrays, strict=True)}
        types = {one.name: one.type.tensor_type.elem_type for one in self.graph.input}
        floats = numpy.float32 if 1 in types.values() else float
        return {name: arrays_by_name[name].astype(numpy.int64 if kind == INT64 else floats) for name, kind in types.items()}

    def run(self, *batch: Any) -> dict[str, Any]:
        """The outputs for a batch."""
        return run(self.content, self.given(*batch))
