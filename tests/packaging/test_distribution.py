"""What an installation puts on the path, and that it works away from the project's folder. Nothing is downloaded."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ["autograd", "nn", "tasks"]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

pytest.importorskip("setuptools", minversion="77", reason="the licence in pyproject.toml is written for newer setuptools")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is packed, and folders that must not be."""
    copy = tmp_path_factory.mktemp("project")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    for name in ("tests", "benchmarks", "notebooks"):
        (copy / name).mkdir()
        (copy / name / "__init__.py").touch()
    return copy


def install(project: Path, kind: str, into: Path) -> zipfile.ZipFile:
    """Have setuptools build a wheel, or that of an editable installation, and unpack it as pip does."""
    build = f"from setuptools import build_meta; print(build_meta.build_{kind}({str(into)!r}))"
    done = subprocess.run([sys.executable, "-c", build], cwd=project, capture_output=True, encoding="utf-8", timeout=300)
    assert done.returncode == 0, done.stderr
    wheel = zipfile.ZipFile(into / done.stdout.splitlines()[-1])
    wheel.extractall(into / "site-packages")
    return wheel


@pytest.fixture(scope="module")
def wheel(project: Path, tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    return install(project, "wheel", tmp_path_factory.mktemp("wheel"))


def test_a_wheel_holds_the_packages_with_their_data_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    assert {name.partition("/")[0] for name in names} == {*PACKAGES, f"chalkgrad-{VERSION}.dist-info"}
    for package in PACKAGES:
        ours = {path.relative_to(ROOT).as_posix() for path in (ROOT / package).rglob("*") if path.is_file()}
        assert {name for name in ours if "__pycache__" not in name} <= names, "nothing is left behind"
        assert f"{package}/py.typed" in names


def test_a_wheel_works_away_from_the_project(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    assert wheel.filename is not None
    installed = Path(wheel.filename).parent / "site-packages"
    environment = {**os.environ, "PYTHONPATH": str(installed), "PYTHONIOENCODING": "utf-8"}

    def run(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words], cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", timeout=300,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    assert str(installed) in run("-c", "import autograd; print(autograd.__file__)")
    assert "picture: " in run("-m", "tasks", "units") and (tmp_path / "out").is_dir()
    assert "wrote steps.html" in run("-m", "autograd.stepping", "a*b", "a=1", "b=2", "--save", "steps.html")
    assert "reviews" in run(
        "-c", "from tasks.sentiment.corpora import SHIPPED_FOLDER as f; print(*(p.name for p in f.iterdir()))"
    )


def test_type_checkers_find_an_editable_installation(project: Path, tmp_path: Path) -> None:
    """They follow paths in .pth files, but run no code that would find modules."""
    install(project, "editable", tmp_path)
    virtual = tmp_path / "virtual"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(virtual)], check=True, timeout=300)
    python = virtual / ("Scripts" if os.name == "nt" else "bin") / "python"
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    purelib = Path(subprocess.run([python, "-c", where], check=True, capture_output=True, encoding="utf-8").stdout.strip())

    environment = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}

    def check() -> str:
        # Whether they are found is all that is asked; checking them takes mypy a while.
        words = ["--python-executable", str(python), "--follow-imports=skip", "--config-file", os.devnull]
        done = subprocess.run(
            [sys.executable, "-m", "mypy", *words, "--cache-dir", os.devnull, "-c", "import autograd, nn, tasks"],
            cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", timeout=300,
        )  # fmt: skip
        return done.stdout

    assert "import-not-found" in check(), "before it is installed"
    for path in (tmp_path / "site-packages").glob("*.pth"):
        shutil.copy(path, purelib)
    assert check().startswith("Success")
