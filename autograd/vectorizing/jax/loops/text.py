"""The printed source of a rolled program, taken apart: constants, inputs, the forward pass and the backward pass."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy


@dataclass(frozen=True)
class Text:
    """A printed program.

    Attributes:
        constants: the arrays that stand in front of the function.
        inputs: the names of the input arrays.
        forward: what computes the numbers that the loss depends on.
        loss: the expression of the loss.
        is_mean: whether that is one for each example, of which the printed program takes the mean.
        backward: what computes the gradient.
    """

    constants: dict[str, Any]
    inputs: tuple[str, ...]
    forward: Sequence[ast.stmt]
    loss: ast.expr
    is_mean: bool
    backward: Sequence[ast.stmt]


def text_of(source: str) -> Text:
    """Take a printed program apart."""
    constants: dict[str, Any] = {}
    for statement in ast.parse(source).body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(args=[ast.List(elts=numbers)])):
                constants[name] = numpy.array([_number(number) for number in numbers])
            case ast.FunctionDef(args=arguments, body=body):
                place = next(place for place, one in enumerate(body) if _is_loss(one))
                (loss,) = [one.value for one in body[place : place + 1] if isinstance(one, ast.Assign)]
                mean = _without_mean(loss)
                return Text(
                    constants,
                    tuple([argument.arg for argument in arguments.args[1:]]),
                    body[:place],
                    loss if mean is None else mean,
                    mean is not None,
                    [one for one in body[place + 1 :] if not isinstance(one, ast.Return)],
                )
    raise AssertionError("a printed program has a function")


def _is_loss(statement: ast.stmt) -> bool:
    match statement:
        case ast.Assign(targets=[ast.Name(id="loss")]):
            return True
        case _:
            return False


def _without_mean(loss: ast.expr) -> ast.expr | None:
    match loss:
        case ast.Call(func=ast.Attribute(value=value, attr="mean"), args=[]):
            return value
        case _:
            return None


def _number(node: ast.expr) -> float:
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_number(operand)
        case ast.Name(id=name):
            return float(name)
        case ast.Constant(value=int() | float() as number):
            return number
        case _:
            raise AssertionError(f"{ast.unparse(node)} is no number")
