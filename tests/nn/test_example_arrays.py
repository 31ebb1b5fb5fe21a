"""Examples as arrays: the rows of a batch are its examples, whatever their structures."""

from __future__ import annotations

from collections import OrderedDict
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest

from autograd import Value
from nn.engines.example_arrays import ExampleArrays, structure_of


@pytest.mark.parametrize(
    ("thing", "structure"),
    [
        (3, ()),
        (True, ()),
        (Fraction(1, 3), ()),
        (Value(1.0), ()),
        ([1, 2.0], (2,)),
        (((1, 2), [3, 4]), (2, 2)),
        (np.zeros((2, 3)), (2, 3)),
        ([[1], [2, 3]], ("list", ((1,), (2,)))),
        ([], ("list", ())),
        (OrderedDict(a=1, b=[2]), ("dict", (("a", ()), ("b", (1,))))),
        ("word", ("other", str)),
    ],
)
def test_structures(thing: Any, structure: Any) -> None:
    assert structure_of(thing) == structure


def examples_of_two_structures(n: int) -> list[tuple[Any, ...]]:
    random = Random(4)
    return [([float(place)] * (1 + random.randrange(2)), place) for place in range(n)]


@pytest.mark.parametrize("places", [[0], [3, 1, 2], list(range(20)), [19, 0, 19]])
def test_each_row_of_a_batch_is_its_example(places: list[int]) -> None:
    examples = examples_of_two_structures(20)
    arrays = ExampleArrays(examples, "examples", ())
    found = []
    for batch in arrays.batches(places):
        vectors, labels = arrays.arrays(batch)
        for place, vector, label in zip(batch.places, vectors, labels, strict=True):
            assert (vector.tolist(), label) == examples[place]
            found.append(int(place))
    assert sorted(found) == sorted(places)


def test_an_example_alone_and_twice_and_all_of_a_structure() -> None:
    examples = examples_of_two_structures(20)
    arrays = ExampleArrays(examples, "examples", ())
    for place, (vector, label) in enumerate(examples):
        for n, batch in ((1, arrays.one(place)), (2, arrays.twice(place))):
            vectors, labels = arrays.arrays(batch)
            assert (vectors.tolist(), labels.tolist(), list(batch.places)) == ([vector] * n, [label] * n, [place] * n)
    for structure in arrays.structures:
        vectors, labels = arrays.all_arrays(structure)
        alike = [example for example in examples if tuple(map(structure_of, example)) == structure]
        assert list(zip(vectors.tolist(), labels.tolist(), strict=True)) == alike
    assert len(arrays.structures) == 2


def test_a_large_batch_comes_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nn.engines.example_arrays.EXAMPLES_AT_ONCE", 3)
    arrays = ExampleArrays([(float(place),) for place in range(8)], "examples", ())
    for places in (list(range(8)), [7, 5, 3, 1]):
        batches = arrays.batches(places)
        assert max(len(batch.places) for batch in batches) == 3
        assert [int(place) for batch in batches for place in batch.places] == places


def test_a_value_through_which_a_gradient_would_flow_is_refused() -> None:
    w = Value(1.0, "w")
    with pytest.raises(TypeError, match=r"examples hold .* a parameter, through which a gradient would flow; engine='eager'"):
        ExampleArrays([(w,)], "examples", {w})
    with pytest.raises(TypeError, match="a Value that is computed"):
        ExampleArrays([(w * 2,)], "examples", ())
    arrays = ExampleArrays([(w,), (2,)], "examples", ())
    assert arrays.arrays(arrays.one(0))[0].tolist() == [1.0]
