"""Compiles the modules that the playground imports, so that a browser need not: half of the time to load Python went into that.

It runs in Pyodide (see ``compiling.mjs``) and replaces two archives: in that of the standard library, bytecode takes the
place of the sources of these modules; in that of packages it stands beside them, since sources are shown in tracebacks.
"""

import marshal
import shutil
import sys
from collections.abc import Iterator
from importlib.util import MAGIC_NUMBER, cache_from_source, source_hash
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

_STANDARD, _PACKAGES = "/tmp/standard.zip", "/tmp/packages.zip"
_FOLDER = "/lib/playground"  # as in worker.js
# What most people will do first, and so what they should not wait for.
_PROGRAM = """\
network = MLP(2, [2, 1], seed=0)
examples = [((0, 1), 1), ((1, 1), 0)]
optimizer = SGD(network.parameters(), learning_rate=0.5)
train(network, lambda x, y: squared_error(network(x), y), examples, epochs=1, optimizer=optimizer, engine="eager")
network
"""


def compile_archives() -> None:
    """Replace both archives."""
    shutil.unpack_archive(_PACKAGES, _FOLDER)
    sys.path.insert(0, _FOLDER)
    _use_the_playground()
    imported = set(_imported())
    library = next(entry for entry in sys.path if entry.endswith(".zip"))
    with ZipFile(_STANDARD) as archive:
        standard = {name: archive.read(name) for name in archive.namelist()}
    with ZipFile(_STANDARD, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in standard.items():
            if f"{library}/{name}" in imported:
                archive.writestr(f"{name}c", _bytecode(content, f"{library}/{name}"))
            else:
                archive.writestr(name, content)
    with ZipFile(_PACKAGES, "a", ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(imported):
            if path.startswith(f"{_FOLDER}/"):
                name = cache_from_source(path).removeprefix(f"{_FOLDER}/")
                archive.writestr(name, _bytecode(Path(path).read_bytes(), path))


def _use_the_playground() -> None:
    from running import play

    told: list[tuple[str, str]] = []
    for mode in ("step", "draw", "check"):
        play(mode, "L = c * (a + 2 * b)", {"a": "3", "b": "1", "c": "-2"}, lambda *what: told.append(what))
    play("code", _PROGRAM, {}, lambda *what: told.append(what))
    if [kind for kind, _ in told] != ["html", "html", "html", "text"]:
        raise RuntimeError(f"the playground does not work: {told}")


def _imported() -> Iterator[str]:
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if path is not None and path.endswith(".py"):
            yield path


def _bytecode(source: bytes, path: str) -> bytes:
    """The content of a ``.pyc`` file that is never compared with its source."""
    unchecked = (1).to_bytes(4, "little")
    return MAGIC_NUMBER + unchecked + source_hash(source) + marshal.dumps(compile(source, path, "exec", dont_inherit=True))


if __name__ == "__main__":
    compile_archives()
