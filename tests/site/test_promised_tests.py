"""The page of promises names tests that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")


def test_each_promise_names_its_tests() -> None:
    promises = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
    assert [int(promise.split(".")[0]) for promise in promises] == [*range(1, 9)]
    for promise in promises:
        named = re.findall(r"^(tests/\S+)::(\w+)$", promise, re.MULTILINE)
        assert named, promise.splitlines()[0]
        for path, test in named:
            tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
            assert test in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, f"{path} has no {test}"
