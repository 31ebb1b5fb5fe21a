"""What an import loads, what it says, and which package may import which."""

from __future__ import annotations

import ast
import builtins
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

import autograd
import nn

ROOT = Path(__file__).parents[2]
# Loaded when `vectorize` is first asked for, which needs NumPy anyway.
ON_DEMAND = {
    ROOT / "autograd" / name for name in ("vectorizing", "checking", "number_systems/high_precision", "number_systems/arrays.py")
} | {
    ROOT / "nn/engines/machine_steps.py",
    *(ROOT / "nn/engines").glob("jax_*.py"),
    *(ROOT / "autograd/number_systems").glob("jax_*.py"),
}
HEAVY = ("numpy", "matplotlib", "mpmath", "tqdm", "safetensors", "graphviz", "jax", "optax", "onnx", "onnxruntime")


def run_python(source: str, *flags: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *flags, "-c", source]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=ROOT, env=dict(os.environ))


def test_an_import_loads_no_heavy_library() -> None:
    done = run_python(f"import sys, autograd, nn; print([name for name in {HEAVY} if name in sys.modules])")
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_the_engine_works_without_any_other_library() -> None:
    """With none of them to be found at all."""
    done = run_python(
        f"import sys; sys.modules.update(dict.fromkeys({HEAVY}))\n"
        "from autograd import Value, tanh, grad, expand; import copy, nn\n"
        "x = Value(0.0); y = tanh(x) * 3; y.backward(); print(x.gradient, grad(y, x), copy.deepcopy(expand(y)).data)"
    )
    assert (done.stdout, done.stderr) == ("3.0 3.0 0.0\n", "")


def test_an_import_of_the_engine_loads_neither_networks_nor_tasks() -> None:
    done = run_python(
        "import sys, autograd; print('nn' in sys.modules, 'tasks' in sys.modules)\nimport nn; print('tasks' in sys.modules)"
    )
    assert (done.stdout, done.stderr) == ("False False\nFalse\n", "")


@pytest.mark.parametrize("package", [autograd, nn])
def test_packages_are_typed(package: object) -> None:
    path = getattr(package, "__file__", None)
    assert isinstance(path, str)
    assert (Path(path).parent / "py.typed").is_file()


@pytest.mark.parametrize("package", [autograd, nn])
def test_all_public_names_are_there_and_documented(package: object) -> None:
    names = package.__all__  # type: ignore[attr-defined]
    assert len(set(names)) == len(names)
    for name in names:
        assert getattr(package, name).__doc__, name


def test_a_star_import_hides_no_built_in() -> None:
    names = vars(autograd)
    assert not set(names["__all__"]) & set(dir(builtins))
    assert names["abs"] is not builtins.abs


# -------------------------------------------------------------------------------- the other distribution of that name


def import_next_to(folders: list[Path], *flags: str) -> subprocess.CompletedProcess[str]:
    added = [str(folder) for folder in folders]
    return run_python(f"import sys; sys.path += {added!r}; import autograd, nn; print(autograd.Value(3))", *flags)


@pytest.mark.parametrize("facts", ["autograd-1.8.0.dist-info", "Autograd-1.8.0.dist-info", "autograd-1.8.0.egg-info"])
def test_the_namesake_is_reported_in_one_sentence(facts: str, tmp_path: Path) -> None:
    (tmp_path / facts).mkdir()
    done = import_next_to([tmp_path])
    assert done.stdout == "Value(3.0)\n"
    (warning,) = [line for line in done.stderr.splitlines() if "Warning" in line]
    sentence = warning.partition("UserWarning: ")[2]
    assert sentence.startswith("the distribution 'autograd' 1.8.0")
    assert "Chalkgrad" in sentence
    assert "uninstall" in sentence
    assert "then reinstall chalkgrad" in sentence, "either of the two takes files of the other with it"
    assert ". " not in sentence
    assert done.stderr.count("autograd' 1.8.0") == 1


def test_the_warning_can_be_silenced(tmp_path: Path) -> None:
    (tmp_path / "autograd-1.8.0.dist-info").mkdir()
    done = import_next_to([tmp_path], "-W", "ignore")
    assert (done.stdout, done.stderr) == ("Value(3.0)\n", "")


def test_other_distributions_are_not_reported(tmp_path: Path) -> None:
    for name in ("chalkgrad-0.1.0", "autograd_gamma-0.5", "my_autograd-1.0"):
        (tmp_path / f"{name}.dist-info").mkdir()
    (tmp_path / "autograd").mkdir()
    (tmp_path / "a_file").write_text("not a folder")
    done = import_next_to([tmp_path, tmp_path / "a_file", tmp_path / "missing"])
    assert (done.stdout, done.stderr) == ("Value(3.0)\n", "")


def site_packages(folder: Path, *ours: str) -> Path:
    """A folder of installed packages with some of ours in it."""
    installed = folder / "site-packages"
    for package in ours:
        shutil.copytree(ROOT / package, installed / package, ignore=shutil.ignore_patterns("__pycache__"))
    return installed


def run_in(folder: Path, *words: str, path: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run Python where a user stands; without `site`, so that no other installation is found."""
    command = [sys.executable, "-S", *words]
    environment = {**os.environ, "PYTHONPATH": str(path)}
    return subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=folder, env=environment)


def last_line(text: str) -> str:
    return text.splitlines()[-1]


def the_other_one_hides_ours(folder: Path) -> Path:
    installed = site_packages(folder, "nn", "tasks")
    (installed / "autograd").mkdir()
    (installed / "autograd" / "__init__.py").write_text("print('ran')\ndef grad(f): ...")
    return installed


def the_other_one_was_installed_into_the_same_folder(folder: Path) -> Path:
    installed = site_packages(folder, "autograd", "nn", "tasks")
    (installed / "autograd" / "__init__.py").write_text("def grad(f): ...")
    return installed


def the_other_one_was_uninstalled(folder: Path) -> Path:
    installed = site_packages(folder, "autograd", "nn", "tasks")
    (installed / "autograd" / "__init__.py").unlink()
    return installed


ACCIDENTS = [the_other_one_hides_ours, the_other_one_was_installed_into_the_same_folder, the_other_one_was_uninstalled]


@pytest.mark.parametrize("accident", ACCIDENTS, ids=lambda accident: accident.__name__)
def test_networks_and_tasks_say_when_the_engine_is_another_one(accident: Callable[[Path], Path], tmp_path: Path) -> None:
    installed = accident(tmp_path)
    for statement in ("import nn", "from nn import MLP", "import nn.layers"):
        done = run_in(tmp_path, "-c", statement, path=installed)
        assert (done.returncode, done.stdout) == (1, "")
        assert last_line(done.stderr).startswith("ImportError: nn needs Chalkgrad's package autograd")
        assert last_line(done.stderr).endswith(("reinstall chalkgrad", "overwrite files of one another"))
    done = run_in(tmp_path, "-m", "tasks", "units", path=installed)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith("error: nn needs Chalkgrad's package autograd") and "reinstall chalkgrad" in done.stderr


def test_a_program_of_the_user_called_autograd(tmp_path: Path) -> None:
    program = tmp_path / "autograd.py"
    program.write_text("print('begins')\nfrom nn import MLP\n")
    done = run_in(tmp_path, str(program))
    assert (done.returncode, done.stdout) == (1, "begins\n"), "it is run once"
    assert last_line(done.stderr) == (
        f"ImportError: nn needs Chalkgrad's package autograd, and Python finds {program} before it: "
        "rename that, or work in another folder"
    )
    done = run_in(tmp_path, "-m", "tasks", "units")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert str(program) in done.stderr


@pytest.mark.parametrize("name", ["nn.py", "nn/__init__.py"])
def test_the_tasks_say_when_nn_is_the_users(name: str, tmp_path: Path) -> None:
    theirs = tmp_path / name
    theirs.parent.mkdir(exist_ok=True)
    theirs.write_text("print('ran')")
    done = run_in(tmp_path, "-m", "tasks", "units")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert str(theirs) in done.stderr and "the command chalkgrad" in done.stderr


def test_the_command_chalkgrad_runs_the_tasks_wherever_one_stands(tmp_path: Path) -> None:
    with open(ROOT / "pyproject.toml", "rb") as file:
        module, _, function = tomllib.load(file)["project"]["scripts"]["chalkgrad"].partition(":")
    # What pip writes.
    command = tmp_path / "bin" / "chalkgrad"
    command.parent.mkdir()
    command.write_text(f"import sys\nfrom {module} import {function}\nsys.exit({function}())\n")
    here = tmp_path / "here"
    here.mkdir()
    for name in ("nn", "tasks", "autograd"):
        (here / f"{name}.py").write_text("print('ran')")
    done = subprocess.run(
        [sys.executable, str(command), "xor", "--no-such-option"],
        capture_output=True, text=True, timeout=120, cwd=here, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert "chalkgrad xor --help" in done.stderr or "chalkgrad --help" in done.stderr


def test_a_python_that_is_too_old_is_named() -> None:
    for package in ("autograd", "nn", "tasks.boolean.xor"):
        done = run_python(f"import sys; sys.version_info = (3, 10, 13, 'final', 0); import {package}")
        assert last_line(done.stderr) == "ImportError: Chalkgrad needs Python 3.11 or later; this is Python 3.10.13"


@pytest.mark.parametrize("flag", ["-OO", "-Werror", "-I"])
def test_imports_with_the_flags_of_python(flag: str) -> None:
    done = run_python(f"import sys; sys.path.insert(0, {str(ROOT)!r}); import autograd, nn, tasks.support.command_line", flag)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


# -------------------------------------------------------------------------------------------------- heavy libraries

MODULES = [(package, path) for package in ("autograd", "nn") for path in sorted((ROOT / package).rglob("*.py"))]


def imported_packages(tree: ast.AST) -> set[str]:
    """The first part of every name that is imported anywhere in a module, inside functions too."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            assert node.module is not None
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize(
    ("package", "path"),
    [(package, path) for package, path in MODULES if ON_DEMAND.isdisjoint((path, *path.parents))],
    ids=[str(path.relative_to(ROOT)) for package, path in MODULES if ON_DEMAND.isdisjoint((path, *path.parents))],
)
def test_heavy_libraries_are_imported_inside_functions(package: str, path: Path) -> None:
    """At the top of a module they may stand only under `if TYPE_CHECKING`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    at_the_top = ast.Module([node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)], [])
    assert not imported_packages(at_the_top) & set(HEAVY)
