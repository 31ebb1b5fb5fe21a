"""Files that are replaced whole, and what killed processes leave behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nn.replacing import remove_leftovers, replace_file


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced(tmp_path: Path) -> None:
    for content in (b"old", b"new"):
        replace_file(tmp_path / "run", content)
        assert (tmp_path / "run").read_bytes() == content
    assert names(tmp_path) == ["run"]


@pytest.mark.parametrize("error", [OSError("the disk is full"), KeyboardInterrupt()])
def test_after_an_error_there_is_the_old_file(error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_file(tmp_path / "run", b"old")

    def fail(*_: object) -> None:
        raise error

    for function in ("fsync", "replace"):
        with monkeypatch.context() as patch:
            patch.setattr(os, function, fail)
            with pytest.raises(type(error)):
                replace_file(tmp_path / "run", b"new")
        assert (tmp_path / "run").read_bytes() == b"old"
        assert names(tmp_path) == ["run"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="there is no such folder"):
        replace_file(tmp_path / "none" / "run", b"new")


@pytest.mark.skipif(os.name != "posix", reason="elsewhere nobody can ask whether a process is running")
def test_what_dead_processes_have_left_is_removed(tmp_path: Path) -> None:
    dead = int(subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True).stdout)
    kept = [
        f".run.{os.getpid()}-1.tmp",
        ".run.tmp",
        ".run.1-x.tmp",
        f".run.{dead}-1.tmp.tmp",
        f".other.{dead}-1.tmp",
        f"run.{dead}-1.tmp",
        "run",
    ]
    for name in [*kept, f".run.{dead}-1.tmp", f".run.{dead}-140736.tmp", f".run.{10**30}-1.tmp"]:
        (tmp_path / name).write_bytes(b"")
    remove_leftovers(tmp_path / "run")
    assert names(tmp_path) == sorted(kept)
