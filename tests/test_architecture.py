"""The order of the house: which part may import which. `ARCHITECTURE.md` says why.

All imports count: at the top of a file, inside a function, and those for types only.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("autograd", "nn", "tasks")

# The rooms of `autograd` are its folders and the files beside them. They stand here floor by floor, from the ground up; a room
# imports only what is on lower floors.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("_namesakes", "structures", "table", "command_lines", "colours", "text_tables"),
    ("notation", "errors"),
    ("number_systems",),
    ("engine",),
    ("functions",),
    ("derivatives", "expanding", "labels"),
    ("checking", "vectorizing"),
    ("drawing",),
    ("stepping",),
    ("__init__",),
)
MOST_ROOMS = 20
MOST_FLOORS = 10
# How the engine stores a Value: slots, which the files that work on whole graphs read for speed.
SLOTS_OF_VALUE = {"_data", "_first", "_second", "_tick", "_scope", "_label"}

# What Python, argparse and mpmath call names of their own that others use.
OF_OTHER_LIBRARIES = ("_getframe", "_asdict", "_replace", "_fields", "_mpf_", "_option_string_actions", "_MutuallyExclusiveGroup")


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules() -> dict[str, Path]:
    return {module_of(path): path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))}


@cache
def tree_of(module: str) -> ast.Module:
    return ast.parse(modules()[module].read_text(encoding="utf-8"))


def imported_by(module: str) -> Iterator[tuple[str, int]]:
    """The modules of the project that a module imports anywhere, and the lines."""
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{modules()[module]}:{node.lineno}: imports are written in full"
            # ``from package import name`` may import a module, or a name from one.
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if name in modules() else str(node.module) for name in names]
        else:
            continue
        for name in names:
            if name in modules() and name != module:
                yield name, node.lineno


def room_of(module: str) -> str:
    """A folder of `autograd`, or a file beside the folders."""
    return module.split(".")[1] if "." in module else "__init__"


def test_files_import_each_other_in_no_circle() -> None:
    graph = {module: {name for name, _ in imported_by(module)} for module in modules()}
    assert "autograd.table.rules" in graph["autograd.engine.graph"], "imports are found"
    assert len(tuple(TopologicalSorter(graph).static_order())) == len(graph)


def test_packages_import_one_way() -> None:
    order = {package: place for place, package in enumerate(PACKAGES)}
    upwards = [
        f"{modules()[module]}:{line} imports {name}"
        for module in modules()
        for name, line in imported_by(module)
        if order[name.split(".")[0]] > order[module.split(".")[0]]
    ]
    assert upwards == []


def test_rooms_of_autograd_import_only_what_stands_below_them() -> None:
    floor_of = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
    here = [module for module in modules() if module.split(".")[0] == "autograd"]
    assert sorted({room_of(module) for module in here} - floor_of.keys()) == [], "rooms without a floor"
    upwards = [
        f"{modules()[module]}:{line} imports {name}"
        for module in here
        for name, line in imported_by(module)
        if room_of(name) != room_of(module) and floor_of[room_of(name)] >= floor_of[room_of(module)]
    ]
    assert upwards == []


def test_there_are_few_rooms_on_few_floors() -> None:
    rooms: dict[str, set[str]] = {}
    for module in modules():
        if module.split(".")[0] == "autograd":
            rooms.setdefault(room_of(module), set()).update(room_of(name) for name, _ in imported_by(module))

    @cache
    def floor(room: str) -> int:
        return 1 + max((floor(below) for below in rooms[room] - {room}), default=0)

    assert len(rooms) <= MOST_ROOMS
    assert max(map(floor, rooms)) <= MOST_FLOORS


@pytest.mark.parametrize("module", list(modules()))
def test_private_names_stay_in_their_file(module: str) -> None:
    """A name with one underscore that a file uses is defined in that file."""
    tree = tree_of(module)
    defined: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            defined.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            defined.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            defined.add(node.attr)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            defined.add(node.value)  # a slot
    foreign = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom | ast.Attribute):
            continue
        names: list[str] = []
        if isinstance(node, ast.Attribute):
            names = [node.attr]
        elif (node.module or "").split(".")[0] in PACKAGES:
            names = [alias.name for alias in node.names if alias.name not in ("_namesakes",)]
        for name in names:
            if name.startswith("_") and not name.startswith("__") and name not in defined | SLOTS_OF_VALUE:
                foreign.append(f"{modules()[module]}:{node.lineno} {name}")
    assert [one for one in foreign if not one.endswith(OF_OTHER_LIBRARIES)] == []
