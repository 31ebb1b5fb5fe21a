"""The files that are written from the table are up to date. What they tell type checkers: tests/packaging/test_types.py."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
_specification = spec_from_file_location("generate", ROOT / "tools" / "generate.py")
assert _specification is not None and _specification.loader is not None
generate: Any = module_from_spec(_specification)
_specification.loader.exec_module(generate)


@pytest.mark.parametrize("path", generate.GENERATED)
def test_is_up_to_date(path: str) -> None:
    written = (ROOT / path).read_text(encoding="utf-8")
    assert written == generate.GENERATED[path](), f"{path} is not what the table says: run make generated"
