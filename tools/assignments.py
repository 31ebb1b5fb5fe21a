"""Builds the assignments that are handed out; `make assignments` runs it.

What one edits is ``notebooks/assignments/NAME.py``, a text with cells whose raw cells say where questions, solutions and tests
begin and end: the form of otter-grader's master notebooks. `otter assign` makes two folders of each, under
``out/assignments/NAME/``: ``student``, which is handed out and has no solution in it, and ``autograder``, for those who grade.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "notebooks" / "assignments"
OUT = ROOT / "out" / "assignments"


def sources() -> list[Path]:
    """The texts of all assignments."""
    return sorted(FOLDER.glob("*.py"))


def write_master(source: Path, folder: Path) -> Path:
    """Write the notebook that a text describes, with solutions and tests. Returns where."""
    import jupytext
    import nbformat

    notebook = jupytext.read(source, fmt="py:percent")
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{source.stem}.ipynb"
    nbformat.write(notebook, path)
    return path


def build(source: Path, out: Path) -> Path:
    """Build an assignment, whose solutions have to pass its tests. Returns the folder to hand out.

    Raises:
        subprocess.CalledProcessError: a solution fails a test, or otter-grader can't read the text.
    """
    folder = out / source.stem
    master = write_master(source, folder)
    subprocess.run([sys.executable, "-m", "otter", "assign", str(master), str(folder)], check=True, cwd=folder)
    return folder / "student"


def main() -> None:
    """Build all assignments."""
    for source in sources():
        print(f"{source.stem}: {build(source, OUT)}")


if __name__ == "__main__":
    main()
