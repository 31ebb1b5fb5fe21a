"""Running products, for which ONNX has no operator: a loop over the factors of a row.

Products of parts of a row would take fewer steps, but may overflow where the products from the beginning don't.
"""

from __future__ import annotations

import numpy

from autograd.vectorizing.onnx.nodes import Nodes, Tensor


def running_products(nodes: Nodes, rows: Tensor) -> Tensor:
    """The products of all elements of each row up to each."""
    first = rows.shape[:-1]
    axis = rows.rank - 1
    start = nodes.store(numpy.ones(first), "ones")
    if rows.batched:
        start = nodes.expand(start, first, True)
    # The loop has two results: the product of all, which is not used, and the products so far.
    return nodes.make("Scan", [start, rows], rows.shape, rows.batched, body="product so far", scan_axis=axis)
