"""The number system of tensors: a rule of the table, read on it, becomes nodes of an ONNX graph."""

from __future__ import annotations

from typing import Any

import numpy

from autograd.table.elementary_functions import ELEMENTARY_FUNCTIONS
from autograd.table.floats import QUIET, QuietFloat
from autograd.table.number_system import NumberSystem
from autograd.table.operators import OPERATORS, Operators
from autograd.table.primitives import TABLE
from autograd.vectorizing.onnx.functions import COMPOSED, NOT_IN_DOUBLE
from autograd.vectorizing.onnx.nodes import Nodes, Tensor

_OPERATORS = {
    "negative": "Neg", "abs": "Abs", "add": "Add", "subtract": "Sub", "multiply": "Mul", "divide": "Div", "power": "Pow",
}  # fmt: skip
_COMPARISONS = {
    "less": "Less", "less_equal": "LessOrEqual", "greater": "Greater", "greater_equal": "GreaterOrEqual", "equal": "Equal",
}  # fmt: skip


class Number(Operators[Any]):
    """A tensor as a number of rules."""

    __slots__ = ("system", "tensor")

    def __init__(self, system: TensorNumbers, tensor: Tensor) -> None:
        self.system = system
        self.tensor = tensor

    def operate(self, operation: str, *operands: Any) -> Any:
        """The number that an operator gives."""
        return self.system.operated(operation, *operands)


class Known(Operators[Any], float):  # type: ignore[misc]
    """A plain number among tensors; arithmetic on such never raises."""

    __slots__ = ()

    # Rules may branch on it, since it is known.
    __bool__ = float.__bool__

    def operate(self, operation: str, *operands: Any) -> Any:
        """The number that an operator gives; of a tensor if that is among the operands."""
        for operand in operands:
            if isinstance(operand, Number):
                return operand.operate(operation, *operands)
        result = QuietFloat(operands[0]).operate(operation, *operands)
        return result if isinstance(result, bool) else Known(result)


class TensorNumbers(NumberSystem):
    """Tensors as numbers; plain numbers among them are calculated as floats that never raise."""

    def __init__(self, nodes: Nodes) -> None:
        self.nodes = nodes

    def function(self, name: str, operands: list[Tensor | float]) -> Tensor:
        """An elementwise function of the vocabulary: an operator, a function of the registry, or one that the table states.

        Raises:
            NotImplementedError: it can't be written with operators of ONNX.
        """
        numbers = [Number(self, one) if isinstance(one, Tensor) else Known(one) for one in operands]
        compute = OPERATORS[name] if name in OPERATORS else getattr(self, name)
        return self.tensor(compute(*numbers))

    def tensor_of(self, number: Tensor | float) -> Tensor:
        """A tensor as it is; a plain number as a tensor."""
        return number if isinstance(number, Tensor) else self.nodes.store(number, "constant")

    def tensor(self, number: Any) -> Tensor:
        """A number as a tensor."""
        if isinstance(number, Number):
            return number.tensor
        return self.nodes.store(float(number), "constant")

    # ------------------------------------------------------------------------------------------------ arithmetic

    def operated(self, operation: str, *operands: Any) -> Any:
        """What one of Python's operators gives."""
        if operation in _COMPARISONS:
            return self._made(_COMPARISONS[operation], operands, "bool")
        if operation in _OPERATORS:
            return self._made(_OPERATORS[operation], operands)
        remainder, quotient = _remainder_and_quotient(self, *operands)
        return remainder if operation == "modulo" else quotient

    def _made(self, operator: str, operands: Any, kind: Any = "float", **attributes: Any) -> Number:
        tensors = [self.nodes.cast(self.tensor(one), "float") for one in operands]
        shape = numpy.broadcast_shapes(*[one.shape for one in tensors])
        batched = any(one.batched for one in tensors)
        return Number(self, self.nodes.make(operator, tensors, shape, batched, kind, **attributes))

    def remainder_towards_zero(self, a: Any, b: Any) -> Number:
        """What is left of a, with its sign, when b is taken away as often as it goes."""
        return self._made("Mod", (a, b), fmod=1)

    def rounded(self, x: Any) -> Number:
        """The nearest whole number."""
        return self._made("Round", (x,))

    # ------------------------------------------------------------------------------------------------- functions

    def elementary(self, name: str, *operands: Any) -> Any:
        """A function of the registry."""
        if not any(isinstance(operand, Number) for operand in operands):
            return Known(getattr(QUIET, name)(*operands))
        row = ELEMENTARY_FUNCTIONS[name]
        if row.onnx is not None and not (self.nodes.dtype == float and name in NOT_IN_DOUBLE):
            return self._made(row.onnx, operands)
        if name not in COMPOSED:
            raise NotImplementedError(f"ONNX has no operator for {name}, and none of which it could be composed is known")
        return COMPOSED[name](self, *operands)

    def in_single_precision(self, name: str, x: Number) -> Number:
        """A function of the registry to seven digits, where there is none for more."""
        nodes = self.nodes
        single = nodes.make("Cast", [x.tensor], x.tensor.shape, x.tensor.batched, to="single")
        result = nodes.make(str(ELEMENTARY_FUNCTIONS[name].onnx), [single], single.shape, single.batched)
        return Number(self, nodes.make("Cast", [result], result.shape, result.batched, to="float"))

    def where(self, condition: Any, if_true: Any, if_false: Any) -> Any:
        """One of two numbers for each element."""
        if not isinstance(condition, Number):
            return if_true if condition else if_false
        holds = self.as_mask(condition.tensor)
        chosen = [self.nodes.cast(self.tensor(one), "float") for one in (if_true, if_false)]
        shape = numpy.broadcast_shapes(holds.shape, *[one.shape for one in chosen])
        batched = any(one.batched for one in (holds, *chosen))
        return Number(self, self.nodes.make("Where", [holds, *chosen], shape, batched))

    def as_mask(self, tensor: Tensor) -> Tensor:
        """Where a tensor is not 0, which nan isn't."""
        return self.nodes.cast(tensor, "bool")

    def equal(self, left: Any, right: Any) -> Any:
        """Where two numbers are equal."""
        if not isinstance(left, Number) and not isinstance(right, Number):
            return Known(left == right)
        return self._made("Equal", (left, right), "bool")

    def sigmoid(self, x: Any) -> Any:
        """The logistic function, which is one operator; in double precision it has the digits that the table gives it.

        onnxruntime's operator gives 0 far out, and in single precision it is off by up to 1e-7.
        """
        if isinstance(x, Number) and self.nodes.dtype == numpy.float32:
            return self._made("Sigmoid", (x,))
        return TABLE["sigmoid"].forward(self, x)

    def relu(self, x: Any) -> Any:
        """The rectified linear unit, which is one operator."""
        return self._made("Relu", (x,)) if isinstance(x, Number) else TABLE["relu"].forward(self, x)


def _remainder_and_quotient(m: TensorNumbers, a: Any, b: Any) -> tuple[Any, Any]:
    """The remainder with the sign of the divisor, and the quotient rounded down, as floats have them.

    What is left without the remainder is divisible, but for a rounding: 1 // 0.1 is 9.
    """
    rest = m.remainder_towards_zero(a, b)
    has_other_sign = m.where(rest < 0.0, 1.0, 0.0) - m.where(b < 0.0, 1.0, 0.0)
    remainder = m.where(m.where(m.equal(rest, 0.0), 0.0, has_other_sign), rest + b, rest)
    return remainder, m.rounded((a - remainder) / b)
