"""Rules of the table compiled for numbers of any precision: a rule evaluated here writes itself down in mpmath's own functions.

Objects that carry a precision around would cost more than the arithmetic itself. So a rule is evaluated once on text, and what it
writes is compiled into a function of mpmath's raw numbers and a precision in bits, as `autograd.engine.compiled` does for floats.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from mpmath import libmp

from autograd.number_systems.generated_code import compile_visibly
from autograd.number_systems.high_precision import arithmetic, functions
from autograd.number_systems.high_precision.arithmetic import Raw
from autograd.number_systems.high_precision.mpmath_numbers import HighPrecision
from autograd.number_systems.source_text import Expression, SourceText
from autograd.table.constants import GELU_CUBIC, Constant

_COMPARISONS = {
    "less": "mpf_lt", "less_equal": "mpf_le", "greater": "mpf_gt", "greater_equal": "mpf_ge", "equal": "mpf_eq",
}  # fmt: skip
_OPERATORS = {
    "negative": "mpf_neg", "abs": "mpf_abs", "add": "mpf_add", "subtract": "mpf_sub", "multiply": "mpf_mul", "divide": "mpf_div",
    "power": "power", **_COMPARISONS,
}  # fmt: skip


@lru_cache(maxsize=256)
def exact_constant(constant: Constant, precision: int) -> Raw:
    """The number that a constant of the table stands for: ln 2, and not the float nearest to it."""
    with arithmetic.at_precision(precision + 10) as mp:
        raw: Raw = constant.rule(HighPrecision(mp))._mpf_
    return raw


def is_meant_exactly(number: float) -> bool:
    """Whether a float in a rule is itself what is meant, or says what it stands for."""
    short = number.is_integer() or float(number * 2.0**20).is_integer()
    return short or isinstance(number, Constant) or number == GELU_CUBIC


class RuleText(SourceText):
    """The function being written: a number system whose numbers are names in it.

    Args:
        noting: write that the answer of each comparison is to be noted.

    >>> program = RuleText()
    >>> result = 2.0 * program.exp(program.name("x"))
    >>> program.lines
    ['t1 = exp(x, precision)', 't2 = mpf_mul(c1, t1, precision)']
    """

    def __init__(self, *, noting: bool = False) -> None:
        super().__init__()
        self.constants: dict[str, Raw | Constant] = {}
        self.floats: list[float] = []
        self._truths: set[str] = set()  # names that stand for the answer of a comparison
        self._noting = noting

    def operate(self, operation: str, *operands: Any) -> Expression:
        """Append the statement of an operator."""
        numbers = ", ".join(map(self.number, operands))
        if operation in ("modulo", "floor_divide"):
            # It changes where the function jumps, as the answer of a comparison does.
            quotient = self.write(self._noted(f"floor_divide({numbers})"))
            return quotient if operation == "floor_divide" else self.write(f"remainder({numbers}, {quotient.text}, precision)")
        function = _OPERATORS[operation]
        if operation in _COMPARISONS:
            answer = self.write(self._noted(f"{function}({numbers})"))
            self._truths.add(answer.text)
            return answer
        return self.write(f"{function}({numbers})" if len(operands) == 1 else f"{function}({numbers}, precision)")

    def _noted(self, choice: str) -> str:
        return f"noted({choice}, note)" if self._noting else choice

    def number(self, operand: Any) -> str:
        """An operand as the text of a raw number."""
        if isinstance(operand, Expression):
            return f"(fone if {operand.text} else fzero)" if operand.text in self._truths else operand.text
        number = operand if isinstance(operand, Constant) else float(operand)
        self.floats.append(number)
        constant = number if isinstance(number, Constant) else libmp.from_float(number)
        name = next((name for name, known in self.constants.items() if known is number or known == constant), "")
        if not name:
            name = f"c{len(self.constants) + 1}"
            self.constants[name] = constant
        return f"exact_constant({name}, precision)" if constant is number else name

    def truth(self, condition: Any) -> str:
        """Write a condition: the answer of a comparison, or a number that is not 0."""
        return condition.text if condition.text in self._truths else f"{condition.text} != fzero"

    def elementary(self, name: str, *operands: Any) -> Expression:
        """Append the call of a function."""
        return self.write(f"{name}({', '.join(map(self.number, operands))}, precision)")


def _noted(choice: Any, note: Callable[[Any], Any]) -> Any:
    note(choice)
    return choice


_NAMESPACE: dict[str, Any] = {
    **{name: getattr(libmp, name) for name in ("fone", "fzero", *_OPERATORS.values()) if hasattr(libmp, name)},
    **functions.FUNCTIONS,
    "exact_constant": exact_constant,
    "floor_divide": functions.floor_divide,
    "noted": _noted,
    "remainder": functions.remainder,
}


@lru_cache(maxsize=1024)
def compile_rule(
    rule: Callable[..., Any], n_operands: int, position: int | None = None, *, noting: bool = False
) -> Callable[..., Any]:
    """Compile a rule of a fixed number of operands into a function of raw numbers and a precision in bits.

    Args:
        rule: as in the table: a function of a number system and operands.
        n_operands: how many operands follow the number system.
        position: of a rule that gives several numbers, the one wanted: nothing else is computed, for that may be undefined.
        noting: the function takes, last, a function that is called with the answer of each comparison.

    Returns:
        A function that gives one raw number.

    >>> from autograd.table.primitives import TABLE
    >>> double = compile_rule(lambda m, x: x + x, 1)
    >>> libmp.to_float(double(libmp.from_float(1.5), 200))
    3.0
    """
    program = RuleText(noting=noting)
    operands = [f"x{k}" for k in range(n_operands)]
    results = rule(program, *(program.name(operand) for operand in operands))
    answer = program.number(results[position] if isinstance(results, Sequence) and position is not None else results)
    parameters = ", ".join([*operands, "precision", *(["note"] if noting else [])])
    source = "".join(f"    {line}\n" for line in [*program.statements_for(answer), f"return {answer}"])
    names = {**_NAMESPACE, **program.constants}
    function: Callable[..., Any] = compile_visibly(f"def rule({parameters}):\n{source}", "rule in high precision", names)
    return function


@lru_cache(maxsize=256)
def is_product(rule: Callable[..., Any], n_operands: int) -> bool:
    """Whether a rule writes down the product of its two operands, and nothing else.

    >>> is_product(lambda m, w, x: w * x, 2), is_product(lambda m, w, x: w * x + 1.0, 2)
    (True, False)
    """
    if n_operands != 2:
        return False
    program = RuleText()
    result = rule(program, program.name("w"), program.name("x"))
    return program.lines == ["t1 = mpf_mul(w, x, precision)"] and program.number(result) == "t1"


@lru_cache(maxsize=256)
def gives_each_other(rule: Callable[..., Any]) -> bool:
    """Whether a rule for the derivatives of two operands gives each operand for the other, as that of a product does.

    >>> gives_each_other(lambda m, w, x, result: (x, w)), gives_each_other(lambda m, w, x, result: (w, x))
    (True, False)
    """
    program = RuleText()
    w, x, result = (program.name(name) for name in ("w", "x", "result"))
    given = rule(program, w, x, result)
    return isinstance(given, Sequence) and len(given) == 2 and given[0] is x and given[1] is w
