"""The engines that can be asked for, and whether machine code can be made here."""

from __future__ import annotations

import importlib.util
from typing import Any, Literal, TypeAlias, get_args

from autograd.vectorizing.native import machine

Engine: TypeAlias = Literal["auto", "numpy", "native"]
"""What can be asked for: the faster one, NumPy's calls, or machine code."""

ENGINES: tuple[str, ...] = get_args(Engine)


def checked_engine(engine: Any) -> Engine:
    """The name of an engine.

    Raises:
        ValueError: there is no such engine.
    """
    if engine in ENGINES:
        return engine  # type: ignore[no-any-return]
    hint = '; engine="eager" is one of nn.train' if engine == "eager" else ""
    raise ValueError(f'engine is "auto", "numpy" or "native", not {engine!r}{hint}')


def may_make_machine_code() -> bool:
    """Whether llvmlite is installed, in whatever version; it is not imported, which takes longer than small programs run."""
    return _is_installed("llvmlite")


def _is_installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        # Whoever blocks a module sets None in its place.
        return False


def require_jax() -> None:
    """See that JAX is installed.

    Raises:
        ImportError: it isn't. The message says what to install.
    """
    if not _is_installed("jax"):
        raise ImportError('functions of JAX need JAX, which is not part of this Python: pip install "chalkgrad[jax]"')


def require_onnx() -> None:
    """See that ONNX files can be written and run.

    Raises:
        ImportError: they can't. The message says what to install.
    """
    for name in ("onnx", "onnxruntime"):
        if not _is_installed(name):
            raise ImportError(f'an ONNX file needs {name}, which is not part of this Python: pip install "chalkgrad[onnx]"')


def can_make_machine_code() -> bool:
    """Whether machine code can be made: llvmlite is installed, recent enough, and knows this processor."""
    return may_make_machine_code() and machine.is_available()


def require_machine_code() -> None:
    """See that machine code can be made.

    Raises:
        ImportError: it can't. The message says what to install.
    """
    if not may_make_machine_code():
        raise ImportError('machine code needs llvmlite, which is not part of this Python: pip install "chalkgrad[native]"')
    machine.require()
