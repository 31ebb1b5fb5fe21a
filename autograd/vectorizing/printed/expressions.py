"""Array operations as Python expressions, with no more brackets than a person would write."""

from __future__ import annotations

from typing import Any, assert_never

import numpy

from autograd.number_systems import arrays
from autograd.table.primitives import TABLE
from autograd.vectorizing.arrays import operations as op
from autograd.vectorizing.arrays.array import Array
from autograd.vectorizing.arrays.steps import alignment, lengths_of, steps_of, text_of_steps
from autograd.vectorizing.arrays.views import Shape, View
from autograd.vectorizing.printed.naming import Names

INFIX = {
    "add": ("+", 3), "subtract": ("-", 3), "multiply": ("*", 4), "divide": ("/", 4), "power": ("**", 6),
    "modulo": ("%", 4), "floor_divide": ("//", 4),
    "less": ("<", 2), "less_equal": ("<=", 2), "greater": (">", 2), "greater_equal": (">=", 2), "equal": ("==", 2),
}  # fmt: skip
_FROM_NUMPY = (
    "add", "arange", "array", "broadcast_to", "concatenate", "cumprod", "cumsum", "einsum", "inf", "maximum", "minimum", "nan",
    "where", "zeros",
)  # fmt: skip
_RUNNING = {"sum": "cumsum", "product": "cumprod"}
FROM_RUNTIME = ("add_choice", "add_gathered", "add_rows", "add_scattered", "as_index", "choose", "cumprod_gradient")
_OWN = ("theta", "gradient", "loss", "losses", "m", "examples", "value_and_grad")
_BUILT_IN = ("abs", "len", "slice")
# All that a printed program calls something by: an argument or a label of the user's must not hide it.
RESERVED = frozenset((*_OWN, *_BUILT_IN, *_FROM_NUMPY, *FROM_RUNTIME, *arrays.FUNCTIONS_OUT, *TABLE))
# How tightly a name or a call binds.
ATOM = 9


class Expressions:
    """Writes expressions, and notes what they need.

    Attributes:
        names: arrays that have a name, which is written instead of what computes them.
        free: gives out further names.
        used: functions of this library; `from_numpy`: those of NumPy.
        constants: lines that define captured arrays.
        uses_examples: whether anything is indexed by the numbers of the examples.
    """

    def __init__(self) -> None:
        self.names: dict[Array, str] = {}
        self.free = Names(RESERVED)
        self.used: set[str] = set()
        self.from_numpy: set[str] = set()
        self.constants: list[str] = []
        self.uses_examples = False
        self._constant_names: dict[str, str] = {}
        self._inlined: dict[Array, tuple[str, int]] = {}

    def name_anew(self) -> None:
        """Forget the expressions written so far: what stands in them may have a name by now."""
        self._inlined.clear()

    def numpy(self, name: str) -> str:
        """The name of a function of NumPy's, which will be imported."""
        assert name in _FROM_NUMPY, f"{name} must be reserved"
        self.from_numpy.add(name)
        return name

    def own(self, name: str) -> str:
        """The name of a function of this library's, which will be imported."""
        self.used.add(name)
        return name

    def constant(self, numbers: Any, *, integer: bool = False) -> str:
        """The name of a captured array."""
        text = repr(numbers.tolist())
        name = self._constant_names.get(text)
        if name is None:
            name = self._constant_names[text] = self.free.give("index" if integer else "constant")
        line = f"{name} = {self.numpy('array')}({text})"
        if line not in self.constants:
            self.constants.append(line)
        self.from_numpy |= {word for word in ("inf", "nan") if word in self.constants[-1]}
        return name

    def index(self, view: View) -> str:
        """The name of the flat indices of gathered elements."""
        return self.constant(view.indices(), integer=True)

    def text(self, operand: Array | float) -> str:
        """An expression."""
        return self.bound(operand)[0]

    def operand(self, operand: Array | float, level: int = ATOM) -> str:
        """An expression, in brackets unless it binds as tightly as a level."""
        text, own = self.bound(operand)
        return text if own >= level else f"({text})"

    def bound(self, operand: Array | float) -> tuple[str, int]:
        """An expression and how tightly it binds."""
        if not isinstance(operand, Array):
            text = repr(float(operand))
            if "inf" in text or "nan" in text:
                self.numpy(text.lstrip("-"))
            return (text, 5) if text.startswith("-") else (text, ATOM)
        if operand in self.names:
            return self.names[operand], ATOM
        known = self._inlined.get(operand)
        if known is None:
            known = self._inlined[operand] = self.computed(operand)
        return known

    def aligned(self, operand: Array, shape: Shape) -> str:
        """An operand with the axes it needs to be repeated over a shape."""
        return text_of_steps(self.operand(operand), alignment(operand, shape))

    def computed(self, array: Array) -> tuple[str, int]:
        """The expression that computes an array, even if the array has a name, and how tightly it binds."""
        operation, operands = array.operation, array.operands
        match operation:
            case op.Elementwise():
                return self._elementwise(array)
            case op.Show(view):
                return text_of_steps(self.operand(operands[0]), steps_of(view, array.batched, brief=True)), ATOM
            case op.Gather(view):
                return self._gathered(array, view), ATOM
            case op.Plain.COPY:
                return self.bound(operands[0])
            case op.Contract():
                return self._product(array, operation)
            case op.Sum():
                return self._sum(array, operation), ATOM
            case op.Plain.MASK_AS_FLOAT | op.Plain.INDEX_AS_FLOAT:
                return f"{self.operand(operands[0], 4)} * 1.0", 4
            case op.Plain.FLOAT_AS_MASK:
                return f"{self.operand(operands[0], 3)} != 0.0", 2
            case op.FloatAsIndex(length):
                return f"{self.own('as_index')}({self.text(operands[0])}, {length})", ATOM
            case op.Plain.WHERE | op.Extreme():
                name = "where" if operation is op.Plain.WHERE else operation.name
                return self._call(self.numpy(name), array), ATOM
            case op.Plain.BROADCAST:
                source = self.aligned(array.arrays[0], array.shape) if array.arrays else self.text(operands[0])
                return f"{self.numpy('broadcast_to')}({source}, {shape_text(array)})", ATOM
            case op.Plain.CONCATENATE:
                return f"{self.numpy('concatenate')}([{', '.join(map(self.text, operands))}], axis=-1)", ATOM
            case op.OfRows(name):
                return self._call(self.own(name), array), ATOM
            case op.Running(name):
                return f"{self.numpy(_RUNNING[name])}({self.text(operands[0])}, axis=-1)", ATOM
            case op.RunningGradient("product"):
                return self._call(self.own("cumprod_gradient"), array), ATOM
            case op.RunningGradient():
                from_end = "[..., ::-1]" if array.batched or len(array.shape) > 1 else "[::-1]"
                return f"{self.numpy('cumsum')}({self.operand(operands[0])}{from_end}, axis=-1){from_end}", ATOM
            case op.Plain.LOOK_UP:
                return f"{self.operand(operands[0])}[{self.text(operands[1])}]", ATOM
            case op.Plain.CHOOSE:
                return self._chosen(*array.arrays), ATOM
            case op.GivenNumbers.WEIGHT:
                return "1.0 / m", 4
            case op.GivenNumbers.NUMBER_OF_EXAMPLES:
                return "m", ATOM
            case op.Captured(data, shape):
                return self.constant(numpy.frombuffer(data).reshape(shape)), ATOM
            case op.GivenNumbers.THETA | op.ParameterBlock() | op.Input() | op.Accumulate():
                raise AssertionError(f"{array} has a name")
            case _:
                assert_never(operation)

    def _call(self, function: str, array: Array) -> str:
        return f"{function}({', '.join(map(self.text, array.operands))})"

    def _elementwise(self, array: Array) -> tuple[str, int]:
        name, first = array.function, array.operands[0]
        if name in INFIX:
            return self._infix(array)
        if name == "negative":
            if isinstance(first, Array) and first.operation is op.GivenNumbers.WEIGHT:
                return "-1.0 / m", 4
            return f"-{self.operand(first, 5)}", 5
        if name == "abs":
            return f"abs({self.text(first)})", ATOM
        return self._call(self.own(name), array), ATOM

    def _infix(self, array: Array) -> tuple[str, int]:
        sign, level = INFIX[array.function]
        left, right = array.operands
        if array.function == "multiply":
            for weight, other in ((left, right), (right, left)):
                if not isinstance(weight, Array):
                    continue
                if weight.operation is op.GivenNumbers.WEIGHT:
                    return f"{self.operand(other, level)} / m", level
                if weight.function == "negative" and weight.arrays[0].operation is op.GivenNumbers.WEIGHT:
                    if isinstance(other, Array) and other.kind == "bool":
                        return f"{self.operand(other, level)} * (-1.0 / m)", level
                    return f"-{self.operand(other, 5)} / m", level
        texts = self.operand(left, level + (sign == "**")), self.operand(right, level + 1 if sign != "**" else level)
        if sign in ("%", "//") and texts[0].startswith("-"):
            # A statement that subtracts instead of adding drops a leading sign, and this one belongs to the operand.
            return f"({texts[0]}) {sign} {texts[1]}", level
        return f"{texts[0]} {sign} {texts[1]}", level

    def _gathered(self, array: Array, view: View) -> str:
        (base,) = array.arrays
        name, index = self.operand(base), self.index(view)
        if base.batched:
            flat = name if len(base.shape) == 1 else f"{name}.reshape(m, -1)"
            return f"{flat}[:, {index}]"
        return f"{name if len(base.shape) == 1 else f'{name}.ravel()'}[{index}]"

    def _chosen(self, rows: Array, index: Array) -> str:
        if rows.batched and index.batched and not index.shape:
            self.uses_examples = True
            return f"{self.operand(rows)}[examples, {self.text(index)}]"
        return f"{self.own('choose')}({self.text(rows)}, {self.text(index)})"

    def _product(self, array: Array, product: op.Contract) -> tuple[str, int]:
        a, b = array.arrays
        axes_a, axes_b, axes = product.left, product.right, product.result
        summed = product.summed
        if not product.stacked and len(summed) == 1:
            if len(axes_a) <= 2 and len(axes_b) <= 2:
                free_a, free_b = axes_a.replace(summed, ""), axes_b.replace(summed, "")
                if free_b + free_a == axes and free_b:
                    a, b, axes_a, axes_b = b, a, axes_b, axes_a
                left = self._turned(a) if len(axes_a) == 2 and axes_a[0] == summed else self.operand(a, 4)
                right = self._turned(b) if len(axes_b) == 2 and axes_b[1] == summed else self.operand(b, 5)
                return f"{left} @ {right}", 4
            if axes_b in (f"l{summed}", f"{summed}l") and axes_a[-1] == summed and axes[-1] == "l":
                right = self._turned(b) if axes_b[1] == summed else self.operand(b, 5)
                return f"{self.operand(a, 4)} @ {right}", 4
        if not product.stacked and not summed and axes_a + axes_b == axes and len(axes_a) == 1:
            return f"{self.operand(a)}[:, None] * {self.operand(b, 5)}", 4
        return f'{self.numpy("einsum")}("{axes_a},{axes_b}->{axes}", {self.text(a)}, {self.text(b)})', ATOM

    def _turned(self, array: Array) -> str:
        text = self.operand(array)
        if isinstance(array.operation, op.Show) and array.operation.view.order == (1, 0) and text.endswith(".T"):
            return text[:-2]
        return f"{text}.T"

    def _sum(self, array: Array, summed: op.Sum) -> str:
        (source,) = array.arrays
        axes = summed.counted_axes(source.batched)
        everything = len(axes) == len(source.shape) + source.batched
        inside = "" if everything else f"axis={axes[0]}" if len(axes) == 1 else f"axis={axes}"
        return f"{self.operand(source)}.sum({inside})"


def shape_text(array: Array) -> str:
    """The shape of an array as Python writes it, the axis of examples included."""
    lengths = [str(length) for length in lengths_of(array.shape, array.batched)]
    return f"({', '.join(lengths)}{',' if len(lengths) == 1 else ''})"
