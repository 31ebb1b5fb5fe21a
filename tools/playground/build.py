"""Lays out the playground, which runs Chalkgrad in the browser, as static files; `make playground` runs it.

The page is in ``docs/playground``. Beside it come Pyodide (Python as WebAssembly), the project's own wheel and that of mpmath, so
that the page needs no host but the one that serves it. What is fetched is pinned, checked, and kept in ``build/playground``.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory

from autograd.drawing.canvases.svg import style_colours
from tools.playground.npm_packages import content, fetched

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "playground"
CACHE = ROOT / "build" / "playground"

PYODIDE = "314.0.7"  # of Python 3.14
_INTEGRITY = "sha512-0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A=="
OF_PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")


def build(folder: Path) -> None:
    """Write all files of the playground into a folder, which is emptied first.

    Raises:
        OSError: npm or pip is missing, can't reach its registry, or has failed.
        RuntimeError: what was laid out doesn't run.
        ValueError: what was fetched is not what is expected.
    """
    pyodide = fetched("pyodide", PYODIDE, _INTEGRITY, CACHE)
    libraries = _libraries()
    if folder.exists():
        shutil.rmtree(folder)
    shutil.copytree(PAGE, folder, ignore=shutil.ignore_patterns("__pycache__", "*.py", "*.md", "requirements.txt"))
    (folder / "colours.css").write_text(style_colours("body") + "\n", encoding="utf-8")
    (folder / "pyodide").mkdir()
    for name in OF_PYODIDE:
        (folder / "pyodide" / name).write_bytes(content(pyodide, name))
    _leave_no_packages(folder / "pyodide" / "pyodide-lock.json")
    with TemporaryDirectory() as packages:
        for wheel in [_wheel(), *libraries]:
            shutil.unpack_archive(wheel, packages, "zip")
        for path in PAGE.glob("*.py"):
            shutil.copy(path, packages)
        shutil.make_archive(str(folder / "packages"), "zip", packages)
    compiling = Path(__file__).with_name("compiling.mjs")
    words = ["node", str(compiling), str(folder / "pyodide"), str(folder / "packages.zip")]
    done = subprocess.run(words, capture_output=True, encoding="utf-8", timeout=600)
    if done.returncode != 0:
        raise RuntimeError(f"the playground's Python fails: {done.stderr.strip()}")


def _leave_no_packages(lock: Path) -> None:
    """Take the list of Pyodide's own packages out of its file: they are on another host, where none is to be looked for."""
    listed = json.loads(lock.read_text(encoding="utf-8"))
    listed["packages"] = {}
    lock.write_text(json.dumps(listed), encoding="utf-8")


def _libraries() -> list[Path]:
    """The wheels of ``requirements.txt``, whose checksums pip compares."""
    folder = CACHE / "libraries"
    requirements = PAGE / "requirements.txt"
    known = folder / requirements.name
    if not known.is_file() or known.read_text(encoding="utf-8") != requirements.read_text(encoding="utf-8"):
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        _pip("download", "--no-deps", "--only-binary=:all:", "--require-hashes", "-r", str(requirements), "-d", str(folder))
        shutil.copy(requirements, known)
    return sorted(folder.glob("*.whl"))


def _wheel() -> Path:
    """The project's own wheel, built from a copy: what earlier builds have left in the project's folder would get into it."""
    with TemporaryDirectory() as copy:
        for package in ("autograd", "nn", "tasks"):
            shutil.copytree(ROOT / package, Path(copy) / package, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(ROOT / name, copy)
        _pip("wheel", "--no-deps", *_isolation(), "-w", copy, copy)
        (wheel,) = Path(copy).glob("*.whl")
        return Path(shutil.move(wheel, CACHE / wheel.name))


def _isolation() -> list[str]:
    """Where this environment has a setuptools that can build the wheel, none needs to be fetched for it."""
    try:
        has_builder = int(version("setuptools").partition(".")[0]) >= 77
    except PackageNotFoundError:
        has_builder = False
    return ["--no-build-isolation"] if has_builder else []


def _pip(*words: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", *words]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=600)
    if done.returncode != 0:
        raise OSError(f"pip {words[0]} has failed: {done.stderr.strip()}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Lay out the playground as static files.")
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "out" / "site" / "playground", help="default: %(default)s")
    given = parser.parse_args()
    build(given.folder)
    size = sum(path.stat().st_size for path in given.folder.rglob("*") if path.is_file())
    print(f"{given.folder}: {size / 1e6:.1f} MB")
