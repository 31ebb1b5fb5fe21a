"""Where published data files are: a folder of the user's, since none of them comes with the project."""

import os
from pathlib import Path

from tasks.errors import UserError


def find_data_folder() -> Path:
    """Return the folder of published files, which the environment variable CHALKGRAD_DATA names.

    Raises UserError when it is unset or names no folder.
    """
    name = os.environ.get("CHALKGRAD_DATA", "")
    if not name:
        raise UserError(
            "published files are read from a folder of yours: set the environment variable CHALKGRAD_DATA to its path"
        )
    folder = Path(name)
    if not folder.is_dir():
        raise UserError(f"CHALKGRAD_DATA is {name!r}, but there is no such folder; set it to that of published files")
    return folder
