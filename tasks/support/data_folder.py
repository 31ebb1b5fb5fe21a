"""Where published data files are: a folder of the user's, since none of them comes with the project."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tasks.support.errors import UserError
from tasks.support.text_files import find_file

VARIABLE = "CHALKGRAD_DATA"
"""The environment variable that names the folder."""


@dataclass(frozen=True)
class Files:
    """The files of a published set: the folder below that of all data, the names in it, and where everybody gets them."""

    folder: str
    names: tuple[str, ...]
    source: str


def find_data_folder(*needed: Files) -> Path:
    """Return the folder of published files, which the environment variable CHALKGRAD_DATA names.

    A file may be compressed: its name then ends in ".gz" too.

    Raises UserError when the variable is unset, names no folder, or one in which some of the files `needed` are missing; it
    lists all that is needed, and where it comes from.
    """
    name = os.environ.get(VARIABLE, "")
    folder = Path(name)
    if not name:
        wrong = f"set the environment variable {VARIABLE} to the path of a folder with them"
    elif not folder.is_dir():
        wrong = f"{VARIABLE} is {name!r}, but there is no such folder"
    else:
        missing = [
            f"{files.folder}/{file}" for files in needed for file in files.names if not find_file(folder / files.folder / file)
        ]
        if not missing:
            return folder
        wrong = f"in {folder}, which {VARIABLE} names, there is no {' and no '.join(missing)}"
    raise UserError(f"published files are read from a folder of yours: {wrong}{_describe(needed)}")


def _describe(needed: Iterable[Files]) -> str:
    sets = [f"{', '.join(f'{files.folder}/{name}' for name in files.names)} (from {files.source})" for files in needed]
    return f". Needed are {'; and '.join(sets)}" if sets else ""
