"""The self-test: every rule of the table is broken in every way that changes it, caught, and blamed on the right operation."""

from __future__ import annotations

import pytest

from autograd import Value, grad, tanh
from autograd.checking import __main__
from autograd.checking.self_test import counting
from autograd.checking.self_test.planting import BREAKS, broken, forgetful_accumulation
from autograd.engine import backward
from autograd.engine.compiled_backward import source_of_sweep
from autograd.table.primitives import TABLE


def test_the_self_test_finds_everything(capsys: pytest.CaptureFixture[str]) -> None:
    assert __main__.main(["--self-test"]) == 0
    written = capsys.readouterr().out.splitlines()
    assert len(written) == len(BREAKS) + 1
    assert "right rules all passed" in written[-1]
    numbers = [int(word) for word in written[-1].replace(",", "").split() if word.isdigit()]
    assert numbers[0] == numbers[1] == numbers[2] >= 240


def test_without_arguments_it_says_how(capsys: pytest.CaptureFixture[str]) -> None:
    assert __main__.main([]) == 2
    assert "--self-test" in capsys.readouterr().out


def test_a_check_that_finds_nothing_fails_the_self_test(monkeypatch: pytest.MonkeyPatch) -> None:
    from autograd.checking.report import Report

    monkeypatch.setattr(counting, "gradcheck", lambda f, *point: Report(()))
    lines: list[str] = []
    assert not counting.run_self_test(lines.append)
    assert any("not caught" in line for line in lines)


@pytest.mark.parametrize("name", ["multiply", "tanh", "dot", "logsumexp", "maximum"])
def test_a_break_is_undone(name: str) -> None:
    primitive = TABLE[name]
    before = primitive.derivatives, source_of_sweep()
    with pytest.raises(RuntimeError), broken(primitive, BREAKS[1]):
        assert primitive.derivatives is not before[0] or name == "dot"
        raise RuntimeError
    assert primitive.derivatives == before[0]
    assert source_of_sweep() == before[1]
    x = Value(0.5)
    assert grad(tanh(x * x), x) == pytest.approx(0.9400148488064376, rel=1e-15)


def test_a_break_reaches_the_backward_pass() -> None:
    x = Value(2.0)
    y = x * 3.0
    with broken(TABLE["multiply"], BREAKS[1]):
        y.backward()
    assert x.gradient == 6.0
    sweep = backward.compiled_sweep
    with forgetful_accumulation():
        assert backward.compiled_sweep is not sweep
    assert backward.compiled_sweep is sweep
