"""Grouping: the scalars of a recorded graph become groups of scalars that were computed the same way.

Two scalars are in one group if the same primitive computed them from operands that are in the same groups, slot by slot. All
parameters are one group, all constants are another, and each input array is one. So the members of a group have the same
expression of parameters and inputs, and one array statement computes them all.

Sums are taken apart first (`sums.py`), so that a neuron written with + and * is grouped as a dot product. The steps of running
sums and products are one group (`running.py`). An exact grouping leaves all of them as they were recorded.
"""

from __future__ import annotations

from autograd.vectorizing.example.recorded import RecordedExample
from autograd.vectorizing.grouping.grouper import Grouper
from autograd.vectorizing.grouping.groups import Grouping
from autograd.vectorizing.grouping.ragged import by_length
from autograd.vectorizing.grouping.running import Chains
from autograd.vectorizing.grouping.sums import Sums, settle
from autograd.vectorizing.grouping.traversal import traverse


def group_graph(recorded: RecordedExample, *, exact: bool = False) -> Grouping:
    """Group the scalars that a loss, outputs and demands were computed from.

    Args:
        recorded: what a function recorded.
        exact: whether to keep sums as they were recorded.
    """
    grouper = Grouper(recorded.arguments.values, recorded.parameters, recorded.first_tick, exact)
    found = traverse(recorded.roots())
    if exact:
        for node in found.nodes:
            grouper.enter(node)
    else:
        Sums(grouper, found.inner, Chains(found.nodes, found.inner)).enter_all(found.nodes)
    grouping = Grouping(
        groups=grouper.groups,
        loss=grouper.locate(recorded.loss),
        outputs={name: [grouper.locate(value) for value in output.values] for name, output in recorded.outputs.items()},
        demands=[grouper.locate(demand.condition) for demand in recorded.demands],
        n_nodes=found.n_nodes,
        n_operands=found.n_operands,
        captured=grouper.captured,
    )
    if not exact:
        by_length(grouping, grouper.before)
        settle(grouping.groups)
    return grouping
