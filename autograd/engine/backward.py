"""The backward pass in three steps: look for what is stale, sweep over the nodes, commit the gradients of leaves.

A node's gradient is complete when all that was computed from it has given its share. All of that is younger, so visiting nodes
from the largest tick down is enough. Nothing that other passes read changes before the last step, which can't be interrupted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from threading import Lock

from autograd.engine import graph, state
from autograd.engine.compiled_backward import compile_sweep, source_of_sweep
from autograd.engine.graph import Node
from autograd.errors import explain_gradients, real_number

compiled_sweep = compile_sweep(source_of_sweep())
# Only one pass at a time adds to the gradients of leaves, which threads may share.
_commit_lock = Lock()
_ONLY_FLOATS = frozenset((float,))


def ticks_to_visit(output: Node) -> Sequence[int]:
    """The ticks that a sweep begins with, youngest first: all since the latest assignment, none of whose nodes can be stale.

    Where the output itself is older, they are those of its graph, which has been searched for stale nodes.

    Raises:
        StaleGraphError: a leaf was assigned after a result had been computed from it. No gradient has changed.
    """
    return range(output._tick, state.latest_assignment, -1) or graph.ticks_below([output])


def sweep(output: Node, ticks: Sequence[int]) -> dict[Node, float]:
    """Carry the gradient of an output, which is 1, down to its leaves.

    Computed nodes get their gradients. Those of leaves are returned, without what earlier passes have left there.

    Raises:
        StaleGraphError: a node that the sweep has reached is stale. The gradients of computed nodes that it had reached are None.
    """
    if output._first is None:
        return {output: 1.0}
    leaves: dict[Node, float] = {}
    output.gradient = 1.0
    pending = {output._tick: output}
    if not compiled_sweep(pending, leaves, ticks):
        # The rest may be stale, or lies far apart among the nodes of other graphs.
        compiled_sweep(pending, leaves, _ticks_of_the_rest(output, list(pending.values())))
    return leaves


def _ticks_of_the_rest(output: Node, pending: list[Node]) -> list[int]:
    try:
        return graph.ticks_below(pending)
    except Exception:
        graph.forget_gradients(output, state.latest_assignment)
        for node in pending:
            node.gradient = None
        raise


def commit(leaves: dict[Node, float]) -> None:
    """Add gradients to those that leaves have: to all of them or, if that is interrupted or fails, to none.

    Raises:
        TypeError: the attribute `gradient` of a leaf was assigned something that is not a number.
    """
    with _commit_lock:
        try:
            totals = [part if leaf.gradient is None else leaf.gradient + part for leaf, part in leaves.items()]
            if not _ONLY_FLOATS.issuperset(map(type, totals)):
                totals = list(map(real_number, totals))
        except TypeError:
            raise explain_gradients(leaves) from None
        # One call into C, which no signal handler can interrupt half-way.
        deque(map(state.set_gradient, leaves, totals), maxlen=0)
