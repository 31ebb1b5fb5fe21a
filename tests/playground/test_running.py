"""What the playground shows for an expression or a program, without a browser around it."""

from __future__ import annotations

import re

import pytest
import running
from running import play

POINT = {"a": "3", "b": "1", "c": "-2"}


def told(mode: str, text: str, numbers: dict[str, str] | None = None) -> list[tuple[str, str]]:
    heard: list[tuple[str, str]] = []
    play(mode, text, numbers or {}, lambda kind, text: heard.append((kind, text)))
    return heard


@pytest.mark.parametrize(
    ("mode", "shown"), [("step", "chalkgrad-steps"), ("draw", "chalkgrad-drawing"), ("check", ">right</td>")]
)  # fmt: skip
def test_an_expression_is_shown(mode: str, shown: str) -> None:
    ((kind, html),) = told(mode, "d = 2*b; e = a + d; L = c*e", POINT)
    assert kind == "html" and shown in html


def test_the_check_of_an_expression_names_its_derivatives() -> None:
    ((_, html),) = told("check", "c * (a + 2*b)", {**POINT, "b": "1/3"})
    rows = re.findall("<tr>(.*?)</tr>", html)[1:]
    assert [re.findall("<td[^>]*>([^<]*)", row)[:2] for row in rows] == [
        ["∂L/∂a", "-2"],
        ["∂L/∂b", "-4"],
        ["∂L/∂c", "3.666666667"],
    ]


@pytest.mark.parametrize(
    ("text", "numbers", "sentence"),
    [
        ("2(a + b)", {"a": "1", "b": "2"}, "a product needs its sign: write 2*(a + b) instead of 2(a + b)"),
        ("a + b", {"a": "1"}, "b has no number"),
        ("a + b", {"a": "1", "b": " "}, "b needs a number, such as 2, -0.5 or 1/3: it has none yet"),
        ("a", {"a": "one"}, "a needs a number, such as 2, -0.5 or 1/3: 'one' is not a number"),
        ("a", {"a": "1e999"}, "a needs a finite number, not 1e999"),
        ("1/a", {"a": "0"}, "division by zero"),
        ("", {}, "there is no expression"),
    ],
)
@pytest.mark.parametrize("mode", ["step", "draw", "check"])
def test_what_is_wrong_with_an_expression_is_one_sentence(mode: str, text: str, numbers: dict[str, str], sentence: str) -> None:
    ((kind, said),) = told(mode, text, numbers)
    assert kind == "error" and sentence in said and "\n" not in said


def test_a_program_prints_and_its_last_line_is_shown() -> None:
    assert told("code", "a = Value(2, 'a')\nprint(a.data)\nprint('b')\na * 3") == [
        ("printed", "2.0\n"), ("printed", "b\n"), ("text", "Value(6.0)"),
    ]  # fmt: skip
    assert told("code", "print('no end of line', end='')\nNone") == [("printed", "no end of line")]
    assert told("code", "") == []
    ((kind, html),) = told("code", "step_through(Value(2, 'a') * 3)")
    assert kind == "html" and "chalkgrad-steps" in html


def test_forms_that_objects_have_for_notebooks() -> None:
    forms = {
        "_repr_html_": ("html", "<b>1</b>"),
        "_repr_svg_": ("html", "<b>1</b>"),
        "_repr_latex_": ("text", "One"),
    }
    for name, expected in forms.items():
        program = f"class One:\n    def {name}(self): return '<b>1</b>'\n    def __repr__(self): return 'One'\nOne()"
        assert told("code", program) == [expected]
        assert told("code", program.removesuffix("()")) == [("text", "<class '__main__.One'>")]
    bundle = "class One:\n    def _repr_mimebundle_(self, **_): return {'text/html': 'h', 'text/plain': 'p'}, {}\nOne()"
    assert told("code", bundle) == [("html", "h")]


def test_programs_know_nothing_of_one_another() -> None:
    told("code", "import nn\nkept = 3\nfirst = nn.MLP(2, [1])")
    assert told("code", "kept")[0][1] == "line 1: kept\nNameError: name 'kept' is not defined"
    networks = "[p.data for p in MLP(2, [1]).parameters()]"
    assert told("code", networks) == told("code", networks)


def test_an_error_has_the_lines_of_the_program_and_python_s_own_words() -> None:
    (kind, said), (other, trace) = told("code", "def f(x):\n    return 1 / x\n\nf(Value(0, 'x'))")
    assert (kind, other) == ("error", "trace")
    assert said.startswith("line 4: f(Value(0, 'x'))\nline 2, in f: return 1 / x\nZeroDivisionError: ")
    assert trace.startswith("Traceback") and running.__file__ not in trace
    ((kind, said),) = told("code", "print('never'\n")
    assert kind == "error" and said.startswith("line 1\n") and said.endswith("SyntaxError: '(' was never closed")


def test_errors_in_special_places() -> None:
    (_, said), *_ = told("code", "def f():\n    return f()\nf()")
    assert said.count("line 2, in f") < 9 and "…" in said and "RecursionError" in said
    (_, said), *_ = told("code", "import no_such_library")
    assert said.splitlines()[1] == (
        "ModuleNotFoundError: No module named 'no_such_library'. The playground has the standard library, autograd, nn and tasks."
    )
    assert told("code", "raise SystemExit") == []
    assert told("code", "raise SystemExit('enough')") == [("error", "enough")]
    ((_, said),) = told("code", "input('What? ')")
    assert said.endswith("write the answer into the program instead of input(…)")
    ((_, said),) = told("code", "class Bad:\n    def __repr__(self): return 1 / 0\nBad()")[:1]
    assert said.endswith("ZeroDivisionError: division by zero")


def test_warnings_and_errors_of_streams_are_printed() -> None:
    heard = told("code", "import sys, warnings\nprint('to the error stream', file=sys.stderr)\nsys.stdout.isatty()")
    assert heard == [("printed", "to the error stream\n"), ("text", "False")]


def test_what_is_printed_has_a_bound() -> None:
    heard = told("code", "for i in range(30_000):\n    print('twenty characters …')\n'end'")
    assert len(heard) < 2_000, "and is told in few pieces"
    assert heard[-1] == ("text", "'end'")
    text = "".join(text for kind, text in heard if kind == "printed")
    assert text.endswith("… more is not shown than these 100,000 characters.\n") and len(text) < 100_100


def test_a_planted_bug_is_found_at_its_line() -> None:
    program = (
        "wrong = primitive('wrong', 'w', lambda m, x: x * m.exp(x), lambda m, x, y: m.exp(x))\n"
        "def f(x):\n    return wrong(x) + x\n\ngradcheck(f, 0.5)"
    )
    ((kind, html),) = told("code", program)
    assert kind == "html" and "wrong rule" in html and "&lt;playground&gt;:3, return wrong(x) + x" in html
