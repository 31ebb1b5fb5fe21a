"""The file of an ONNX graph: its nodes as the format's own library writes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy

from autograd.vectorizing.onnx.nodes import Node, Nodes, Tensor

# Old enough for all runtimes of the last years, and recent enough for sums along axes that are given as numbers.
OPERATORS_VERSION = 18
FORMAT_VERSION = 8
LARGEST = 2**31 - 2**20
"""How many bytes the numbers of a file may take: protocol buffers, which the format consists of, end at 2 GiB."""

BATCH = "batch"


def model_of(nodes: Nodes, outputs: Sequence[Tensor], description: str) -> bytes:
    """The content of a file.

    Args:
        nodes: the graph, which holds nothing that isn't needed.
        outputs: what it gives, under the names it gives them.
        description: what the model is, in words.

    Raises:
        ValueError: it is too large.
    """
    import onnx

    size = sum(numbers.nbytes for numbers in nodes.stored.values())
    if size > LARGEST:
        raise ValueError(f"the numbers of the model take {size / 2**30:.1f} GiB, and an ONNX file holds less than 2 GiB")
    types = _types(nodes.dtype)
    graph = onnx.helper.make_graph(
        [_node(node, types) for node in nodes.nodes],
        "program",
        [_value(one, types, nodes) for one in nodes.inputs],
        [_value(one, types, nodes) for one in outputs],
        [onnx.numpy_helper.from_array(numpy.asarray(one, order="C"), name) for name, one in nodes.stored.items()],
    )
    model = onnx.helper.make_model(
        graph,
        producer_name="chalkgrad",
        producer_version=_own_version(),
        doc_string=description,
        ir_version=FORMAT_VERSION,
        opset_imports=[onnx.helper.make_opsetid("", OPERATORS_VERSION)],
    )
    # The shapes of what is computed on the way, which viewers show.
    inferred = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    onnx.checker.check_model(inferred, full_check=True)
    content: bytes = inferred.SerializeToString(deterministic=True)
    return content


def _own_version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("chalkgrad")
    except PackageNotFoundError:
        return ""  # a folder that was never installed


def _types(dtype: Any) -> dict[str, int]:
    from onnx import TensorProto

    floats = TensorProto.FLOAT if dtype == numpy.float32 else TensorProto.DOUBLE
    return {"float": floats, "single": TensorProto.FLOAT, "bool": TensorProto.BOOL, "index": TensorProto.INT64}


def _value(tensor: Tensor, types: dict[str, int], nodes: Nodes) -> Any:
    from onnx.helper import make_tensor_value_info

    # Without inputs there is one example.
    before: list[Any] = [BATCH if nodes.inputs else 1] if tensor.batched else []
    return make_tensor_value_info(tensor.name, types[tensor.kind], [*before, *tensor.shape])


def _node(node: Node, types: dict[str, int]) -> Any:
    from onnx.helper import make_node

    if node.operator == "Scan":
        return _running_products(node, types)
    attributes = {name: types[value] if name == "to" else value for name, value in node.attributes.items()}
    return make_node(node.operator, node.inputs, [node.output], name=node.output, **attributes)


def _running_products(node: Node, types: dict[str, int]) -> Any:
    """A loop that multiplies what it has by each factor."""
    from onnx.helper import make_graph, make_node, make_tensor_value_info

    before, factor, after, result = (f"{node.output}/{name}" for name in ("before", "factor", "after", "result"))
    body = make_graph(
        [make_node("Mul", [before, factor], [after], name=after), make_node("Identity", [after], [result], name=result)],
        f"{node.output}/body",
        [make_tensor_value_info(name, types["float"], None) for name in (before, factor)],
        [make_tensor_value_info(name, types["float"], None) for name in (after, result)],
    )
    axes = [node.attributes["scan_axis"]]
    return make_node(
        "Scan", node.inputs, [f"{node.output}/all", node.output], name=node.output,
        body=body, num_scan_inputs=1, scan_input_axes=axes, scan_output_axes=axes,
    )  # fmt: skip
