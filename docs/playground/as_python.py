"""What is typed into the playground as a program that runs anywhere: with its imports, and with its result written or printed."""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping

import autograd
import nn
from autograd.stepping.expression_reader import read_expression

PROGRAM = "<playground>"
"""The name of a program in tracebacks."""

# The names of public functions and classes, by package.
_PUBLIC: dict[str, list[str]] = {package.__name__: vars(package)["__all__"] for package in (autograd, nn)}
# The pages that a last line may give, and the files that they are written to.
_PAGES = {"step_through": "steps.html", "draw": "graph.html", "paths": "paths.html"}


def script_of(mode: str, text: str, numbers: Mapping[str, str]) -> str:
    """Return the program that does what the playground does.

    Args:
        mode, text, numbers: as `running.play` takes them.

    Raises:
        ValueError, ArithmeticError: the expression or one of its numbers can't be read.
        SyntaxError: the program can't be read.

    >>> print(script_of("step", "c*(a + 2*b)", {"a": "3", "b": "1", "c": "-2"}))
    from autograd import Value, label_values, step_through
    <BLANKLINE>
    a = Value(3)
    b = Value(1)
    c = Value(-2)
    L = c * (a + 2 * b)
    label_values(locals())
    print(step_through(L).save("steps.html"))
    <BLANKLINE>
    >>> print(script_of("code", "w = Value(2)\\ndraw(w * 3)", {}))
    from autograd import Value, draw
    <BLANKLINE>
    w = Value(2)
    print(draw(w * 3).save("graph.html"))
    <BLANKLINE>
    """
    if mode == "code":
        return _with_imports(_with_last_line_shown(text))
    read_expression(text, {name: number_of(name, number) for name, number in numbers.items()})
    if mode == "check":
        return _with_imports(_with_last_line_shown(check_of(text, numbers)))
    leaves = [f"{name} = Value({_written(number_of(name, number), number)})" for name, number in numbers.items()]
    lines, output = _statements(text, set(numbers))
    call = f"step_through({output})" if mode == "step" else f"draw({output}, local_derivatives=True)"
    return _with_imports(_with_last_line_shown("\n".join([*_pi(text, numbers), *leaves, *lines, "label_values(locals())", call])))


def number_of(name: str, number: str) -> float:
    """The number that was typed for a name, such as ``-2`` or ``1/3``.

    Raises:
        ValueError: it is none, or is not finite.
    """
    try:
        value = float(number)
    except ValueError:
        try:
            value = read_expression(number, {}).data
        except (ValueError, ArithmeticError):
            said = f"{number!r} is not a number" if number.strip() else "it has none yet"
            raise ValueError(f"{name} needs a number, such as 2, -0.5 or 1/3: {said}") from None
    if not math.isfinite(value):
        raise ValueError(f"{name} needs a finite number, not {number.strip()}")
    return value


def check_of(text: str, numbers: Mapping[str, str]) -> str:
    """The program that checks the derivatives of an expression, which `read_expression` has read without a complaint."""
    lines, output = _statements(text, set(numbers))
    *before, last = lines
    body = [*before, f"return {last.partition(' = ')[2]}"]
    point = [_written(number_of(name, number), number) for name, number in numbers.items()]
    function = [f"def {output}({', '.join(numbers)}):", *(f"    {line}" for line in body)]
    return "\n".join([*_pi(text, numbers), *function, "", f"gradcheck({', '.join([output, *point])})"])


def imports_of(tree: ast.Module) -> dict[str, list[str]]:
    """The names that a program uses without defining them, by the package whose public names they are.

    >>> imports_of(ast.parse("x = Value(2); y = tanh(x) + sum([x])"))
    {'autograd': ['Value', 'tanh']}
    """
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    unknown = sorted(used - _defined(tree))
    found = {package: [name for name in unknown if name in public] for package, public in _PUBLIC.items()}
    return {package: names for package, names in found.items() if names}


def _defined(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).partition(".")[0])
    return names


def _with_imports(program: str) -> str:
    """The program with the imports that it lacks, below a docstring and imports from the future."""
    tree = ast.parse(program, PROGRAM)
    imports = [f"from {package} import {', '.join(names)}" for package, names in imports_of(tree).items()]
    if not imports:
        return f"{program.rstrip()}\n"
    above = 0
    for statement in tree.body:
        is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if not is_text and not (isinstance(statement, ast.ImportFrom) and statement.module == "__future__"):
            break
        above = statement.end_lineno or 0
    lines = program.strip("\n").split("\n") if above == 0 else program.split("\n")
    is_import = bool(tree.body) and isinstance(tree.body[0], ast.Import | ast.ImportFrom)
    space = [] if is_import else [""]
    return "\n".join([*lines[:above], *imports, *space, *lines[above:]]).rstrip() + "\n"


def _with_last_line_shown(program: str) -> str:
    """The program with its last expression, which a notebook shows, written to a file or printed."""
    tree = ast.parse(program, PROGRAM)
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr) or last.end_lineno is None or last.end_col_offset is None:
        return program
    expression = ast.get_source_segment(program, last) or ""
    called = last.value.func if isinstance(last.value, ast.Call) else None
    name = called.id if isinstance(called, ast.Name) else ""
    if name in _PAGES:
        shown = f'print({expression}.save("{_PAGES[name]}"))'
    elif called is None or any(name in public for public in _PUBLIC.values()):
        shown = f"print({expression})"
    else:
        return program  # such as print, a method, or a function of one's own, which may return nothing
    lines = [line.encode() for line in program.split("\n")]
    before, after = lines[last.lineno - 1][: last.col_offset], lines[last.end_lineno - 1][last.end_col_offset :]
    lines[last.lineno - 1 : last.end_lineno] = [before + shown.encode() + after]
    return b"\n".join(lines).decode()


# ------------------------------------------------------------------------------------------------------- expressions


def _statements(text: str, leaves: set[str]) -> tuple[list[str], str]:
    """The lines of an expression's program, each an assignment, and the name of its output."""
    body = _Recorded(leaves).visit(ast.parse(text.strip())).body
    for name in sorted(leaves | _assigned(body)):
        if name in _PUBLIC["autograd"]:
            raise ValueError(f"{name} is the name of a function: give the number another name")
    names = {node.id for node in ast.walk(ast.Module(body, [])) if isinstance(node, ast.Name)}
    last = body[-1]
    if isinstance(last, ast.Expr):
        output = next(name for name in ("L", "output", "result", "_output") if name not in names)
        body[-1] = ast.Assign([ast.Name(output, ast.Store())], last.value)
    else:
        output = last.targets[0].id
    lines = [ast.unparse(ast.fix_missing_locations(statement)) for statement in body if isinstance(statement, ast.Assign)]
    return lines, output


def _pi(text: str, numbers: Mapping[str, str]) -> list[str]:
    """The import of π, if an expression uses it under that name."""
    names = [node for node in ast.walk(ast.parse(text.strip())) if isinstance(node, ast.Name) and node.id == "pi"]
    is_another = "pi" in numbers or any(isinstance(name.ctx, ast.Store) for name in names)
    return ["from math import pi", ""] if names and not is_another else []


def _assigned(body: list[ast.stmt]) -> set[str]:
    targets = [target for statement in body if isinstance(statement, ast.Assign) for target in statement.targets]
    return {target.id for target in targets if isinstance(target, ast.Name)}


class _Recorded(ast.NodeTransformer):
    """Makes Python record what `read_expression` records: operations of plain numbers, and second names of a Value."""

    def __init__(self, leaves: set[str]) -> None:
        self._values = set(leaves)

    def visit_Assign(self, node: ast.Assign) -> ast.Assign:
        value = self.visit(node.value)
        if isinstance(value, ast.Name) and value.id in self._values:
            value = ast.BinOp(value, ast.Mult(), ast.Constant(1))
        target = node.targets[0]
        assert isinstance(target, ast.Name)
        self._values.add(target.id)
        return ast.Assign(node.targets, _value_of(value) if self._is_number(value) else value)

    def visit_Expr(self, node: ast.Expr) -> ast.Expr:
        value = self.visit(node.value)
        return ast.Expr(_value_of(value) if self._is_number(value) else value)

    def visit_BinOp(self, node: ast.BinOp) -> ast.BinOp:
        left, right = self.visit(node.left), self.visit(node.right)
        if self._is_number(left) and self._is_number(right):
            left = _value_of(left)
        return ast.BinOp(left, node.op, right)

    def _is_number(self, node: ast.AST) -> bool:
        if isinstance(node, ast.UnaryOp):
            return self._is_number(node.operand)
        is_pi = isinstance(node, ast.Name) and node.id == "pi" and "pi" not in self._values
        return isinstance(node, ast.Constant) or is_pi


def _value_of(number: ast.expr) -> ast.Call:
    return ast.Call(ast.Name("Value", ast.Load()), [number], [])


def _written(number: float, typed: str) -> str:
    """A number as it was typed, if Python reads that as the same one."""
    try:
        same = ast.literal_eval(typed.strip()) == number
    except (ValueError, SyntaxError):
        same = False
    return typed.strip() if same else repr(number)
