"""Expressions on the command line: read, never executed; wrong ones end with status 2 and one sentence."""

from __future__ import annotations

import io
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.notation.numbers import format_number
from autograd.stepping.__main__ import main
from autograd.stepping.expression_reader import read_expression

ROOT = Path(__file__).parents[3]


class Terminal(io.StringIO):
    """Lines that a person types."""

    def isatty(self) -> bool:
        return True


def run(*arguments: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "autograd.stepping", *arguments], capture_output=True, timeout=60, cwd=ROOT, encoding="utf-8",
        stdin=subprocess.DEVNULL, env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def test_as_in_the_documentation(tmp_path: Path) -> None:
    status, printed, wrong = run("c*(a + 2*b)", "a=3", "b=1", "c=-2")
    assert (status, wrong) == (0, "")
    lines = printed.splitlines()
    assert len(lines) == 9 and lines[-1] == "  9  Backward: ∂L/∂b = ∂L/∂v₁ · ∂v₁/∂b = (−2) · 2 = −4."
    status, printed, _ = run("tanh(x)", "x=1", "--save", str(tmp_path / "steps.html"))
    assert status == 0 and (tmp_path / "steps.html").read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["a*", "a=3"], "can't read the expression 'a*'"),
        (["a+b", "a=3"], "b has no number: give it one, as in b=2"),
        (["a", "a=3", "b=2"], "b does not occur in the expression"),
        (["a", "a=x"], "'x' is not a number, in 'a=x'"),
        (["a", "a=inf"], "'inf' is not a finite number, in 'a=inf'"),
        (["a", "a"], "'a' is not of the form name=number"),
        (["a", "a=1", "a=2"], "a is given twice"),
        (["__import__('os')"], "there is no function '__import__'"),
        (["max(a, a)", "a=1"], "there is no function 'max': write maximum\n"),
        (["ln(a)", "a=1"], "there is no function 'ln': write log\n"),
        (["arctan(a)", "a=1"], "there is no function 'arctan': write atan\n"),
        (["sqr(a)", "a=1"], "there is no function 'sqr': write square\n"),
        (["pow(a, 2)", "a=1"], "there is no function 'pow': write a ** b\n"),
        (["degrees(a)", "a=1"], "there is no function 'degrees': write a * (180 / pi)\n"),
        (["sqroot(a)", "a=1"], "there is no function 'sqroot': did you mean sqrt?\n"),
        (["mean(a)", "a=1"], "there is no function 'mean'; there are abs, "),
        (["sign(a)", "a=1"], "there is no function 'sign'; there are abs, "),
        (["math.sin(a)", "a=1"], "write sin instead of math.sin\n"),
        (["__import__('os').system('x')"], "can't stand in an expression: use numbers, names"),
        (["__import__('os')(2)"], "can't stand in an expression: use numbers, names"),
        (["a", "a=1/0"], "'1/0' is not a number, in 'a=1/0'"),
        (["a", "a=b"], "'b' is not a number, in 'a=b'"),
        ([], "the following arguments are required: expression; see"),
        (["a.b", "a=1"], "'a.b' can't stand in an expression"),
        (["[1]"], "'[1]' can't stand in an expression"),
        (["'a'*9"], "can't stand in an expression"),
        (["lambda: 1"], "can't stand in an expression"),
        (["True + 1"], "'True' can't stand in an expression"),
        (["1j"], "can't stand in an expression"),
        (["import os"], "is neither an expression nor an assignment to one name"),
        (["a, b = 1"], "is neither an expression nor an assignment"),
        (["tanh(1, 2)"], "tanh takes 1 operands, not 2"),
        (["log(a)", "a=-1"], "log of a = -1.0"),
        (["9**9**9**9"], "power of 9.0"),
        (["1/0"], "division"),
        (["a = 1", "a=2"], "a is given twice"),
        (["(" * 400 + "1" + ")" * 400], "can't read the expression"),
        (["--", "-" * 500 + "1"], "the expression is nested more than 100 deep"),
        (["1" * 20_000], "the expression is 20,000 characters long"),
        (["1" * 400], "too big for a float"),
        ([""], "there is no expression"),
        (["2b", "b=1"], "a product needs its sign: write 2*b instead of 2b"),
        (["c + 0.5 x_1"], "a product needs its sign: write 0.5*x_1 instead of 0.5 x_1"),
        (["2(a + b)", "a=1", "b=1"], "a product needs its sign: write 2*(a + b) instead of 2(a + b)"),
        (["(a + 1)(a - 1)", "a=1"], "write (a + 1)*(a - 1) instead of (a + 1)(a - 1)"),
        (["a(b + 1)", "a=1", "b=1"], "a product needs its sign: write a*(b + 1) instead of a(b + 1)"),
        (["a b", "a=1", "b=1"], "a product needs its sign: write a*b instead of a b"),
        (["x^2", "x=1"], "a power is written with two stars: write x**2 instead of x^2"),
        (["(x + 1)^2", "x=1"], "write (x + 1)**2 instead of (x + 1)^2"),
        (["sin x", "x=1"], "write sin(x) instead of sin x"),
        (["|x|", "x=1"], "write abs(x) instead of |x|"),
        (["a × 2", "a=1"], "write * instead of ×"),
        (["a − 2", "a=1"], "write - instead of −"),
        (["x²", "x=1"], "write **2 instead of ²"),
        (["a", "a=1", "--save", "steps.pdf"], "must end in .html"),
        (["a", "a=1", "--save", "/nowhere/at/all.html"], "No such file or directory"),
    ],
)
def test_one_sentence_and_status_2(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments, io.StringIO()) == 2
    said = capsys.readouterr().err
    assert message in said and "Traceback" not in said
    assert said.startswith("python -m autograd.stepping: ") and said.count("\n") == 1


@pytest.mark.parametrize(("said", "number"), [("1/3", 1 / 3), ("-(1/9)", -1 / 9), ("1e-3", 1e-3), ("2*pi", 2 * math.pi)])
def test_numbers_may_be_written_as_fractions(said: str, number: float, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["a*1", f"a={said}"], io.StringIO()) == 0
    assert f"= {format_number(number)}." in capsys.readouterr().out.splitlines()[0]


def test_named_nodes() -> None:
    output = read_expression("d = 2*b; e = a + d; L = c*e", {"a": 3, "b": 1, "c": -2})
    assert output.label == "L" and [v.label for v in output.operands] == ["c", "e"]
    again = read_expression("a = x; b = a; a*b", {"x": 3})
    assert again.data == 9.0 and [v.label for v in again.operands] == ["a", "b"]


@given(st.floats(-3, 3), st.floats(0.1, 3))
def test_it_computes_what_python_computes(a: float, b: float) -> None:
    text = "-a**2 + sin(a)*b/(1 + abs(a)) - maximum(a, b, 0.5) + pi + +2 + a % 0.7 * b // 0.3"
    expected = -(a**2) + math.sin(a) * b / (1 + abs(a)) - max(a, b, 0.5) + math.pi + 2 + a % 0.7 * b // 0.3
    assert read_expression(text, {"a": a, "b": b}).data == pytest.approx(expected, rel=1e-14, abs=1e-14)


def test_a_conversation(capsys: pytest.CaptureFixture[str]) -> None:
    typed = "\n".join(["", "", "b", "a", "?a", "zz", "99", "3", "r", "", "q", ""])
    assert main(["c*(a + 2*b)", "a=3", "b=1", "c=-2"], Terminal(typed)) == 0
    answers = capsys.readouterr().out.split("> ")
    assert answers[1].startswith("  1  Forward: v₁ = 2 × b")
    assert answers[3].startswith("  1  Forward"), "back"
    assert answers[4].startswith("  7  Backward: ∂L/∂a")
    assert answers[5].startswith("∂L/∂a = −2, its only use:")
    assert answers[6].startswith("no node is called 'zz'")
    assert answers[7].startswith("there are 9 steps, from 1 to 9")
    assert answers[8].startswith("  3  Forward: L")
    assert answers[9].startswith("before the first step")
    typed = "\n".join(["", "=b", "= b", "b", "=n", "= 3", "q", ""])
    assert main(["d = 2*b; n = d + b; L = n*3", "b=1"], Terminal(typed)) == 0
    answers = capsys.readouterr().out.split("> ")
    assert "= b: to one called b" in answers[0]
    assert answers[2] == answers[3] and "∂L/∂b" in answers[2], "a node called as a command is"
    assert answers[4] != answers[3] and "∂L/∂n" in answers[5]
    assert answers[6].startswith("no step changes 3: it is a constant")
    assert main(["a", "a=1"], Terminal("")) == 0, "the end of input ends it"
