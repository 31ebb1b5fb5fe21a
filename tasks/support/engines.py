"""The option `--engine` of tasks."""

import argparse
from typing import Literal, TypeAlias, get_args

from autograd.vectorizing.choosing.engines import require_jax, require_machine_code
from tasks.support.errors import UserError

Engine: TypeAlias = Literal["auto", "numpy", "native", "jax", "eager"]
"""What computes while a network learns, as `nn.train` names it."""


def add_engine(parser: argparse.ArgumentParser, default: Engine = "auto") -> None:
    """Adds the option.

    >>> parser = argparse.ArgumentParser()
    >>> add_engine(parser)
    >>> parser.parse_args([]).engine, parser.parse_args(["--engine", "eager"]).engine
    ('auto', 'eager')
    """
    parser.add_argument(
        "--engine",
        choices=get_args(Engine),
        default=default,
        help="what computes while a network learns: NumPy, machine code (native), the one of them that is expected to take less "
        f"time (auto), JAX, or the eager engine, many times slower (default: {default})",
    )


def add_idle_engine(parser: argparse.ArgumentParser, why: str) -> None:
    """Adds the option to a task in which it makes no difference, so that all tasks take the same options.

    Args:
        parser: The task's parser.
        why: Why it makes none: a sentence, without its full stop.
    """
    parser.add_argument("--engine", choices=get_args(Engine), default="auto", help=f"makes no difference here: {why}")


def check_engine(engine: Engine) -> None:
    """Checks that an engine is there.

    Raises:
        UserError: Machine code can't be made here, or JAX is not installed. The message says what to install.
    """
    required = {"native": require_machine_code, "jax": require_jax}.get(engine)
    if required is not None:
        try:
            required()
        except ImportError as error:
            raise UserError(f"--engine {engine}: {error}") from None
