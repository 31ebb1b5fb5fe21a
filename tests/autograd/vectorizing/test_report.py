"""What `report` tells of a program."""

from __future__ import annotations

import pytest
from teaching_programs import PROGRAMS

from autograd import Value, dot, vectorize

pytestmark = pytest.mark.engine("numpy")


def test_scalars_statements_and_products() -> None:
    report = PROGRAMS["pooled_classifier"]().report()
    assert report.startswith(
        "Engine: NumPy was asked for.\n136 scalars with 405 operands, 88 of them parameters, became 10 groups and "
    )
    assert "  4 dot products of 3 = m × 3 times (4 × 3)ᵀ" in report
    assert "  3 dot products of 4 = m × 4 times (3 × 4)ᵀ" in report
    assert "Captured constants: 1 different numbers: 5.0." in report


def test_what_was_captured_and_what_did_not_group() -> None:
    w, scale = Value(2.0, "w"), Value(7.0, "scale")
    program = vectorize(lambda x: w * x * scale + 0.25, 1.0, parameters=[w])
    report = program.report()
    assert "Captured constants: 2 different numbers: 7.0, 0.25." in report
    assert "1 of the leaves are Values other than parameters: scale." in report
    assert "Groups of a single scalar: 1 × add, 2 × multiply." in report
    assert "Matrix products: none." in report


def test_rows_that_pair_up_one_by_one() -> None:
    rows = [[Value(float(i + j)) for j in range(3)] for i in range(2)]
    program = vectorize(lambda x: dot(rows[0], x[0]) + dot(rows[1], x[1]), [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    assert "2 dot products of 3, each of its own two rows" in program.report()
    assert "became" in vectorize(lambda x: rows[0][0] * x, 1.0, exact=True).report()
