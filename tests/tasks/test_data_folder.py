"""The folder of published files, as the environment names it."""

from pathlib import Path

import pytest

from tasks.data_folder import find_data_folder
from tasks.errors import UserError


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


def test_no_such_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHALKGRAD_DATA", str(tmp_path / "missing"))
    with pytest.raises(UserError, match=r"missing', but there is no such folder"):
        find_data_folder()
