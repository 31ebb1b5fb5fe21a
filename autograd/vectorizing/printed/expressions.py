"""Array operations as Python expressions, with no more brackets than a person would write."""

from __future__ import annotations

from typing import Any

import numpy

from autograd.number_systems import arrays
from autograd.table.primitives import TABLE
from autograd.vectorizing.arrays.array_graph import Array
from autograd.vectorizing.arrays.texts import aligned, view_text
from autograd.vectorizing.printed.naming import Names
from autograd.vectorizing.run import runtime

_INFIX = {
    "add": ("+", 3), "subtract": ("-", 3), "multiply": ("*", 4), "divide": ("/", 4), "power": ("**", 6),
    "modulo": ("%", 4), "floor_divide": ("//", 4),
    "less": ("<", 2), "less_equal": ("<=", 2), "greater": (">", 2), "greater_equal": (">=", 2), "equal": ("==", 2),
}  # fmt: skip
_CALLS = {"maximum of two": "maximum", "minimum of two": "minimum"}
_FROM_NUMPY = (
    "add", "arange", "array", "broadcast_to", "concatenate", "cumprod", "cumsum", "einsum", "inf", "maximum", "minimum", "nan",
    "where", "zeros",
)  # fmt: skip
_OWN = ("theta", "gradient", "loss", "losses", "m", "examples", "value_and_grad")
_BUILT_IN = ("abs", "len", "slice")
# All that a printed program calls something by: an argument or a label of the user's must not hide it.
RESERVED = frozenset((*_OWN, *_BUILT_IN, *_FROM_NUMPY, *runtime.FUNCTIONS, *arrays.FUNCTIONS_OUT, *TABLE))
# How tightly a name or a call binds.
ATOM = 9


class Expressions:
    """Writes expressions, and takes note of what they need.

    Attributes:
        names: arrays that have a name, which is written instead of what computes them.
        used: functions of this library; `from_numpy`: those of NumPy.
        constants: lines that define captured arrays.
    """

    def __init__(self) -> None:
        self.names: dict[Array, str] = {}
        self.used: set[str] = set()
        self.from_numpy: set[str] = set()
        self.constants: list[str] = []
        self._free = Names(RESERVED)
        self._constant_names: dict[str, str] = {}
        self._inlined: dict[Array, tuple[str, int]] = {}
        self._uses_examples = False

    def _numpy(self, name: str) -> str:
        assert name in _FROM_NUMPY, f"{name} must be reserved"
        self.from_numpy.add(name)
        return name

    def _constant(self, numbers: Any, *, integer: bool = False) -> str:
        text = repr(numbers.tolist())
        name = self._constant_names.get(text)
        if name is None:
            name = self._constant_names[text] = self._free.give("index" if integer else "constant")
        self._numpy("array")
        line = f"{name} = array({text})"
        if line not in self.constants:
            self.constants.append(line)
        self.from_numpy |= {word for word in ("inf", "nan") if word in self.constants[-1]}
        return name

    def _operand(self, operand: Array | float, level: int) -> str:
        text, own = self._text(operand)
        return text if own >= level else f"({text})"

    def _text(self, operand: Array | float) -> tuple[str, int]:
        """An expression and how tightly it binds."""
        if not isinstance(operand, Array):
            text = repr(float(operand))
            if "inf" in text or "nan" in text:
                self._numpy(text.lstrip("-"))
            return (text, 5) if text.startswith("-") else (text, ATOM)
        if operand in self.names:
            return self.names[operand], ATOM
        known = self._inlined.get(operand)
        if known is None:
            known = self._inlined[operand] = self._expression(operand)
        return known

    def _expression(self, array: Array) -> tuple[str, int]:
        operation, operands = array.operation, array.operands
        if operation == "weight":
            return "1.0 / m", 4
        if operation == "number of examples":
            return "m", ATOM
        if operation == "constant":
            data, shape = array.attribute
            return self._constant(numpy.frombuffer(data).reshape(shape)), ATOM
        if operation in _INFIX:
            return self._infix(array)
        if operation == "negative":
            first = operands[0]
            if isinstance(first, Array) and first.operation == "weight":
                return "-1.0 / m", 4
            return f"-{self._operand(first, 5)}", 5
        if operation == "view":
            return self._view(array)
        if operation == "copy":
            return self._text(operands[0])
        if operation == "contract":
            return self._product(array)
        if operation == "sum":
            return self._sum(array)
        if operation in ("as float", "as number"):
            return f"{self._operand(operands[0], 4)} * 1.0", 4
        if operation == "differs from 0":
            return f"{self._operand(operands[0], 3)} != 0.0", 2
        if operation == "broadcast":
            self._numpy("broadcast_to")
            lengths = (["m"] if array.batched else []) + [str(length) for length in array.shape]
            text = self._text(operands[0])[0]
            if isinstance(operands[0], Array):
                text = aligned(self._operand(operands[0], ATOM), operands[0], array.shape)
            return f"broadcast_to({text}, ({', '.join(lengths)}{',' if len(lengths) == 1 else ''}))", ATOM
        if operation == "look up":
            return f"{self._operand(operands[0], ATOM)}[{self._text(operands[1])[0]}]", ATOM
        if operation == "choose":
            rows, index = operands
            assert isinstance(rows, Array) and isinstance(index, Array)
            if rows.batched and index.batched and not index.shape:
                self._uses_examples = True
                return f"{self._operand(rows, ATOM)}[examples, {self._text(index)[0]}]", ATOM
            self.used.add("choose")
            return f"choose({self._text(rows)[0]}, {self._text(index)[0]})", ATOM
        if operation == "concatenate":
            self._numpy("concatenate")
            return f"concatenate([{', '.join(self._text(o)[0] for o in operands)}], axis=-1)", ATOM
        if operation == "as index":
            self.used.add("as_index")
            return f"as_index({self._text(operands[0])[0]}, {array.attribute})", ATOM
        if operation == "gradient of running sum":
            first = operands[0]
            assert isinstance(first, Array)
            from_end = "[..., ::-1]" if array.batched or len(array.shape) > 1 else "[::-1]"
            return f"{self._numpy('cumsum')}({self._operand(first, ATOM)}{from_end}, axis=-1){from_end}", ATOM
        texts = [self._text(o)[0] for o in operands]
        if operation in ("running sum", "running product"):
            return f"{self._numpy('cumsum' if operation == 'running sum' else 'cumprod')}({texts[0]}, axis=-1)", ATOM
        if operation == "gradient of running product":
            operation = "cumprod_gradient"
        if operation in _CALLS or operation == "where":
            return f"{self._numpy(_CALLS.get(operation, operation))}({', '.join(texts)})", ATOM
        if operation == "abs":
            return f"abs({texts[0]})", ATOM
        self.used.add(operation)
        return f"{operation}({', '.join(texts)})", ATOM

    def _infix(self, array: Array) -> tuple[str, int]:
        sign, level = _INFIX[array.operation]
        left, right = array.operands
        if array.operation == "multiply":
            for weight, other in ((left, right), (right, left)):
                if isinstance(weight, Array) and weight.operation == "weight":
                    return f"{self._operand(other, level)} / m", level
                if isinstance(weight, Array) and weight.operation == "negative" and weight.operands[0].operation == "weight":  # type: ignore[union-attr]
                    if isinstance(other, Array) and other.kind == "bool":
                        return f"{self._operand(other, level)} * (-1.0 / m)", level
                    return f"-{self._operand(other, 5)} / m", level
        texts = self._operand(left, level + (sign == "**")), self._operand(right, level + 1 if sign != "**" else level)
        if sign in ("%", "//") and texts[0].startswith("-"):
            # A statement that subtracts instead of adding drops a leading sign, and this one belongs to the operand.
            return f"({texts[0]}) {sign} {texts[1]}", level
        return f"{texts[0]} {sign} {texts[1]}", level

    def _view(self, array: Array) -> tuple[str, int]:
        base = array.operands[0]
        assert isinstance(base, Array)
        view = array.attribute
        name = self._operand(base, ATOM)
        if view.gathered is not None:
            index = self._constant(view.indices(), integer=True)
            if base.batched:
                flat = name if len(base.shape) == 1 else f"{name}.reshape(m, -1)"
                return f"{flat}[:, {index}]", ATOM
            return f"{name if len(base.shape) == 1 else f'{name}.ravel()'}[{index}]", ATOM
        return view_text(name, view, base.batched, brief=True), ATOM

    def _product(self, array: Array) -> tuple[str, int]:
        a, b = array.operands
        axes_a, axes_b, axes = array.attribute
        assert isinstance(a, Array) and isinstance(b, Array)
        summed = [axis for axis in axes_a if axis in axes_b and axis not in axes]
        stack = [axis for axis in axes_a if axis in axes_b and axis in axes]
        if not stack and len(summed) == 1 and len(axes_a) <= 2 and len(axes_b) <= 2:
            free_a, free_b = axes_a.replace(summed[0], ""), axes_b.replace(summed[0], "")
            if free_b + free_a == axes and free_b:
                a, b, axes_a, axes_b, free_a, free_b = b, a, axes_b, axes_a, free_b, free_a
            left = self._turned(a) if len(axes_a) == 2 and axes_a[0] == summed[0] else self._operand(a, 4)
            right = self._turned(b) if len(axes_b) == 2 and axes_b[1] == summed[0] else self._operand(b, 5)
            return f"{left} @ {right}", 4
        if not stack and not summed and axes_a + axes_b == axes and len(axes_a) == 1:
            return f"{self._operand(a, ATOM)}[:, None] * {self._operand(b, 5)}", 4
        if (
            not stack
            and len(summed) == 1
            and axes_b in (f"l{summed[0]}", f"{summed[0]}l")
            and axes_a[-1] == summed[0]
            and axes[-1] == "l"
        ):
            right = self._turned(b) if axes_b[1] == summed[0] else self._operand(b, 5)
            return f"{self._operand(a, 4)} @ {right}", 4
        self._numpy("einsum")
        return f'einsum("{axes_a},{axes_b}->{axes}", {self._text(a)[0]}, {self._text(b)[0]})', ATOM

    def _turned(self, array: Array) -> str:
        text = self._operand(array, ATOM)
        if array.operation == "view" and array.attribute.order == (1, 0) and text.endswith(".T"):
            return text[:-2]
        return f"{text}.T"

    def _sum(self, array: Array) -> tuple[str, int]:
        source = array.operands[0]
        assert isinstance(source, Array)
        axes, over_examples = array.attribute
        first = 1 if source.batched else 0
        all_axes = ([0] if over_examples else []) + [axis + first for axis in axes]
        everything = len(all_axes) == len(source.shape) + first
        inside = "" if everything else f"axis={all_axes[0]}" if len(all_axes) == 1 else f"axis={tuple(all_axes)}"
        return f"{self._operand(source, ATOM)}.sum({inside})", ATOM
