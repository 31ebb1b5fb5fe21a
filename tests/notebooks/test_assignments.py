"""The assignments: solutions pass their tests, other answers don't, and nothing of a solution is handed out."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

# Importing it takes a second, in which processes that run none of these tests need not wait.
if find_spec("jupytext") is None:
    pytest.skip("jupytext is not installed", allow_module_level=True)

ROOT = Path(__file__).parents[2]
_specification = spec_from_file_location("assignments_tool", ROOT / "tools" / "assignments.py")
assert _specification is not None and _specification.loader is not None
tool = module_from_spec(_specification)
_specification.loader.exec_module(tool)

SOURCES: list[Path] = tool.sources()
pytestmark = pytest.mark.usefixtures("own_primitives")
each_assignment = pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)

# For each question plausible wrong answers: what stands in the solution, and what one might write in its place.
WRONG = [
    ("sigmoid_by_hand", "1 + exp(-z)", "1 + exp(z)"),
    ("unit", "** 2", ""),
    ("perceptron", "x2 + b > 0", "x2 + b >= 0"),
    ("perceptron", "x2 + b > 0", "x2 - b > 0"),
    ("perceptron_rule", "right - perceptron(w1, w2, b, x1, x2)", "perceptron(w1, w2, b, x1, x2) - right"),
    ("perceptron_rule", "+ error * x2", "+ error"),
    ("separable", "range(-2, 3)", "range(3)"),
    ("separable", "for b in numbers", "for b in range(-2, 1)"),
    ("hidden_unit", "u if weighted_sum > 0 else 0", "u"),
    ("hidden_unit", "slope = u if", "slope = 1 if"),
    ("hidden_unit", "max(weighted_sum, 0)", "weighted_sum"),
    ("xor", "- 2 *", "- "),
    ("softmax", "/ total(powers)", "/ len(powers)"),
    ("features", "in NEGATIVE for word in words", "in NEGATIVE for word in set(words)"),
    ("features", 'int("no" in words)', 'words.count("no")'),
    ("features", "log(len(words))", "len(words)"),
    ("split", " if index % 5 != part", ""),
    ("split", "part::5", "::5"),
    ("pool", "zip(*vectors, strict=True)", "vectors"),
    ("pool", "maximum(position)", "Value(max(one.data for one in position))"),
    ("embeddings", "words.count(word)", "(word in words)"),
    ("embeddings", " / len(words)", ""),
    ("windows", "max(0, place - size)", "place - size"),
    ("windows", '*sentence, "<s>"]', "*sentence]"),
    ("bigram", '*sentence, "<s>"]', "*sentence]"),
    ("bigram", "starts.count(before)", "len(starts)"),
    ("bigram", "k * n_words", "k"),
    ("perplexity", " / len(probabilities)", ""),
    ("perplexity", "exp(-sum", "exp(sum"),
    ("scores", " - (word == right)", ""),
    ("scores", "power / sum(powers) - (word == right)", "(word == right) - power / sum(powers)"),
    ("gradient", " - y\n", " + y\n"),
    ("descent", "-= learning_rate", "+= learning_rate"),
    ("backward_by_hand", "2 * c, e", "c, e"),
    ("local_derivative", "** 2,", ","),
]


@cache
def cells_of(source: Path) -> list[tuple[str, str]]:
    """The kinds and the texts of the cells of an assignment."""
    import jupytext

    return [(cell.cell_type, cell.source) for cell in jupytext.read(source, fmt="py:percent").cells]


def questions_of(source: Path) -> list[str]:
    return re.findall(r"# BEGIN QUESTION\nname: (\w+)\npoints: \d", "\n\n".join(text for _, text in cells_of(source)))


def run(source: Path, name: str = "", wrong: tuple[str, str] = ("", "")) -> None:
    """Run an assignment with its tests; the solution of one question is made wrong."""
    names: dict[str, Any] = {}
    question, part = "", ""
    for kind, text in cells_of(source):
        if kind == "raw":
            named = re.search(r"BEGIN QUESTION\nname: (\w+)", text)
            question, part = (named[1] if named else question), text
        elif kind == "code":
            if question == name and "BEGIN SOLUTION" in part:
                assert wrong[0] in text
                text = text.replace(*wrong)
            # Each test has names of its own.
            exec(compile(text, str(source), "exec"), dict(names) if "BEGIN TESTS" in part else names)


@each_assignment
def test_solutions_pass(source: Path) -> None:
    assert questions_of(source)
    run(source)


@pytest.mark.parametrize(("name", "right", "wrong"), WRONG)
def test_wrong_answers_fail(name: str, right: str, wrong: str) -> None:
    [source] = [one for one in SOURCES if name in questions_of(one)]
    with pytest.raises(AssertionError):
        run(source, name, (right, wrong))


def test_every_question_has_a_wrong_answer() -> None:
    assert sorted({name for name, _, _ in WRONG}) == sorted(name for source in SOURCES for name in questions_of(source))


@each_assignment
def test_raw_cells_come_in_pairs(source: Path) -> None:
    marks = [
        mark for kind, text in cells_of(source) if kind == "raw" for mark in re.findall(r"^# (BEGIN|END) (\w+)$", text, re.M)
    ]
    solution, tests = [("BEGIN", "SOLUTION"), ("END", "SOLUTION")], [("BEGIN", "TESTS"), ("END", "TESTS")]
    assert marks == [("BEGIN", "QUESTION"), *solution, *tests, ("END", "QUESTION")] * len(questions_of(source))


@pytest.mark.skipif(find_spec("otter") is None, reason="otter-grader is not installed")
@each_assignment
def test_nothing_of_a_solution_is_handed_out(source: Path, tmp_path: Path) -> None:
    handed_out = tool.build(source, tmp_path)
    text = (handed_out / f"{source.stem}.ipynb").read_text(encoding="utf-8")
    code = ["".join(cell["source"]) for cell in json.loads(text)["cells"]]
    assert sum("grader.check(" in cell for cell in code) == len(questions_of(source))
    for name, right, _ in WRONG:
        assert name not in questions_of(source) or all(right not in cell for cell in code)
    assert "SOLUTION" not in text and "HIDDEN" not in text
