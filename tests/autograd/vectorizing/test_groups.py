"""Every member of a group is the recorded operation on the members that the group's slots name."""

from __future__ import annotations

from typing import Any

import pytest
from random_programs import RandomProgram

from autograd import StaleGraphError, Value, dot, require, tanh, total
from autograd.engine import graph
from autograd.vectorizing.example.tracing import record
from autograd.vectorizing.grouping.grouping import group_graph
from autograd.vectorizing.grouping.groups import Grouping, Operands, Rows
from autograd.vectorizing.grouping.running import paths
from autograd.vectorizing.grouping.traversal import traverse

w, v = Value(0.5, "w"), Value(2.0, "v")


def operands_of(grouping: Grouping, number: int, member: int) -> list[Value | None]:
    """The members that a member of a group is computed from."""
    located: list[tuple[int, int]] = []
    for slot in grouping.groups[number].slots:
        if isinstance(slot, Operands):
            located.append((slot.group, slot.position[member]))
            continue
        elements = list(slot.number_of)[slot.position[member]]
        groups = [group for group, length in slot.runs for _ in range(length)]
        located += zip(groups, elements, strict=True)
    return [grouping.groups[group].members[position] for group, position in located]


def same(one: Value | None, other: Value) -> bool:
    """Whether a member stands for a recorded Value; constants are grouped by their numbers."""
    assert one is not None
    return one is other or (one._first is None and one._data.hex() == other._data.hex())


@pytest.mark.parametrize("seed", range(25))
def test_an_exact_grouping_is_the_recorded_graph(seed: int) -> None:
    f = RandomProgram(seed)
    try:
        recorded = record(f, f.example(0), None)
    except (ArithmeticError, ValueError):
        pytest.skip("this program refuses its own example")
    grouping = group_graph(recorded, exact=True)
    entered: set[Value] = set()
    for group in grouping.groups:
        for number in group.operand_groups():
            assert number < group.number
        for place, member in enumerate(group.members if group.slots else ()):
            assert member is not None and member not in entered
            entered.add(member)
            assert group.primitive.removesuffix(" of two") == member.primitive.name
            expected = graph.operands(member)
            operands = operands_of(grouping, group.number, place)
            assert len(operands) == len(expected) and all(map(same, operands, expected))
    computed = [node for node in graph.topological_order(*recorded.roots()) if node._first is not None]
    assert entered == set(computed)
    assert grouping.n_nodes == len(graph.topological_order(*recorded.roots()))
    assert grouping.n_operands == sum(len(graph.operands(node)) for node in computed)


@pytest.mark.parametrize("seed", range(25))
def test_a_grouping_has_operands_before_results_and_members_for_all_positions(seed: int) -> None:
    f = RandomProgram(seed)
    try:
        grouping = group_graph(record(f, f.example(0), None))
    except (ArithmeticError, ValueError):
        pytest.skip("this program refuses its own example")
    for place, group in enumerate(grouping.groups):
        assert group.number == place
        sizes = [len(grouping.groups[number].members) for number in group.operand_groups()]
        assert all(number < place for number in group.operand_groups())
        positions: list[int] = []
        for slot in group.slots:
            if isinstance(slot, Operands):
                positions.append(max(slot.position))
            else:
                start = 0
                for _, length in slot.runs:
                    positions.append(max(max(row[start : start + length]) for row in slot.number_of))
                    start += length
        assert all(position < size for position, size in zip(positions, sizes, strict=True))
        assert group.batched == (group.input >= 0 or any(grouping.groups[n].batched for n in group.operand_groups()))
        assert group.active == (place == Grouping.PARAMETERS or any(grouping.groups[n].active for n in group.operand_groups()))


def test_demands_are_told_apart_by_what_they_depend_on() -> None:
    def f(x: Any) -> Value:
        require(x > 0.0, "of the input")
        require(w < x, "of both")
        require(w > -1.0, "of the parameter")
        require(Value(1.0) > 0.0, "of neither")
        return w * x

    recorded = record(f, (1.0,), [w])
    grouping = group_graph(recorded)

    def messages(active: bool) -> set[str]:
        numbers = grouping.demands_by_group(active=active).values()
        return {recorded.demands[number].message for of_group in numbers for number in of_group}

    assert messages(active=False) == {"of the input"}
    assert messages(active=True) == {"of both", "of the parameter"}


def test_relocating_moves_all_that_is_asked_for() -> None:
    grouping = group_graph(record(lambda x: (tanh(w * x), {"both": [w * x, x]}), (1.0,), None))
    before = grouping.loss, grouping.outputs["both"]
    grouping.relocate(lambda located: (located[0] + 10, located[1]))
    assert grouping.loss[0] == before[0][0] + 10
    assert [number for number, _ in grouping.outputs["both"]] == [number + 10 for number, _ in before[1]]


def test_rows_state_each_sequence_once() -> None:
    rows = Rows(((2, 2), (3, 1)))
    assert [rows.add(elements) for elements in ((0, 1, 0), (1, 1, 0), (0, 1, 0))] == [0, 1, 0]
    assert rows.length == 3 and list(rows.number_of) == [(0, 1, 0), (1, 1, 0)] and rows.position == [0, 1, 0]


def test_a_sum_or_product_with_one_user_that_is_a_sum_need_not_exist() -> None:
    product, shared, factor = w * v, w + 1.0, w + 2.0
    inner_total = total([product, shared])
    loss = inner_total + shared + factor * v + tanh(shared)
    found = traverse([loss])
    assert found.inner[product] and found.inner[inner_total]
    assert not found.inner[shared] and not found.inner[factor] and not found.inner[loss]
    assert found.nodes == [node for node in graph.topological_order(loss) if node._first is not None]


def test_operands_in_a_tuple_that_several_nodes_hold_have_several_users() -> None:
    row = (w * 2.0, v * 2.0)
    found = traverse([total(row) * dot(row, row)])
    assert not found.inner[row[0]] and not found.inner[row[1]]


def test_a_stale_graph_is_refused() -> None:
    leaf = Value(1.0)
    result = tanh(leaf) + 1.0
    leaf.data = 2.0
    with pytest.raises(StaleGraphError):
        traverse([result])


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ([], []),
        ([-1], [(-1, [0])]),
        ([-1, 0, 1, 2], [(-1, [0, 1, 2, 3])]),
        ([-1, -1, 0, 1], [(-1, [0, 2]), (-1, [1, 3])]),
        ([-1, 0, 0, 1, 3], [(-1, [0, 1, 3, 4]), (0, [2])]),
    ],
    ids=["none", "one", "chain", "two chains", "branch"],
)
def test_trees_as_paths(before: list[int], expected: list[tuple[int, list[int]]]) -> None:
    assert paths(before) == expected
