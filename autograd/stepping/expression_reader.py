"""Reading an expression such as ``c*(a + 2*b)`` into a graph. It is parsed, never executed."""

from __future__ import annotations

import ast
import math
import operator
import re
import warnings
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from autograd import functions
from autograd.engine.habits.recorded_forms import name_here, recorded_form
from autograd.engine.value import Value
from autograd.table.primitives import TABLE
from autograd.table.rules import MANY

_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv, ast.Pow: operator.pow,
    ast.Mod: operator.mod, ast.FloorDiv: operator.floordiv,
    ast.USub: operator.neg, ast.UAdd: operator.pos,
}  # fmt: skip
_FUNCTIONS = {
    name: getattr(functions, name)
    for name, primitive in TABLE.items()
    if primitive.exported and (primitive.arity in (1, 2) or name in ("maximum", "minimum"))
}
_CONSTANTS = {"pi": math.pi}
_LONGEST = 10_000
_DEEPEST = 100


def read_expression(text: str, numbers: Mapping[str, float]) -> Value:
    """Compute an expression, recording its graph.

    Args:
        text: an expression in Python's notation: numbers, names, ``+ - * / // % **``, parentheses and functions of `autograd`.
            Assignments before it, which end with semicolons, name nodes: ``d = 2*b; e = a + d; L = c*e``.
        numbers: the numbers for which the names stand.

    Returns:
        The Value of the last expression.

    Raises:
        ValueError: the text isn't such an expression, a name has no number, or a number has a name that doesn't occur.
        ArithmeticError: the expression can't be computed at these numbers.

    >>> read_expression("d = 2*b; c*(a + d)", {"a": 3, "b": 1, "c": -2}).data
    -10.0
    """
    if len(text) > _LONGEST:
        raise ValueError(f"the expression is {len(text):,} characters long; at most {_LONGEST:,} are read")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)  # of 2(a + b), whose answer is ours
            body = ast.parse(text.strip(), mode="exec").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        why = _hint(text) or getattr(error, "msg", None) or "it is too deep"
        raise ValueError(f"can't read the expression {text!r}: {why}") from None
    reader = _Reader(numbers)
    result: Value | None = None
    for statement in body:
        result = reader.statement(statement)
    if result is None:
        raise ValueError("there is no expression")
    unused = [name for name in numbers if name not in reader.used]
    if unused:
        raise ValueError(f"{', '.join(unused)} does not occur in the expression")
    return result


# Signs of mathematics that Python doesn't have, and what Python has instead.
_SIGNS = {"×": "*", "·": "*", "∙": "*", "÷": "/", "−": "-", "–": "-", "²": "**2", "³": "**3"}
_NUMBER_BEFORE_NAME = re.compile(r"(?<![\w.])(\d+\.?\d*|\.\d+)[ ]*([^\W\d]\w*)")
_FUNCTION_BEFORE_NAME = re.compile(rf"\b({'|'.join(_FUNCTIONS)})[ ]+([\w.]+)")
_TWO_NAMES = re.compile(r"\b([^\W\d]\w*)[ ]+([\w.]+)")


def _hint(text: str) -> str:
    """What to type instead of mathematical notation that Python can't read; empty if nothing is known."""
    for sign, python in _SIGNS.items():
        if sign in text:
            return f"write {python} instead of {sign}"
    if "|" in text:
        return "write abs(x) instead of |x|"
    if found := _NUMBER_BEFORE_NAME.search(text):
        return f"a product needs its sign: write {found[1]}*{found[2]} instead of {found[0]}"
    if found := _FUNCTION_BEFORE_NAME.search(text):
        return f"write {found[1]}({found[2]}) instead of {found[0]}"
    if found := _TWO_NAMES.search(text):
        return f"a product needs its sign: write {found[1]}*{found[2]} instead of {found[0]}"
    return ""


# The names that calculators, textbooks and Python have for some functions.
_OTHERWISE = {"max": "maximum", "min": "minimum", "ln": "log", "sqr": "square", "tg": "tan", "arctg": "atan", "power": "pow"}


def _instead(name: str) -> str:
    """What to write instead of an unknown function; empty if none is similar."""
    known = _OTHERWISE.get(name, name)
    here = name_here(known)
    if here in _FUNCTIONS:
        return f": write {here}"
    form = "" if here else (recorded_form(known) or "").replace("autograd.", "").replace("math.pi", "pi")
    letters = dict.fromkeys(re.findall(r"\b(?!pi\b)[a-z]+\b(?!\()", form), 1.0)
    try:
        read_expression(form, letters)
    except ValueError:
        near = [] if form else get_close_matches(name, _FUNCTIONS, 1, 0.7)
        return f": did you mean {near[0]}?" if near else ""
    return f": write {form}"


_ARITHMETIC = (ast.BinOp, ast.UnaryOp, ast.Name, ast.Call, ast.operator, ast.unaryop, ast.expr_context)


def _is_arithmetic(node: ast.AST) -> bool:
    return all(
        isinstance(part, _ARITHMETIC) or (isinstance(part, ast.Constant) and isinstance(part.value, int | float))
        for part in ast.walk(node)
    )


class _Reader:
    def __init__(self, numbers: Mapping[str, float]) -> None:
        self._numbers = numbers
        self._values: dict[str, Value] = {}
        self.used: set[str] = set()

    def statement(self, statement: ast.stmt) -> Value:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1 and isinstance(statement.targets[0], ast.Name):
            name = statement.targets[0].id
            if name in self._numbers or name in self._values:
                raise ValueError(f"{name} is given twice")
            value = self._value(self._read(statement.value, 0))
            if value.label:
                value = value * 1  # a second name for a node is a node of its own
            value.label = name
            self._values[name] = value
            return value
        if isinstance(statement, ast.Expr):
            return self._value(self._read(statement.value, 0))
        raise ValueError(f"{ast.unparse(statement)!r} is neither an expression nor an assignment to one name")

    def _value(self, number: Value | float) -> Value:
        return number if isinstance(number, Value) else Value(number)

    def _read(self, node: ast.AST, depth: int) -> Value | float:
        if depth > _DEEPEST:
            raise ValueError(f"the expression is nested more than {_DEEPEST} deep")
        if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
            left, right = self._read(node.left, depth + 1), self._read(node.right, depth + 1)
            if isinstance(left, float) and isinstance(right, float):
                left = Value(left)  # so that also powers of plain numbers are bounded floats, and recorded
            result: Value = _OPERATORS[type(node.op)](left, right)
            return result
        if isinstance(node, ast.UnaryOp) and type(node.op) in _OPERATORS:
            operand = self._read(node.operand, depth + 1)
            return operand if isinstance(node.op, ast.UAdd) else -operand
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
            return self._float(node.value)
        if isinstance(node, ast.Name):
            return self._named(node.id)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
            name = node.func.id
            if name in _FUNCTIONS or not (name in self._numbers or name in self._values or name in _CONSTANTS):
                return self._call(name, node.args, depth)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _FUNCTIONS:
            raise ValueError(f"write {node.func.attr} instead of {ast.unparse(node.func)}")
        if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords and _is_arithmetic(node):
            factor, rest = ast.unparse(node.func), ast.unparse(node.args[0])
            factor = f"({factor})" if isinstance(node.func, ast.BinOp | ast.UnaryOp) else factor
            raise ValueError(f"a product needs its sign: write {factor}*({rest}) instead of {factor}({rest})")
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitXor):
            base, power = (f"({ast.unparse(v)})" if isinstance(v, ast.BinOp) else ast.unparse(v) for v in (node.left, node.right))
            raise ValueError(f"a power is written with two stars: write {base}**{power} instead of {base}^{power}")
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            raise ValueError("write abs(x) instead of |x|")
        raise ValueError(f"{ast.unparse(node)!r} can't stand in an expression: use numbers, names, + - * / // % ** and functions")

    def _float(self, number: float) -> float:
        try:
            return float(number)
        except OverflowError:
            raise ValueError("a number is too big for a float") from None

    def _named(self, name: str) -> Value | float:
        if name in self._values:
            return self._values[name]
        if name in self._numbers:
            self.used.add(name)
            self._values[name] = Value(self._numbers[name], name)
            return self._values[name]
        if name in _CONSTANTS:
            return _CONSTANTS[name]
        raise ValueError(f"{name} has no number: give it one, as in {name}=2")

    def _call(self, name: str, arguments: list[ast.expr], depth: int) -> Value:
        function = _FUNCTIONS.get(name)
        if function is None:
            raise ValueError(f"there is no function {name!r}{_instead(name) or '; there are ' + ', '.join(sorted(_FUNCTIONS))}")
        operands = [self._read(argument, depth + 1) for argument in arguments]
        arity = TABLE[name].arity
        if (arity != MANY and len(operands) != arity) or not operands:
            raise ValueError(f"{name} takes {arity if arity != MANY else 'one or more'} operands, not {len(operands)}")
        result: Value = function(*operands)
        return result
