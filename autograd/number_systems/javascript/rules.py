"""The number system of JavaScript: what a primitive computes, and its local derivatives, as functions of a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.number_systems.javascript.machine_formulas import refusal
from autograd.number_systems.javascript.statements import Statements, literal
from autograd.table.number_system import NumberSystem
from autograd.table.operators import Operators
from autograd.table.primitives import BUILT_IN
from autograd.table.rules import Primitive, Selection

_SIGNS = {
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/", "less": "<", "less_equal": "<=", "greater": ">",
    "greater_equal": ">=", "equal": "==",
}  # fmt: skip
_COMPARISONS = ("less", "less_equal", "greater", "greater_equal", "equal")
_CALLED = {"abs": "abs", "modulo": "modulo", "floor_divide": "floor_divide"}
_ZERO = "float division by zero"
# These are rounded as Python rounds them.
_EXACT = {"abs", "argmax", "argmin", "at", "floor", "floor_divide", "modulo", "sqrt", "tied"}
# What is said where a function isn't defined, if it isn't "math domain error".
_MESSAGES = {
    **dict.fromkeys(("exp", "exp2", "expm1", "sinh", "cosh"), "math range error"),
    "power": "the result is complex, infinite or too large",
}


class NotInJavaScriptError(TypeError):
    """A rule can't be written in JavaScript, because it is plain Python."""


class Expression(Operators["Expression"]):
    """A name in a function that is being written; arithmetic on it writes one more statement."""

    __slots__ = ("rules", "text")

    def __init__(self, rules: JavaScript, text: str) -> None:
        self.rules = rules
        self.text = text

    def operate(self, operation: str, *operands: Any) -> Expression:
        """The name that the statement assigns to."""
        return self.rules.operate(operation, *operands)


class JavaScript(NumberSystem):
    """A function being written: each operation on its expressions is one more statement.

    >>> m = JavaScript()
    >>> m.body([m.exp(-abs(m.name("x"))) + 1.0])
    'exp(-abs(x))+1'

    Attributes:
        needs: the functions that are called.
        refusals: where plain floats would raise, each a condition and what they say.
        ties: where rules may change from one piece to another: conditions that hold on the border.
    """

    def __init__(self) -> None:
        self._statements = Statements()
        self._booleans: set[str] = set()
        self.needs: set[str] = set()
        self.refusals: list[tuple[str, str]] = []
        self.ties: list[str] = []

    def name(self, text: str) -> Expression:
        """An expression that stands for a parameter."""
        return Expression(self, text)

    def write(self, right_hand_side: str) -> Expression:
        """Append a statement and return the name it assigns to."""
        return Expression(self, self._statements.write(right_hand_side))

    def text(self, operand: Any) -> str:
        """An operand of an expression: a name, or a number."""
        return operand.text if isinstance(operand, Expression) else literal(operand)

    def body(self, results: Sequence[Any], *, as_list: bool = False) -> str:
        """The body of an arrow function with some results."""
        return self._statements.body(list(map(self.text, results)), as_list=as_list)

    def operate(self, operation: str, *operands: Any) -> Expression:
        """Append the statement of an operator."""
        texts = list(map(self.text, operands))
        if operation == "negative":
            return self.write(f"-{texts[0]}")
        if operation == "power":
            return self.elementary("power", *operands)
        if operation == "abs":
            self.ties.append(f"{texts[0]}==0")
        if operation in _CALLED:
            self.needs.add(_CALLED[operation])
            result = self.write(f"{_CALLED[operation]}({','.join(texts)})")
            if operation != "abs":
                self.needs.add("modulo")
                self.refusals.append((f"{texts[1]}==0", _ZERO))
                self.ties.append(f"modulo({','.join(texts)})==0")
            return result
        result = self.write(texts[0] + _SIGNS[operation] + texts[1])
        if operation == "divide":
            self.refusals.append((f"{texts[1]}==0", _ZERO))
        elif operation in _COMPARISONS:
            self._booleans.add(result.text)
            self.ties.append(f"{texts[0]}=={texts[1]}")
        return result

    def elementary(self, name: str, *operands: Any) -> Expression:
        """Append the call of a function."""
        texts = list(map(self.text, operands))
        self.needs.add(name)
        result = self.write(f"{name}({','.join(texts)})")
        refused = refusal(name, texts, result.text, self._statements.write)
        if refused is not None:
            condition, needs = refused
            self.needs |= needs
            self.refusals.append((condition, _MESSAGES.get(name, "math domain error")))
        if len(operands) == 2:
            self.ties.append(f"{texts[0]}==0")
        return result

    def where(self, condition: Any, if_true: Any, if_false: Any) -> Any:
        """One of two numbers, both already computed."""
        if not isinstance(condition, Expression):
            return if_true if condition else if_false
        text = condition.text if condition.text in self._booleans else f"{condition.text}!=0"
        if condition.text not in self._booleans:
            self.ties.append(f"{condition.text}==0")
        return self.write(f"{self._in_parentheses(text)}?{self.text(if_true)}:{self.text(if_false)}")

    @staticmethod
    def _in_parentheses(text: str) -> str:
        return text if text.isalnum() else f"({text})"

    def equal(self, left: Any, right: Any) -> Any:
        """1 where two numbers are equal, else 0."""
        if not isinstance(left, Expression) and not isinstance(right, Expression):
            return super().equal(left, right)
        return self.operate("equal", left, right)

    def _of_all(self, name: str, values: Sequence[Any]) -> Expression:
        self.needs.add(name)
        return self.write(f"{name}([{','.join(map(self.text, values))}])")

    def argmax(self, values: Sequence[Any]) -> Expression:
        """The position of the first largest number."""
        self._note_ties(values)
        return self._of_all("argmax", values)

    def argmin(self, values: Sequence[Any]) -> Expression:
        """The position of the first smallest number."""
        self._note_ties(values)
        return self._of_all("argmin", values)

    def _note_ties(self, values: Sequence[Any]) -> None:
        self.needs.add("tied")
        self.ties.append(f"tied([{','.join(map(self.text, values))}])")

    def total(self, terms: Sequence[Any]) -> Any:
        """The sum of a sequence, added from left to right."""
        result, *others = terms or [-0.0]
        for term in others:
            result = result + term
        return result

    def logsumexp(self, values: Sequence[Any]) -> Expression:
        """ln Σ exp xᵢ."""
        return self._of_all("logsumexp", values)

    def softmax(self, values: Sequence[Any]) -> list[Expression]:
        """exp xᵢ ÷ Σ exp xⱼ for each i."""
        shares = self._of_all("softmax", values)
        return [self.name(f"{shares.text}[{place}]") for place in range(len(values))]


class WrittenPrimitive:
    """A primitive as JavaScript, for operands in given groups.

    Attributes:
        forward: an arrow function from the list of operands to the result. It calls ``fail`` where plain floats raise.
        derivatives: an arrow function from the list of operands and the result to the list of local derivatives.
        ties: an arrow function from the list of operands: whether they are where two pieces of the rule meet.
        needs: the functions that these call.
        is_exact: whether it computes the bits that Python does: it calls no function whose last bit may differ.
    """

    def __init__(self, primitive: Primitive, shape: Sequence[int | None]) -> None:
        """Write a primitive.

        Args:
            primitive: the primitive.
            shape: the number of operands in each operand slot; None for a slot that holds one operand.

        Raises:
            NotInJavaScriptError: a rule is plain Python.
        """
        if primitive.plain:
            raise NotInJavaScriptError(f"{primitive.name} is plain Python")
        n = sum(1 if count is None else count for count in shape)
        names = [f"x{place}" for place in range(n)]
        operands = f"[{','.join(names)}]"
        self.needs: set[str] = set()
        try:
            m = JavaScript()
            result = self._result(m, primitive, _grouped(m, names, shape))
            never_raises = primitive.is_quiet or (primitive.name in BUILT_IN and not primitive.outside)
            text = m.body([self._checked(m, [] if never_raises else m.refusals, result)])
            self.forward = f"({operands})=>{text}"
            self.needs |= m.needs
            self.ties = f"({operands})=>{m.body([m.name('||'.join(dict.fromkeys(m.ties)) or '0')])}"
            m = JavaScript()
            derivatives = primitive.local_derivatives(m, _grouped(m, names, shape), m.name("y"))
            self.derivatives = f"({operands},y)=>{m.body([_as_number(m, d) for d in derivatives], as_list=True)}"
            self.needs |= m.needs
            self.is_exact = self.needs <= _EXACT
        except (TypeError, ValueError, AttributeError, ArithmeticError) as error:
            raise NotInJavaScriptError(f"{primitive.name} is plain Python") from error

    @staticmethod
    def _checked(m: JavaScript, refusals: Sequence[tuple[str, str]], result: Any) -> Expression:
        text = m.text(_as_number(m, result))
        for condition, message in reversed(refusals):
            text = f"({condition})?fail({message!r}):{text}"
        return m.name(text)

    @staticmethod
    def _result(m: JavaScript, primitive: Primitive, groups: Sequence[Any]) -> Any:
        if not isinstance(primitive, Selection):
            return primitive.forward(m, *groups)
        place = primitive.position(m, *groups)
        m.needs.add("at")
        return m.write(f"at([{','.join(map(m.text, groups[0]))}],{m.text(place)})")


def _grouped(m: JavaScript, names: Sequence[str], shape: Sequence[int | None]) -> list[Any]:
    groups: list[Any] = []
    place = 0
    for count in shape:
        if count is None:
            groups.append(m.name(names[place]))
            place += 1
        else:
            groups.append(tuple(map(m.name, names[place : place + count])))
            place += count
    return groups


def _as_number(m: JavaScript, result: Any) -> Any:
    """The answer of a comparison as 1 or 0."""
    if isinstance(result, Expression) and result.text in m._booleans:
        return m.write(f"+({result.text})")
    return result
