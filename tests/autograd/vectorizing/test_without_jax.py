"""Where JAX is not installed, asking for its functions says what to install, and nothing else asks for it."""

from __future__ import annotations

import sys

import pytest
from hash_seeds import printed_under_hash_seeds

from autograd import Value, vectorize


def test_functions_of_jax_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    w = Value(0.5)
    program = vectorize(lambda x: w * x, 1.0)
    monkeypatch.setitem(sys.modules, "jax", None)
    with pytest.raises(ImportError, match=r'^functions of JAX need JAX, .*: pip install "chalkgrad\[jax\]"$'):
        program.to_jax()


def test_nothing_imports_jax_unasked() -> None:
    printed = printed_under_hash_seeds(
        "import sys, autograd, nn\n"
        "w = autograd.Value(0.5)\n"
        "program = autograd.vectorize(lambda x: w * x, 1.0)\n"
        "program.value_and_grad(program.parameters.read(), [1.0, 2.0])\n"
        "print('jax' in sys.modules)\n"
    )
    assert printed == {b"False\n"}
