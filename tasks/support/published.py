"""Published sets: their names, their files, and the user's folder in which the files are, since none comes with the project."""

import argparse
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tasks.support.errors import UserError
from tasks.support.options import did_you_mean
from tasks.support.text_files import find_file

VARIABLE = "CHALKGRAD_DATA"
"""The environment variable that names the folder."""

NLTK = "https://github.com/nltk/nltk_data, packages/corpora"
"""Where several of the sets come from."""

_Read = TypeVar("_Read")


@dataclass(frozen=True)
class Files:
    """The files of a published set: their folder below the folder of all sets, their names, and where they come from."""

    folder: str
    names: tuple[str, ...]
    source: str


class PublishedSets(dict[str, tuple[Files, Callable[[Path], _Read]]]):
    """The sets that a task can read: for each name its files, and the function that reads them from their folder."""

    def add_option(self, parser: argparse._MutuallyExclusiveGroup, default: str, instead_of: str) -> None:
        """Add the option --data, which names a set to be read in place of something else."""
        known = f"SET: {', '.join(self)}; default: {default}"
        meaning = f"a published set in the folder {VARIABLE} instead of {instead_of} ({known})"
        parser.add_argument("--data", nargs="?", const=default, metavar="SET", help=meaning)

    def files_of(self, name: str) -> Files:
        """Return the files of a set. Raises UserError when no set has that name."""
        if name not in self:
            raise UserError(f"no published set is called {name!r}; there are {', '.join(self)}{did_you_mean(name, self)}")
        return self[name][0]

    def read(self, name: str, data_folder: Path) -> _Read:
        """Read a set from the folder of all sets.

        Raises UserError when no set has that name, or its files are missing or not as expected.
        """
        folder = data_folder / self.files_of(name).folder
        return self[name][1](folder)


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
