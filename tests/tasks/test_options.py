import argparse

import pytest

from tasks.support.options import positive_number, positive_whole_number, whole_number


@pytest.mark.parametrize(
    ("read", "text", "number"),
    [
        (whole_number, "0", 0),
        (whole_number, "007", 7),
        (positive_whole_number, "1", 1),
        (positive_number, "1e-3", 0.001),
    ],
)
def test_numbers_are_read(read, text, number):
    assert read(text) == number


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (whole_number, "-1"),
        (whole_number, "1.5"),
        (whole_number, ""),
        (whole_number, "²"),
        (whole_number, "1_000"),
        (positive_whole_number, "0"),
        (positive_whole_number, "many"),
        (positive_number, "0"),
        (positive_number, "-1"),
        (positive_number, "inf"),
        (positive_number, "nan"),
        (positive_number, "x"),
    ],
)
def test_other_words_are_named(read, text):
    with pytest.raises(argparse.ArgumentTypeError, match=r"expected a .*not '") as refused:
        read(text)
    assert repr(text) in str(refused.value)
