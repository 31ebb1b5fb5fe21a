"""Archives that were cut short, as by a download that stopped, are errors that name the file, never a shorter text."""

import gzip
import io
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.language_model.readers import READERS, read_published
from tasks.support.errors import UserError
from tasks.support.published import find_data_folder

needs_data = pytest.mark.skipif(not os.environ.get("CHALKGRAD_DATA"), reason="CHALKGRAD_DATA names no folder of published files")

LINES = "".join(f"the {word} is number {place}\n" for place, word in enumerate(["cat", "dog", "horse", "rabbit", "bird"] * 8))
BROWN = "".join(f"The/at {word}/nn is/bez ./.\n" for word in ["cat", "dog", "horse", "rabbit", "bird"] * 8)


def zipped(names: list[str], content: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return file.getvalue()


def archives() -> Iterator[tuple[str, str, bytes]]:
    yield "ptb", "ptb.train.txt.gz", gzip.compress(LINES.encode())
    yield "brown", "brown.zip", zipped(["brown/ca01", "brown/ca02", "brown/cb01"], BROWN)
    yield "inaugural", "inaugural.zip", zipped([f"inaugural/{year}-Adams.txt" for year in (1789, 1793, 1797)], LINES)


@pytest.mark.parametrize(("name", "file", "content"), list(archives()), ids=["gzip", "brown", "inaugural"])
def test_an_archive_cut_at_any_length(tmp_path: Path, name: str, file: str, content: bytes) -> None:
    folder = tmp_path / READERS.files_of(name).folder
    folder.mkdir()
    for part in ("valid", "test"):
        (folder / f"ptb.{part}.txt").write_text(LINES)
    (folder / file).write_bytes(content)
    if name != "brown":  # which needs a million words
        assert read_published(name, tmp_path).training
    for length in [*range(0, len(content) - 1, 23), len(content) - 1]:
        (folder / file).write_bytes(content[:length])
        with pytest.raises(UserError, match=str(folder / file)):
            read_published(name, tmp_path)


@needs_data
@pytest.mark.parametrize(("name", "file"), [("ptb", "ptb.train.txt.gz"), ("brown", "brown.zip"), ("inaugural", "inaugural.zip")])
def test_the_published_archives_cut_short(tmp_path: Path, name: str, file: str) -> None:
    original = Path(os.environ["CHALKGRAD_DATA"]) / READERS.files_of(name).folder
    folder = tmp_path / READERS.files_of(name).folder
    folder.mkdir()
    for other in original.iterdir():
        if other.name != file:
            (folder / other.name).symlink_to(other)
    content = (original / file).read_bytes()
    for length in (0, 1, 10, 1000, len(content) // 3, len(content) // 2, len(content) - 100, len(content) - 1):
        (folder / file).write_bytes(content[:length])
        with pytest.raises(UserError, match=str(folder / file)):
            read_published(name, tmp_path)


def test_a_byte_that_was_changed_inside_a_zip_archive(tmp_path: Path) -> None:
    content = bytearray(zipped(["inaugural/1789-Adams.txt", "inaugural/1793-Adams.txt"], LINES))
    content[80] ^= 255
    path = tmp_path / "inaugural" / "inaugural.zip"
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(UserError, match=f"{path}: expected a zip file, but it is damaged"):
        read_published("inaugural", tmp_path)


@pytest.mark.parametrize("name", READERS)
def test_a_missing_file_is_named_with_its_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    files = READERS.files_of(name)
    (tmp_path / files.folder).mkdir()
    monkeypatch.setenv("CHALKGRAD_DATA", str(tmp_path))
    for missing in files.names:
        for other in files.names:
            (tmp_path / files.folder / other).write_text("a\n")
        (tmp_path / files.folder / missing).unlink()
        with pytest.raises(UserError) as raised:
            find_data_folder(files)
        assert f"there is no {files.folder}/{missing}." in str(raised.value)
        assert f"from {files.source}" in str(raised.value) and "https://" in files.source


@pytest.mark.parametrize(
    ("name", "file", "text", "complaint"),
    [
        ("names", "names.txt", "emma\nOlivia\n", "line 2: expected a name of the letters a to z, found 'Olivia'"),
        ("ptb", "ptb.valid.txt", "a word\n\n", "line 2: expected words with spaces between them, found ''"),
        ("tinyshakespeare", "input.txt", "", "expected text, but the file is empty"),
    ],
)
def test_a_line_that_can_not_be_read(tmp_path: Path, name: str, file: str, text: str, complaint: str) -> None:
    files = READERS.files_of(name)
    (tmp_path / files.folder).mkdir()
    for other in files.names:
        (tmp_path / files.folder / other).write_text(LINES)
    path = tmp_path / files.folder / file
    path.write_text(text)
    with pytest.raises(UserError) as raised:
        read_published(name, tmp_path)
    assert str(path) in str(raised.value) and complaint in str(raised.value)


def test_a_byte_that_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "ptb" / "ptb.test.txt"
    path.parent.mkdir()
    for part in ("train", "valid"):
        (path.parent / f"ptb.{part}.txt").write_text(LINES)
    path.write_bytes(b"one\ntwo \xff\n")
    with pytest.raises(UserError, match=f"{path}, line 2: expected UTF-8 text, found the byte 0xff"):
        read_published("ptb", tmp_path)
