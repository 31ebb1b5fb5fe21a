"""What the tests of an exercise need: answers that are right, answers that are wrong, and what no hint may say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from runpy import run_path
from typing import Any

FOLDER = Path(__file__).parents[1] / "tasks" / "exercises" / "cases"


@dataclass(frozen=True)
class Cases:
    """The cases of one exercise.

    Args:
        right: answers that are accepted: the answer in all forms in which a person may give it.
        wrong: at least three plausible wrong answers.
        secret: texts, the answer among them, that no hint contains.
    """

    right: tuple[Any, ...]
    wrong: tuple[Any, ...]
    secret: tuple[str, ...]


def read_cases() -> dict[str, Cases]:
    """The cases of all exercises: each notebook has a file with a dictionary `CASES`."""
    found: dict[str, Cases] = {}
    for path in sorted(FOLDER.glob("*.py")):
        cases: dict[str, Cases] = run_path(str(path))["CASES"]
        assert not cases.keys() & found.keys(), path
        found.update(cases)
    return found
