"""A line of a notebook's cell is named by its cell, as IPython's tracebacks name it, not by the file that nobody has given."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograd.engine.source_lines import SourceLine
from autograd.engine.whose_code import line_in_cell

ROOT = Path(__file__).parents[2]
Cells = Callable[[list[str]], list[str]]

# Runs cells, whose texts are given as JSON, and prints what each has put into `said`. IPython's shell names cells in one way, the
# kernel of a notebook in another: it is the compiler that does.
RUN = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell
if sys.argv[1] == "kernel":
    from ipykernel.compiler import XCachingCompiler
    InteractiveShell.compiler_class = XCachingCompiler
shell = InteractiveShell.instance(history_length=0)
said = []
for cell in json.loads(sys.argv[2]):
    shell.user_ns["said"] = ""
    shell.run_cell(cell, store_history=True).raise_error()
    said.append(str(shell.user_ns["said"]))
print(json.dumps(said))
"""


@pytest.fixture(params=["kernel", "shell"])
def cells(request: pytest.FixtureRequest, tmp_path: Path) -> Cells:
    """Runs cells one after the other; what each has put into ``said``."""
    pytest.importorskip("ipykernel" if request.param == "kernel" else "IPython")

    def run(texts: list[str]) -> list[str]:
        command = [sys.executable, "-c", RUN, request.param, json.dumps(texts)]
        environment = {**os.environ, "IPYTHONDIR": str(tmp_path)}
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=ROOT, env=environment)
        assert done.returncode == 0, done.stdout + done.stderr
        said: list[str] = json.loads(done.stdout.splitlines()[-1])
        return said

    return run


IMPORTS = """import math, warnings
from autograd import FrozenChoiceError, Value, sqrt, vectorize
from autograd.checking import gradcheck"""
FUNCTION = """def f(x):
    y = x * 2
    return y + float(x)"""
REFUSED = """try:
    vectorize(f, 1.0)
except FrozenChoiceError as error:
    said = error"""
CHECK = "said = gradcheck(lambda x: (sqrt(1 + x) - 1) / x, 1e-7)"
WARNED = """with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    math.exp(Value(1.0))
said = [caught[0].message]"""


def test_a_refusal_names_the_cell_of_the_function(cells: Cells) -> None:
    """A cell that was run again has its new number."""
    said = cells([IMPORTS, FUNCTION, REFUSED, FUNCTION, REFUSED, REFUSED])
    for k, number in ((2, 2), (4, 4), (5, 4)):
        assert f" at cell In[{number}], line 3: `return y + float(x)`. " in said[k]


def test_a_check_names_the_cell(cells: Cells) -> None:
    said = cells([IMPORTS, CHECK, "1", "x = 1\n\n" + CHECK])
    assert "(cell In[2], line 1, said = gradcheck(" in said[1]
    assert "(cell In[4], line 3, said = gradcheck(" in said[3]


def test_a_warning_names_the_cell(cells: Cells) -> None:
    """Python's own beginning of a warning has the name of a file."""
    said = cells([IMPORTS, WARNED, "x = 1\n" + WARNED])
    assert said[1].endswith("if the number is meant. It is in cell In[2], line 3.')]")
    assert said[2].endswith("if the number is meant. It is in cell In[3], line 4.')]")


def shell_of(compiler: SimpleNamespace) -> SimpleNamespace:
    return SimpleNamespace(get_ipython=lambda: SimpleNamespace(compile=compiler))


@pytest.mark.parametrize(
    "ipython",
    [
        None,
        SimpleNamespace(),
        SimpleNamespace(get_ipython=lambda: None),
        shell_of(SimpleNamespace()),
        shell_of(SimpleNamespace(format_code_name=lambda file: None)),
        shell_of(SimpleNamespace(format_code_name=lambda file: ("File", file))),
    ],
    ids=["hidden", "half imported", "no shell", "an old one", "not a cell", "another kind"],
)
def test_without_cells_the_file_is_named(ipython: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    assert line_in_cell("/tmp/ipykernel_7/12.py", 5) is None
    assert str(SourceLine("/tmp/ipykernel_7/12.py", 5, "x = 1")) == "12.py:5, x = 1"
