"""Fetches packages of the npm registry, at a version and with contents that are known beforehand."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from base64 import b64encode
from hashlib import sha512
from pathlib import Path
from tempfile import TemporaryDirectory


def fetched(name: str, version: str, integrity: str, cache: Path) -> Path:
    """Return the archive of a package, which `npm pack` fetches unless it is there from an earlier time.

    Args:
        integrity: what the registry states as its checksum, ``sha512-…``.
        cache: the folder in which it stays.

    Raises:
        OSError: npm is missing, or the registry can't be reached.
        ValueError: the archive has another checksum.
    """
    archive = cache / f"{name.replace('@', '').replace('/', '-')}-{version}.tgz"
    if not archive.is_file() or _integrity_of(archive) != integrity:
        npm = shutil.which("npm")
        if npm is None:
            raise OSError(f"npm, which fetches {name}, is not installed")
        cache.mkdir(parents=True, exist_ok=True)
        # Several processes may fetch it at once: none may see the half of an archive.
        with TemporaryDirectory(dir=cache) as own:
            command = [npm, "pack", "--silent", f"{name}@{version}", "--pack-destination", own]
            done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=300)
            if done.returncode != 0:
                raise OSError(f"npm could not fetch {name} {version}: {done.stderr.strip()}")
            (Path(own) / archive.name).replace(archive)
    if _integrity_of(archive) != integrity:
        raise ValueError(f"{archive} has the checksum {_integrity_of(archive)}, and not {integrity}")
    return archive


def content(archive: Path, name: str) -> bytes:
    """The content of one file of a package."""
    with tarfile.open(archive) as packed:
        file = packed.extractfile(f"package/{name}")
        assert file is not None
        return file.read()


def _integrity_of(archive: Path) -> str:
    return f"sha512-{b64encode(sha512(archive.read_bytes()).digest()).decode()}"
