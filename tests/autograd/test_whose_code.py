"""Whose code a frame runs: this library's, Python's, or the user's."""

from __future__ import annotations

import colorsys
import inspect
import sys
from pathlib import Path
from types import FrameType

import pytest

import autograd
import nn
from autograd import Value
from autograd.engine import value
from autograd.engine.whose_code import entry_of, is_installed, is_users, line_of_user, owner, users_frame


@pytest.mark.parametrize(
    ("file", "whose"),
    [
        (value.__file__, "library"),
        (nn.__file__, "library"),
        (Value.__add__.__code__.co_filename, "library"),
        (inspect.__file__, "Python"),
        ("<frozen importlib._bootstrap>", "Python"),
        (pytest.__file__, "user"),
        (__file__, "user"),
        ("<stdin>", "user"),
        (str(Path(str(autograd.__file__)).parent.with_name("autograd_of_mine") / "model.py"), "user"),
    ],
    ids=["autograd", "nn", "generated code", "standard library", "frozen", "installed", "this file", "typed", "similar name"],
)
def test_the_owner_of_a_file(file: str, whose: str) -> None:
    assert owner(file) == whose


class Number(float):
    """Notes the frame that multiplies it."""

    frames: list[FrameType]

    def __rmul__(self, other: float) -> float:
        self.frames.append(sys._getframe(1))
        return 1.0


def test_the_users_line_is_below_pythons_own_code() -> None:
    number = Number(0.5)
    number.frames = []
    colorsys.rgb_to_yiq(number, 0.2, 0.1)
    frame = number.frames[0]
    assert frame.f_code.co_filename == colorsys.__file__
    assert users_frame(frame).f_code is sys._getframe().f_code
    # That frame has gone on since.
    line = line_of_user(frame)
    assert line.endswith(": `line = line_of_user(frame)`")
    assert line.startswith(__file__)
    assert (is_users(frame), is_users(sys._getframe()), is_installed(sys._getframe())) == (False, True, False)


def test_code_of_the_user_has_entered_no_library() -> None:
    assert entry_of(sys._getframe()) is None
