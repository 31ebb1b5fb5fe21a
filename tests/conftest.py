"""What holds for all tests."""

import gc
import signal
import threading
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from case_names import name_of_case
from hypothesis import settings

import nn
from autograd import functions
from autograd.table.definitions import withdraw
from autograd.table.primitives import TABLE
from autograd.vectorizing.choosing.engines import can_make_machine_code
from autograd.vectorizing.entry import vectorize
from nn.engines import named

# No test depends on the clock, whatever else the machine does.
settings.register_profile("chalkgrad", deadline=None)
settings.load_profile("chalkgrad")

# A job in the background of a shell ignores Ctrl-C, and so would the processes that tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN and threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)


# Folders and files whose tests take long: several processes come to their ends together if these are not the last.
_LONG = ("browser", "notebooks", "test_random_programs.py", "test_random_graphs.py", "checking", "language_model", "tasks")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep the garbage collector from going through thousands of tests while they are collected, and ever after: all stay."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take long first; each stays as it is."""

    def place(item: pytest.Item) -> int:
        return min([_LONG.index(part) for part in item.path.parts if part in _LONG], default=len(_LONG))

    items.sort(key=place)


def pytest_runtest_setup() -> None:
    # Networks without a seed are the same in a test whatever ran before it.
    nn.seed(0)


def pytest_make_parametrize_id(config: Any, val: Any, argname: str) -> str | None:
    """Name a case after what it tests."""
    return name_of_case(val)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run tests of compiled programs with each engine that the command line names, unless they are about one of them.

    If it names none, those with the marker ``every_engine`` run with NumPy and with machine code all the same.
    """
    is_for_all = any(metafunc.definition.iter_markers("every_engine"))
    engines = metafunc.config.getoption("engine") or (["numpy", "native"] if is_for_all else [])
    is_of_programs = {"vectorizing", "nn"} & set(metafunc.definition.path.parts)
    if len(engines) > 1 and is_of_programs and not any(metafunc.definition.iter_markers("engine")):
        metafunc.parametrize("default_engine", engines, indirect=True)


@pytest.fixture
def own_primitives() -> Iterator[None]:
    """The primitives that a test defines are gone after it, and so are their functions."""
    before = set(TABLE)
    yield
    for name in set(TABLE) - before:
        withdraw(TABLE[name], None)
        vars(functions).pop(name, None)


@pytest.fixture(autouse=True)
def default_engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The engine of a program, where the test names none.

    It is that of the test's marker, ``@pytest.mark.engine("numpy")``, else that of the command line, else "auto".
    """
    marker = request.node.get_closest_marker("engine")
    of_command_line: str = getattr(request, "param", (request.config.getoption("engine") or ["auto"])[0])
    engine: str = of_command_line if marker is None else marker.args[0]
    if engine == "native" and not can_make_machine_code():
        pytest.skip("machine code needs llvmlite")
    # The functions' own default, which a test can see: what names an engine is not touched.
    functions: tuple[Any, ...] = vectorize, nn.train.__wrapped__  # type: ignore[attr-defined]
    for function in functions:
        monkeypatch.setitem(function.__kwdefaults__, "engine", engine)
    # An older name of auto, which tests use for whatever compiles a loss.
    monkeypatch.setitem(named.COMPILED_BY, "vectorized", engine)
    return engine
