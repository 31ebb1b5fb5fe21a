"""What mypy says of programs that use the packages, in one run: it takes long to read these.

The programs of the README and of the pages beside it, as somebody pastes them into a file; what the files that are written from
the table tell it; and the types of what networks give.
"""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
PAGES = ["README.md", *(f"docs/{name}.md" for name in ("tour", "drawing-and-stepping", "checking", "compiled-programs"))]
# Strict, but for what the pages leave out on purpose: annotations of the reader's own functions.
SETTINGS = ["--strict", "--allow-untyped-defs", "--allow-untyped-calls", "--no-error-summary"]

# Functions and methods that are written from the table, and lines that are wrong, with what is said of each.
RIGHT = """\
import autograd
from autograd import Value, maximum, sigmoid, total
v = Value(1.0)
results: list[Value] = [
    autograd.tanh(v), sigmoid(1), v.tanh(), v.arctan2(2.0), v + 1, 1 - v, 2 ** v, -v, abs(v), v < 2, v // 3,
    maximum(v, 2), total([v, 3]), autograd.abs(v), v.gelu("tanh"), autograd.where(v < 2, v, 0.0),
]
"""
WRONG = {
    "an unknown function": ("autograd.tanhh(v)", 'Module has no attribute "tanhh"'),
    "an unknown method": ("v.tanhh()", '"Value" has no attribute "tanhh"'),
    "a function that only derivatives need": ("autograd.gap(v, v)", 'Module has no attribute "gap"'),
    "a string as an operand": ('v + "a"', "Unsupported operand types"),
    "a string on the left": ('"a" + v', "Unsupported operand types"),
    "a string as an argument": ('sigmoid("a")', 'incompatible type "str"'),
    "a number for a sequence": ("total(v)", 'expected "Iterable'),
    "two arguments for one": ("v.tanh(1)", "Too many arguments"),
}  # fmt: skip
# Assertions about what networks give.
TYPED = """
from typing import Any, assert_type
from autograd import Value, draw, grad, tanh
from nn import MLP, Outputs, squared_error
network = MLP(2, [2, 1])
y = network([1.0, 2.0])
assert_type(y, Outputs)
assert_type(y * 2, Value)
assert_type(2 * y, Value)
assert_type(y + y, Value)
assert_type(-y, Value)
assert_type(y[0], Value)
assert_type(y[:1], Outputs)
assert_type(grad(y, y[0], create_graph=bool(y)), Any)
assert_type(y.data, float)
assert_type(y.relu(), Value)
assert_type(tanh(y), Value)
assert_type(squared_error(y, 1.0), Value)
assert_type(grad(y, network.parameters()), list[float])
assert_type(grad(y, y), list[float])
assert_type(float(y), float)
y.backward()
y.label = "y"
draw(y)
(one,) = y
assert_type(one, Value)
y.no_such_thing  # type: ignore[attr-defined]
"""


def programs() -> list[str]:
    """The blocks of the pages; one that imports Value begins a program, the others of its page go on with it.

    Those for libraries that need not be installed here are left out; they run where these are.
    """
    found: list[str] = []
    for page in PAGES:
        for number, block in enumerate(BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))):
            if re.search(r"^import .*(jax|onnxruntime)", block, re.MULTILINE):
                continue
            examples = doctest.DocTestParser().get_examples(block)
            source = "".join(example.source for example in examples) or block
            if "import Value" in source or number == 0:
                found.append("")
            found[-1] += source
    return found


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What is said of each program, by the name of its file."""
    # The wrong one must be refused, so that an empty answer is not that of a checker that found nothing.
    wrong = "from autograd import Value\n\nnumber: int = Value(3)\nprint(Value(3).no_such_name)\n"
    from_table = RIGHT + "".join(f"{line}\n" for line, _ in WRONG.values())
    sources = {f"program_{number}": source for number, source in enumerate(programs())}
    sources |= {"wrong": wrong, "from_table": from_table, "outputs": TYPED}
    folder = tmp_path_factory.mktemp("typed")
    for name, source in sources.items():
        (folder / f"{name}.py").write_text(source, encoding="utf-8")
    # A cache that stays: the packages themselves take mypy a while. In a process of its own, since mypy changes the recursion
    # limit and the collector's thresholds.
    cache = ROOT / ".mypy_cache" / "readme"
    words = [*SETTINGS, "--config-file", os.devnull, "--cache-dir", str(cache), *(f"{name}.py" for name in sources)]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *words],
        cwd=folder, env={**os.environ, "MYPYPATH": str(ROOT)}, capture_output=True, encoding="utf-8", timeout=600,
    )  # fmt: skip
    # The packages' own imports have no types where they are checked without the project's settings.
    lines = (done.stdout + done.stderr).splitlines()
    return {name: [line for line in lines if line.startswith(f"{name}.py:")] for name in sources}


def test_there_are_programs_to_check() -> None:
    sources = programs()
    assert len(sources) == len(PAGES)
    for source, word in zip(sources, ("train(", "train(", "explain(", "def test_loss", "vectorize(loss"), strict=True):
        assert word in source


def test_the_lines_of_the_pages_have_the_types_they_need(complaints: dict[str, list[str]]) -> None:
    assert [line.rpartition("[")[2] for line in complaints["wrong"]] == ["assignment]", "attr-defined]"], complaints
    assert not any(complaints[f"program_{number}"] for number in range(len(PAGES))), complaints


def test_what_is_written_from_the_table(complaints: dict[str, list[str]]) -> None:
    first = RIGHT.count("\n") + 1
    said = complaints["from_table"]
    assert not [line for line in said if int(line.split(":")[1]) < first], said
    for number, (what, (_, expected)) in enumerate(WRONG.items(), first):
        assert any(line.startswith(f"from_table.py:{number}: error:") and expected in line for line in said), (what, said)


def test_what_networks_give(complaints: dict[str, list[str]]) -> None:
    assert complaints["outputs"] == []
