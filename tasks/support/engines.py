"""The option `--engine` of tasks that train networks."""

import argparse
from typing import Literal, TypeAlias, get_args

from autograd.vectorizing.choosing.engines import require_machine_code
from tasks.support.errors import UserError

Engine: TypeAlias = Literal["auto", "numpy", "native", "eager"]
"""What computes while a network learns, as `nn.train` names it."""


def add_engine(parser: argparse.ArgumentParser) -> None:
    """Adds the option.

    >>> parser = argparse.ArgumentParser()
    >>> add_engine(parser)
    >>> parser.parse_args([]).engine, parser.parse_args(["--engine", "eager"]).engine
    ('auto', 'eager')
    """
    parser.add_argument(
        "--engine",
        choices=get_args(Engine),
        default="auto",
        help="what computes while a network learns: NumPy, machine code (native), the one of them that is expected to take less "
        "time (auto), or the eager engine, many times slower (default: auto)",
    )


def check_engine(engine: Engine) -> None:
    """Checks that an engine is there.

    Raises:
        UserError: Machine code can't be made here. The message says what to install.
    """
    if engine == "native":
        try:
            require_machine_code()
        except ImportError as error:
            raise UserError(f"--engine native: {error}") from None
