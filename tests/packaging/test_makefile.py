"""The Makefile with a Python that writes down what it is asked for, and does nothing but pretend to make environments."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")

pytestmark = pytest.mark.skipif(shutil.which("make") is None or sys.platform == "win32", reason="there is no make")

# `$VERSION` is the version it says it has.
PYTHON = """#!/bin/sh
case "$1 $2" in
"-c "*) exec "$REAL" -c "import sys; sys.version_info = $VERSION; exec(sys.argv[1])" "$2" ;;
esac
echo "$*" >> "$LOG"
case "$1 $2" in
"-m venv")
    if [ "$3" = --clear ]; then rm -r "$4"; shift; fi
    mkdir -p "$3/bin"
    touch "$3/pyvenv.cfg"
    sed "s/[$]VERSION/$VERSION/" "$0" > "$3/bin/python"
    chmod +x "$3/bin/python" ;;
esac
"""


class Folder:
    """A project in a folder whose name has spaces."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "my own project"
        self.path.mkdir()
        for name in ("Makefile", "pyproject.toml"):
            shutil.copy(ROOT / name, self.path)
        self.log = folder / "log"
        self.python = folder / "python"
        self.python.write_text(PYTHON)
        self.python.chmod(0o755)

    def make(self, *words: str, version: str = "(3, 12)") -> tuple[int, list[str], str]:
        """The status, what Python was asked for, and what was printed to the error stream."""
        self.log.write_text("")
        environment = {"PATH": "/usr/bin:/bin:/usr/local/bin", "REAL": sys.executable, "LOG": str(self.log), "VERSION": version}
        done = subprocess.run(
            ["make", *words, f"PYTHON={self.python}"],
            cwd=self.path, env=environment, capture_output=True, encoding="utf-8", timeout=120,
        )  # fmt: skip
        self.printed = done.stdout
        return done.returncode, self.log.read_text().splitlines(), done.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


INSTALLED = ["-m venv .venv", "-m pip install --quiet --editable ."]


@pytest.mark.parametrize("goals", [[], ["help"]], ids=["nothing named", "help"])
def test_help_lists_every_target_and_makes_nothing(folder: Folder, goals: list[str]) -> None:
    assert folder.make(*goals) == (0, [], "")
    targets = re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE)
    listed = [line.split()[1] for line in folder.printed.splitlines()]
    assert sorted(listed) == sorted(targets)
    assert all(len(line.split()) > 3 for line in folder.printed.splitlines()), "each says what it does"
    assert not (folder.path / ".venv").exists()


@pytest.mark.parametrize("goal", ["demo", "docs"])
def test_a_file_that_is_called_like_a_target_is_not_in_the_way(folder: Folder, goal: str) -> None:
    (folder.path / goal).touch()
    assert folder.make(goal)[1], "it runs something"


def test_an_environment_is_made_once(folder: Folder) -> None:
    assert folder.make("demo") == (0, [*INSTALLED, "-m tasks"], "")
    assert folder.make("demo") == (0, ["-m tasks"], "")
    status, asked, _ = folder.make("test")
    assert (status, asked) == (
        0,
        ["-m pip install --quiet --editable .[test]", "-m pytest --numprocesses auto --dist loadscope --no-loadscope-reorder"],
    )
    assert folder.make("test") == (0, ["-m pytest --numprocesses auto --dist loadscope --no-loadscope-reorder"], "")


def test_an_environment_of_an_old_python_is_made_anew(folder: Folder) -> None:
    folder.make("test")
    python = folder.path / ".venv" / "bin" / "python"
    python.write_text(python.read_text().replace("(3, 12)", "(3, 10)"))
    anew = [
        "-m venv --clear .venv",
        INSTALLED[1],
        "-m pip install --quiet --editable .[test]",
        "-m pytest --numprocesses auto --dist loadscope --no-loadscope-reorder",
    ]
    assert folder.make("test") == (0, anew, "")
    assert folder.make("test") == (0, ["-m pytest --numprocesses auto --dist loadscope --no-loadscope-reorder"], "")


def test_an_environment_whose_python_has_gone_is_made_anew(folder: Folder) -> None:
    folder.make("demo")
    python = folder.path / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3.11")
    assert folder.make("demo") == (0, ["-m venv --clear .venv", INSTALLED[1], "-m tasks"], "")


def test_nothing_but_an_environment_is_cleared(folder: Folder) -> None:
    (folder.path / "mine").mkdir()
    (folder.path / "mine" / "thesis.txt").touch()
    assert folder.make("demo", "VENV=mine")[0] == 0
    assert (folder.path / "mine" / "thesis.txt").exists()


@pytest.mark.parametrize("goal", ["demo", "test", "bench"])
def test_a_python_that_is_too_old_is_a_sentence(folder: Folder, goal: str) -> None:
    status, asked, said = folder.make(goal, version="(3, 10, 13)")
    assert (status, asked) == (2, [])
    assert said.startswith("Chalkgrad needs Python 3.11 or later") and "PYTHON=" in said and "Traceback" not in said
    assert not (folder.path / ".venv").exists()
