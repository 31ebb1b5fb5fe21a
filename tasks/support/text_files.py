"""Reading text files so that a bad one is named: path, line, and what was expected there."""

import csv
import gzip
import io
import re
import unicodedata
import zlib
from collections.abc import Iterator
from pathlib import Path

from tasks.support.errors import UserError


def find_file(path: Path) -> Path | None:
    """Return `path` if there is such a file, else the one whose name ends in ".gz" besides, else None."""
    compressed = path.with_name(f"{path.name}.gz")
    return path if path.exists() else compressed if compressed.exists() else None


def read_text(path: Path) -> str:
    """Return the text of the UTF-8 file `path`, or of the compressed one that `find_file` finds in its place.

    Line ends are left as they are. Raises UserError when the file is missing, damaged, empty, or not UTF-8.
    """
    path = find_file(path) or path
    try:
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = gzip.decompress(content)
    except FileNotFoundError:
        raise UserError(f"{path}: there is no such file") from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UserError(f"{path}: expected a gzip file, but it is damaged ({error})") from None
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror})") from None
    return decode(content, path)


def decode(content: bytes, path: Path) -> str:
    """Return `content`, the bytes of the file `path`, as text; a byte order mark is dropped, accents are composed (NFC).

    Raises UserError when it is empty or not UTF-8.
    """
    if not content.strip():
        raise UserError(f"{path}: expected text, but the file is empty")
    try:
        return unicodedata.normalize("NFC", content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UserError(
            f"{path}, line {line}: expected UTF-8 text, found the byte 0x{content[error.start]:02x}; save it in UTF-8"
        ) from None


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the number, from 1, and the text of each line of `path`, without its line end.

    A line ends with "\\n" or "\\r\\n" only: `str.splitlines` also breaks at U+0085, which published sentences contain.
    An empty line is yielded too. Raises UserError as `read_text` does.
    """
    lines = read_text(path).split("\n")
    if lines[-1] == "":
        lines.pop()
    for number, line in enumerate(lines, start=1):
        yield number, line.removesuffix("\r")


def read_matches(path: Path, pattern: str, expected: str) -> Iterator[re.Match[str]]:
    """Yield what a regular expression finds in each line of `path`, which has to match as a whole.

    Raises UserError as `read_text` does, and for a line that doesn't match: it says what was `expected` there.
    """
    for number, line in read_lines(path):
        match = re.fullmatch(pattern, line)
        if match is None:
            raise malformed(path, number, expected, line)
        yield match


def read_rows(path: Path, delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    """Yield the number of the line on which each row of a table begins, and its cells, which may hold line ends in quotes.

    Raises UserError as `read_text` does, and where quotes don't match.
    """
    # newline="" keeps the line ends that stand within quotes; the csv module needs them as they are.
    rows = csv.reader(io.StringIO(read_text(path), newline=""), strict=True, delimiter=delimiter)
    start = 1
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            raise UserError(f"{path}, line {start}: expected a row of a table ({error})") from None
        if row is None:
            return
        yield start, row
        start = rows.line_num + 1


def malformed(path: Path, line: int, expected: str, found: str) -> UserError:
    """Return the error for a line that is not what the format asks for, ready to be raised.

    >>> print(malformed(Path("reviews.tsv"), 3, "a label and a tab", "oops"))
    reviews.tsv, line 3: expected a label and a tab, found 'oops'
    """
    shown = found if len(found) <= 60 else f"{found[:57]}..."
    return UserError(f"{path}, line {line}: expected {expected}, found {shown!r}")
