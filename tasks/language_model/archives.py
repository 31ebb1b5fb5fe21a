"""Reading the files inside a zip archive so that a bad one is named."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from tasks.errors import UserError


def read_members(path: Path, pattern: str) -> Iterator[tuple[Path, bytes]]:
    """Yield path and content of the files in the zip archive `path` whose whole name matches `pattern`, sorted by name.

    The path is that of the archive with the name inside it, for error messages. Raises UserError when the archive is
    missing or damaged or holds no such file.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = sorted(name for name in archive.namelist() if re.fullmatch(pattern, name))
            if not names:
                raise UserError(f"{path}: expected files in it whose names match {pattern}, found none")
            for name in names:
                yield path / name, archive.read(name)
    except FileNotFoundError:
        raise UserError(f"{path}: there is no such file") from None
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise UserError(f"{path}: expected a zip file, but it is damaged ({error})") from None
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror})") from None
