"""The names of parametrized cases say what they test, and are the same in each process."""

from __future__ import annotations

import math
from typing import Any

import pytest
from case_names import name_of_case

from autograd import Value

PAIR = (lambda x: x + 1, lambda x: x + "1")


@pytest.mark.parametrize(
    ("parameter", "name"),
    [
        (lambda x: x + 2, "x + 2"),
        (PAIR[0], "x + 1"),
        (PAIR[1], 'x + "1"'),
        ([1, "a"], "[1, 'a']"),
        ({"epochs": 3}, "{'epochs': 3}"),
        (Value(2.0, "w"), "Value(2.0, label='w')"),
        (list(range(40)), f"{str(list(range(40)))[:59]}…"),
        (object(), None),
        ({1, 2}, None),
        (math.sin, None),
        ("text", None),
        (1.5, None),
    ],
)  # fmt: skip
def test_names(parameter: Any, name: str | None) -> None:
    assert name_of_case(parameter) == name
