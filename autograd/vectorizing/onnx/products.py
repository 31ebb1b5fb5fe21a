"""Products of matrices and vectors as ONNX has them: as one operator with their bias, or in Einstein's notation."""

from __future__ import annotations

from autograd.vectorizing.arrays.operations import Contract
from autograd.vectorizing.arrays.views import Shape
from autograd.vectorizing.onnx.nodes import Nodes, Tensor


def product(nodes: Nodes, contract: Contract, left: Tensor, right: Tensor, shape: Shape, batched: bool) -> Tensor:
    """A product of two tensors, summed over the axes that the result lacks."""
    axes_left, axes_right, summed = contract.left, contract.right, contract.summed
    if len(summed) == 1 and not contract.stacked:
        if len(axes_left) == len(axes_right) == 2:
            first, second = (left, axes_left), (right, axes_right)
            if axes_left.replace(summed, "") + axes_right.replace(summed, "") != contract.result:
                first, second = second, first
            turned = int(first[1][0] == summed), int(second[1][1] == summed)
            return nodes.make("Gemm", [first[0], second[0]], shape, batched, transA=turned[0], transB=turned[1])
        for matrix, axes, vector, axes_vector in ((left, axes_left, right, axes_right), (right, axes_right, left, axes_left)):
            # onnxruntime merges a product with a transposition before it, and gets it wrong where the other factor is a vector.
            maker = nodes.maker_of(matrix)
            is_turned = maker is not None and maker.operator == "Transpose"
            if len(axes_vector) == 1 and axes[-1] == summed and not is_turned:
                return nodes.make("MatMul", [matrix, vector], shape, batched)
    equation = f"{axes_left},{axes_right}->{contract.result}"
    return nodes.make("Einsum", [left, right], shape, batched, equation=equation)


def with_bias(nodes: Nodes, product: Tensor, bias: Tensor) -> Tensor | None:
    """A product of matrices and a bias that is added to each row, in one operator; None if it is anything else."""
    node = nodes.maker_of(product)
    if node is None or node.operator != "Gemm" or len(node.inputs) != 2 or bias.kind != "float":
        return None
    if bias.batched or len(bias.shape) > 1 or product.rank != 2 or bias.shape not in ((), product.shape[-1:]):
        return None
    return nodes.make("Gemm", [*node.inputs, bias], product.shape, product.batched, **node.attributes)
