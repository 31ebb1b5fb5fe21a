"""The folder of published files, as the environment names it."""

import gzip
import os
from pathlib import Path

import pytest

from tasks.language_model import readers as language_model
from tasks.sentiment import readers as sentiment
from tasks.sentiment.lexicons import LEXICONS
from tasks.support.errors import UserError
from tasks.support.published import Files, find_data_folder
from tasks.support.text_files import read_text


def test_the_environment_names_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHALKGRAD_DATA", str(tmp_path))
    assert find_data_folder() == tmp_path


@pytest.mark.parametrize("value", [None, ""])
def test_unset_says_what_to_set(value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHALKGRAD_DATA", raising=False)
    if value is not None:
        monkeypatch.setenv("CHALKGRAD_DATA", value)
    with pytest.raises(UserError, match="set the environment variable CHALKGRAD_DATA"):
        find_data_folder()


ONE = Files("one", ("a.txt", "b.txt"), "https://one.org")
TWO = Files("two", ("c.zip",), "https://two.org, data")
ALL = "Needed are one/a.txt, one/b.txt (from https://one.org); and two/c.zip (from https://two.org, data)"


@pytest.mark.parametrize("present", [None, [], ["one/a.txt"], ["one/a.txt", "one/b.txt"], ["two/c.zip"]])
def test_one_message_lists_all_that_is_needed(present: list[str] | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHALKGRAD_DATA", raising=False)
    if present is not None:
        monkeypatch.setenv("CHALKGRAD_DATA", str(tmp_path))
        for name in present:
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text("x")
    with pytest.raises(UserError) as raised:
        find_data_folder(ONE, TWO)
    message = str(raised.value)
    assert message.endswith(ALL)
    listed = message.removesuffix(ALL)
    for name in ("one/a.txt", "one/b.txt", "two/c.zip"):
        assert (f"no {name}" in listed) == (present is not None and name not in present)


def test_files_may_be_compressed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHALKGRAD_DATA", str(tmp_path))
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "a.txt.gz").write_bytes(gzip.compress(b"one\n"))
    (tmp_path / "one" / "b.txt").write_text("two\n")
    assert find_data_folder(ONE) == tmp_path
    assert [read_text(tmp_path / "one" / name) for name in ONE.names] == ["one\n", "two\n"]


@pytest.mark.skipif(not os.environ.get("CHALKGRAD_DATA"), reason="CHALKGRAD_DATA names no folder of published files")
def test_the_files_of_each_published_set_are_there() -> None:
    files = [files for files, _ in sentiment.READERS.values()] + [files for files, _ in language_model.READERS.values()]
    assert find_data_folder(*files, *LEXICONS.values()) == Path(os.environ["CHALKGRAD_DATA"])


def test_no_such_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHALKGRAD_DATA", str(tmp_path / "missing"))
    with pytest.raises(UserError, match=r"missing', but there is no such folder"):
        find_data_folder()
