"""The programs of the README and of the pages beside it, as somebody pastes them into a file and checks that with mypy."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
PAGES = ["README.md", *(f"docs/{name}.md" for name in ("tour", "drawing-and-stepping", "checking", "compiled-programs"))]
# Strict, but for what the pages leave out on purpose: annotations of the reader's own functions.
SETTINGS = ["--strict", "--allow-untyped-defs", "--allow-untyped-calls", "--no-error-summary"]


def programs() -> list[str]:
    """The blocks of the pages; one that imports Value begins a program, the others of its page go on with it."""
    found: list[str] = []
    for page in PAGES:
        for number, block in enumerate(BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))):
            examples = doctest.DocTestParser().get_examples(block)
            source = "".join(example.source for example in examples) or block
            if "import Value" in source or number == 0:
                found.append("")
            found[-1] += source
    return found


def check(sources: list[str], folder: Path) -> str:
    for number, source in enumerate(sources):
        (folder / f"program_{number}.py").write_text(source, encoding="utf-8")
    # A cache that stays: the packages themselves take mypy a while.
    cache = ROOT / ".mypy_cache" / "readme"
    names = [f"program_{number}.py" for number in range(len(sources))]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *SETTINGS, "--config-file", os.devnull, "--cache-dir", str(cache), *names],
        cwd=folder, env={**os.environ, "MYPYPATH": str(ROOT)}, capture_output=True, encoding="utf-8", timeout=600,
    )  # fmt: skip
    return "\n".join(line for line in (done.stdout + done.stderr).splitlines() if line.startswith("program_"))


def test_there_are_programs_to_check() -> None:
    sources = programs()
    assert len(sources) == len(PAGES)
    for source, word in zip(sources, ("train(", "train(", "explain(", "def test_loss", "vectorize(loss"), strict=True):
        assert word in source


def test_the_lines_of_the_pages_have_the_types_they_need(tmp_path: Path) -> None:
    # The last one must be refused, so that an empty answer is not that of a checker that found nothing.
    wrong = "from autograd import Value\n\nnumber: int = Value(3)\nprint(Value(3).no_such_name)\n"
    complaints = check([*programs(), wrong], tmp_path).splitlines()
    assert [line.rpartition("[")[2] for line in complaints] == ["assignment]", "attr-defined]"], complaints
    assert all(line.startswith(f"program_{len(PAGES)}.py:") for line in complaints)
