"""Array operations that know a derivative notice a table that has another one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from autograd.table.primitives import TABLE
from autograd.vectorizing.arrays import kinds
from autograd.vectorizing.arrays.short_cuts import BEATS, TAKEN_FOR_GRANTED, disagreements

NAMES = sorted({name for name, *_ in TAKEN_FOR_GRANTED})


def changed(name: str, **others: Any) -> dict[str, Any]:
    """The table with one primitive that differs in some attributes."""
    primitive = TABLE[name]
    same = {what: getattr(primitive, what) for what in ("forward", "local_derivatives", "selects")}
    return {**TABLE, name: SimpleNamespace(**{**same, **others})}


def test_the_table_is_as_they_take_it() -> None:
    assert disagreements(TABLE) == []


@pytest.mark.parametrize("name", NAMES)
def test_another_derivative_is_noticed(name: str) -> None:
    def other(m: Any, groups: Any, result: Any) -> list[Any]:
        *first, last = TABLE[name].local_derivatives(m, groups, result)
        return [*first, last + 0.5]

    assert disagreements(changed(name, local_derivatives=other)) == [name]


@pytest.mark.parametrize("name", NAMES)
def test_another_forward_rule_is_noticed(name: str) -> None:
    assert disagreements(changed(name, forward=lambda m, *groups: TABLE[name].forward(m, *groups) + 1.0)) == [name]


@pytest.mark.parametrize("name", [name for name in NAMES if TABLE[name].selects])
def test_a_choice_that_gives_what_it_leaves_out_a_share_is_noticed(name: str) -> None:
    assert disagreements(changed(name, selects=False)) == [name]


def test_a_tie_that_goes_to_the_second_of_two_is_noticed() -> None:
    def second(m: Any, groups: Any, result: Any) -> list[Any]:
        derivatives = list(TABLE["maximum"].local_derivatives(m, groups, result))
        return derivatives[::-1] if groups == ((4.0, 4.0),) else derivatives

    assert disagreements(changed("maximum", local_derivatives=second)) == ["maximum"]


def test_whatever_has_a_way_back_of_its_own_is_listed() -> None:
    own = {*kinds._OF_ROWS, "dot", "pick", "where", *(name.removesuffix(" of two") for name in BEATS), "add", "multiply"}
    assert own == set(NAMES)
