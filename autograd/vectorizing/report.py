"""What became of a recorded graph, in words."""

from __future__ import annotations

from math import prod

from autograd.vectorizing.grouping.groups import Grouping
from autograd.vectorizing.layout.plans import ArrayLayout
from autograd.vectorizing.parameters import Parameters
from autograd.vectorizing.printed.naming import stem_of

_MOST_LISTED = 12


def report_of(grouping: Grouping, layout: ArrayLayout | None, n_statements: int | None, parameters: Parameters) -> str:
    """How many array statements the scalars became, which products were found, what was captured, and what did not group."""
    groups = [group for group in grouping.groups if group.slots]
    lines = [
        f"{grouping.n_nodes} scalars with {grouping.n_operands} operands, {len(parameters)} of them parameters,"
        f" became {len(groups)} groups"
        + (f" and {n_statements} array statements." if n_statements is not None else ", computed exactly.")
    ]
    if layout is not None:
        lines += _products(grouping, layout)
    lines += _captured(grouping)
    alone = [group for group in groups if len(group.members) == 1]
    lines.append(
        f"Groups of a single scalar: {_counted([group.primitive for group in alone])}."
        if alone
        else "Every group has several members."
    )
    return "\n".join(lines) + "\n"


def _products(grouping: Grouping, layout: ArrayLayout) -> list[str]:
    found = []
    for plan in layout.plans:
        if grouping.groups[plan.group].primitive != "dot":
            continue
        # Without axes of a single row.
        left, right = ((*(n for n in o.parts[0][1].shape[:-1] if n > 1), o.parts[0][1].shape[-1]) for o in plan.operands)
        batched = "m × " if grouping.groups[plan.group].batched else ""
        n_dots = prod(plan.shape)
        if plan.kind == "outer product":
            found.append(
                f"  {n_dots} dot products of {left[-1]} ="
                f" {batched}{' × '.join(map(str, right))} times ({' × '.join(map(str, left))})ᵀ"
            )
        else:
            found.append(f"  {n_dots} dot products of {left[-1]}, each of its own two rows")
    return ["Matrix products:", *found] if found else ["Matrix products: none."]


def _captured(grouping: Grouping) -> list[str]:
    members = grouping.groups[Grouping.CONSTANTS].members
    constants = [member for member in members if member is not None and member._first is None]
    if not constants:
        return ["Captured constants: none."]
    shown = ", ".join(repr(member._data) for member in constants[:_MOST_LISTED]) + (
        ", …" if len(constants) > _MOST_LISTED else ""
    )
    lines = [f"Captured constants: {len(constants)} different numbers: {shown}."]
    if grouping.captured:
        labels = sorted({stem_of([leaf.label]) or "unlabelled" for leaf in grouping.captured})
        lines.append(
            f"  {len(grouping.captured)} of the leaves are Values other than parameters: {', '.join(labels[:_MOST_LISTED])}."
        )
    return lines


def _counted(names: list[str]) -> str:
    return ", ".join(f"{names.count(name)} × {name}" for name in sorted(set(names)))
