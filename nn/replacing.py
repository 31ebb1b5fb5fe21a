"""Files that are replaced whole: after any interruption a file has its old content or its new one."""

from __future__ import annotations

import errno
import os
import threading
from contextlib import suppress
from pathlib import Path


def replace_file(path: Path, content: bytes) -> None:
    """Write a file next to another one, and put it in its place.

    Raises:
        OSError: the folder is missing, or the file can't be written; what was there is as it was.
    """
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "there is no such folder", str(path.parent))
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.tmp")
    try:
        with open(temporary, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def remove_leftovers(path: Path) -> None:
    """Remove what processes have left behind that were killed while they wrote a file."""
    before, after = f".{path.name}.", ".tmp"
    try:
        others = list(path.parent.iterdir())
    except OSError:
        return
    for other in others:
        process, dash, thread = other.name.removeprefix(before).removesuffix(after).partition("-")
        is_temporary = other.name == f"{before}{process}{dash}{thread}{after}" and process.isdecimal() and thread.isdecimal()
        if is_temporary and not _is_running(int(process)):
            with suppress(OSError):
                other.unlink()


def _is_running(process: int) -> bool:
    if os.name != "posix":
        # Asking would end it; but a file that a process has open can't be removed there.
        return False
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        pass
    return True
