"""How the elements of arrays lie in memory, and what can be seen of them without a copy."""

from __future__ import annotations

import random
from typing import Any

import numpy
import pytest

from autograd.vectorizing.arrays.memory import Memory
from autograd.vectorizing.arrays.views import View, strides_of

pytestmark = pytest.mark.engine("numpy")


def test_reshapes_without_a_copy_are_those_of_numpy() -> None:
    rng = random.Random(5)

    def factors(n: int) -> tuple[int, ...]:
        found = []
        while n > 1:
            found.append(rng.choice([d for d in range(2, n + 1) if n % d == 0]))
            n //= found[-1]
        found += [1] * rng.randrange(2)
        rng.shuffle(found)
        return tuple(found)

    copies = 0
    for _ in range(2000):
        n = rng.choice([1, 4, 6, 8, 12, 24])
        shape = factors(n)
        # Part of a larger array, with its axes exchanged.
        larger = numpy.zeros([length + rng.choice([0, 0, 1]) for length in shape])
        part: tuple[Any, ...] = (*[slice(length) for length in shape], ...)
        array = larger[part].transpose(rng.sample(range(len(shape)), len(shape)))
        wanted = factors(n)
        shown = array.reshape(wanted)
        strided = Memory(tuple(stride // array.itemsize for stride in array.strides), 0)
        found = strided.after(View(wanted, reshaped=wanted), array.shape)
        assert (found is not None) == numpy.shares_memory(shown, array)
        if found is None:
            copies += 1
            continue
        for stride, expected, length in zip(found.strides, shown.strides, wanted, strict=True):
            assert length == 1 or stride == expected // array.itemsize
        assert strided.is_contiguous(array.shape, False) == array.flags.c_contiguous
    assert copies > 100


def test_strides_of_rows_side_by_side() -> None:
    assert strides_of((2, 3, 4)) == tuple(stride // 8 for stride in numpy.zeros((2, 3, 4)).strides)


def test_examples_side_by_side() -> None:
    assert Memory.of_new((2, 3)).is_contiguous((2, 3), True)
    # One example of a larger array is contiguous, and several are not.
    part = Memory((3, 1), 12)
    assert part.is_contiguous((2, 3), False) and not part.is_contiguous((2, 3), True)
