"""The battery of benchmarks/checking.py, without the peers: what is promised of this project's checks."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks"


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    if not (BENCHMARKS / "checking.py").exists():
        pytest.skip("the benchmarks are not part of an installed package")
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import checking

        return checking
    finally:
        sys.path.remove(str(BENCHMARKS))


def test_there_are_enough_functions_of_each_kind(benchmark):
    kinds = [case.kind for case in benchmark.CASES]
    assert sum(kind != benchmark.KINK for kind in kinds) >= 32
    assert all(kinds.count(kind) >= 6 for kind in set(kinds))
    assert len({case.name for case in benchmark.CASES}) == len(kinds)


@pytest.mark.parametrize("name", ["chalkgrad", "chalkgrad-given", "chalkgrad-floats"])
def test_right_ones_pass_and_planted_errors_are_found(benchmark, name):
    checker = benchmark.CHECKERS[name]()
    answers = []
    for case in benchmark.CASES:
        is_kink = case.kind == benchmark.KINK
        exact = checker.derivatives(case, []) if is_kink else benchmark.exact_derivatives(case)
        planted = {} if is_kink else {error: checker.judge(case, exact, factor) for error, factor in benchmark.PLANTED.items()}
        answers.append({"right": checker.judge(case, exact, 1.0)[0], "planted": planted})
    assert benchmark.broken_promises({name: answers}) == []
    undecided = [case.name for case, answer in zip(benchmark.CASES, answers, strict=True) if answer["right"] == "inconclusive"]
    assert len(undecided) <= (4 if name == "chalkgrad-floats" else 0)
