"""What surrounds the code says the same as the code: versions of Python, make targets, the project's own version."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
WORKFLOW = (ROOT / ".github/workflows/test.yml").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z][a-z-]+):.* ## ", MAKEFILE, re.MULTILINE))


def test_the_versions_of_python_that_are_tested_are_those_that_are_claimed() -> None:
    matrix = re.search(r"python-version: \[(.*)\]", WORKFLOW)
    assert matrix is not None
    tested = re.findall(r'"([\d.]+)"', matrix[1])
    claimed = [one.rpartition(" ")[2] for one in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", one)]
    assert tested == claimed
    assert PROJECT["requires-python"] == f">={tested[0]}"


def test_the_workflow_and_the_guide_name_targets_that_exist() -> None:
    for text in (WORKFLOW, *((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md", ".ci/run"))):
        named = set(re.findall(r"(?:`|run: |^)make ([a-z][a-z-]*)", text, re.MULTILINE))
        assert named
        assert named <= TARGETS


def test_the_citation_is_of_this_version() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"version: {PROJECT['version']}\n" in citation
    assert f"license: {PROJECT['license']}\n" in citation


def test_all_extras_for_users_are_in_one() -> None:
    extras = PROJECT["optional-dependencies"]
    for_users = [name for name in extras if not name.startswith("test") and name not in ("all", "docs", "assignments", "slides")]
    assert extras["all"] == [f"chalkgrad[{','.join(for_users)}]"]
    # The largest have commands of their own, which install them.
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    apart = [name for name in for_users if f"[test,{name}]" in makefile]
    assert apart == ["jax", "onnx"]
    assert f"chalkgrad[{','.join(name for name in for_users if name not in apart)}]" in extras["test"]
