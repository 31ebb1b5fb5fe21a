"""The programs that the playground gives to take along do, in any Python, what it has shown."""

from __future__ import annotations

import ast
import contextlib
import io
from pathlib import Path

import pytest
from as_python import imports_of, number_of, script_of

from autograd import Value
from autograd.engine.graph import topological_order
from autograd.stepping.expression_reader import read_expression

POINT = {"a": "3", "b": "1/3", "c": "-2"}
EXPRESSIONS = [
    "c*(a + 2*b)",
    "d = 2*b; e = a + d; L = c*e",
    "e = a; e * b - c",
    "sin(2) + 1/3*a + (-2)**2 + b*c",
    "2*3 + a*b*c",
    "a*pi + pi*2 + b + c",
    "L*a + b*c; maximum(a, b, c)",
    "sigmoid(a*b) + log(a) ** 2 - c // 3",
]


def run(script: str, folder: Path) -> tuple[dict[str, object], str]:
    """The names of a program afterwards, and what it printed."""
    names: dict[str, object] = {"__name__": "__main__"}
    with contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(script, "script.py", "exec"), names)
    return names, printed.getvalue()


def numbers(text: str) -> dict[str, str]:
    return {**POINT, **({"L": "2"} if "L*a" in text else {})}


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_the_script_records_the_same_graph(text: str, tmp_path: Path) -> None:
    point = {name: number_of(name, number) for name, number in numbers(text).items()}
    expected = read_expression(text, point)
    names, printed = run(script_of("step", text, numbers(text)), tmp_path)
    assert printed == "steps.html\n" and (tmp_path / "steps.html").stat().st_size > 5_000
    values = [value for value in names.values() if isinstance(value, Value)]
    output = max(values, key=lambda value: len(topological_order(value)))
    assert output.data == expected.data

    def described(root: Value) -> list[tuple[str, float]]:
        return sorted((node.primitive.name, node.data) for node in topological_order(root))

    assert described(output) == described(expected)


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_the_script_of_a_check_prints_its_report(text: str, tmp_path: Path) -> None:
    _, printed = run(script_of("check", text, numbers(text)), tmp_path)
    assert printed.startswith("derivative") and printed.count("\n∂") == len(numbers(text))
    assert "wrong" not in printed


def test_the_script_of_a_graph_writes_it(tmp_path: Path) -> None:
    _, printed = run(script_of("draw", "c*(a + 2*b)", POINT), tmp_path)
    assert printed == "graph.html\n" and (tmp_path / "graph.html").is_file()


def test_a_script_of_a_program_imports_what_it_uses(tmp_path: Path) -> None:
    program = "w = Value(2, 'w')\nnetwork = MLP(2, [1], seed=0)\n\ndef tanh(x):\n    return x\n\ntanh(w) * 3  # the result\n"
    script = script_of("code", program, {})
    assert script.startswith("from autograd import Value\nfrom nn import MLP\n\nw = Value(2, 'w')\n")
    assert script.endswith("print(tanh(w) * 3)  # the result\n")
    assert run(script, tmp_path)[1] == "Value(6.0)\n"


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("print(1)", "print(1)\n"),
        ("x = 1\nx", "x = 1\nprint(x)\n"),
        ("[].sort()", "[].sort()\n"),
        ("'é'; (1,\n 2)", "'é'; print((1,\n 2))\n"),
        ("gradcheck(tanh, 1.0)", "from autograd import gradcheck, tanh\n\nprint(gradcheck(tanh, 1.0))\n"),
        ("import math\ntanh(math.pi)", "from autograd import tanh\nimport math\nprint(tanh(math.pi))\n"),
        ('"""Doc."""\nfrom __future__ import annotations\nx = Value(1)\n',
         '"""Doc."""\nfrom __future__ import annotations\nfrom autograd import Value\n\nx = Value(1)\n'),
        ("from autograd import Value\nstep_through(Value(1) * 2)",
         'from autograd import step_through\nfrom autograd import Value\nprint(step_through(Value(1) * 2).save("steps.html"))\n'),
        ("", "\n"),
    ],
)  # fmt: skip
def test_the_last_line_is_printed_or_written_if_it_is_a_result(program: str, expected: str) -> None:
    assert script_of("code", program, {}) == expected


def test_names_that_a_program_defines_need_no_import() -> None:
    program = "import log\nfrom x import sin as exp\ndef tanh(cos): pass\nclass Value: pass\nfor sqrt in (): pass\nlog, sin(2)"
    assert imports_of(ast.parse(program)) == {"autograd": ["sin"]}


def test_what_cannot_be_a_program_is_said() -> None:
    with pytest.raises(ValueError, match="log is the name of a function: give the number another name"):
        script_of("check", "log(log)", {"log": "2"})
    with pytest.raises(ValueError, match="a product needs its sign"):
        script_of("step", "2a", {"a": "2"})
    with pytest.raises(SyntaxError):
        script_of("code", "x = (", {})


def test_numbers_stay_as_they_were_typed() -> None:
    script = script_of("step", "a*b*c*d", {"a": "3", "b": "1/3", "c": " -0.50 ", "d": "1e3"})
    assert "a = Value(3)\nb = Value(0.3333333333333333)\nc = Value(-0.50)\nd = Value(1e3)\n" in script
