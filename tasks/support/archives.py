"""Reading the files inside a zip archive so that a bad one is named."""

import zipfile
import zlib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from tasks.support.errors import UserError


def read_members(path: Path, pattern: str) -> Iterator[tuple[Path, bytes]]:
    """Yield path and content of the files in the zip archive `path` whose names match `pattern`, sorted by name.

    The pattern is one of the shell's: ``*`` stands for any letters, ``[a-r]`` for one of a range.

    The path is that of the archive with the name inside it, for error messages. Raises UserError when the archive is
    missing or damaged or holds no such file.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = sorted(name for name in archive.namelist() if fnmatchcase(name, pattern))
            if not names:
                raise UserError(f"{path}: expected files {pattern} in it, found none")
            for name in names:
                yield path / name, archive.read(name)
    except FileNotFoundError:
        raise UserError(f"{path}: there is no such file") from None
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise UserError(f"{path}: expected a zip file, but it is damaged ({error})") from None
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror})") from None
