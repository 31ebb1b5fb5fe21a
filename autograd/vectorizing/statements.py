"""What the parts of an emitter share: names, buffers, and the statements written so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

from autograd.vectorizing.array_graph import Array, is_scalar
from autograd.vectorizing.texts import view_text
from autograd.vectorizing.walking import base_of, needed

COMPARISONS = ("less", "less_equal", "greater", "greater_equal", "equal")


@dataclass
class Buffers:
    """The buffers of a program: which one holds which array, and when one is free again."""

    free: dict[Any, list[str]] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    count: int = 0

    def take(self, array: Array, kind: str) -> str:
        """A buffer for an array."""
        kept = self.free.get(_size_of(array, kind))
        if kept:
            return kept.pop()
        self.count += 1
        name = f"t{self.count}"
        size = prod(array.shape)
        self.lines.append(f"{name} = new({f'm * {size}' if array.batched else size}, {kind!r})")
        return name

    def give_back(self, array: Array, kind: str, name: str) -> None:
        """Nothing needs the array any more."""
        self.free.setdefault(_size_of(array, kind), []).append(name)


def _size_of(array: Array, kind: str = "") -> Any:
    return array.batched, prod(array.shape), kind or array.kind


class Statements:
    """Statements that write into buffers, in the order of the arrays they compute.

    Args:
        roots: the arrays wanted.
        homes: arrays that are to be computed in a given place, by name of a variable.

    Attributes:
        order: all arrays needed, operands first.
        setup: statements that run once for a batch size; `statements`: those that run for each batch.
        names: the variables of arrays.
        captured: objects that the statements refer to by name.
    """

    def __init__(self, roots: Sequence[Array], homes: dict[Array, str] | None = None) -> None:
        self.homes = dict(homes or {})
        self.order = needed(roots)
        self.names: dict[Array, str] = {}
        self.setup: list[str] = []
        self.statements: list[str] = []
        self.captured: dict[str, Any] = {}
        self._buffers = Buffers(lines=self.setup)
        self._buffer_of: dict[Array, str] = {}
        self._flat: dict[Any, str] = {}
        self._shaped: dict[Any, str] = {}
        self._n_names = 0
        self._roots = set(roots)
        self._floating = self._masks_that_multiply()

    def _masks_that_multiply(self) -> set[Array]:
        """Comparisons that only multiply: as floats, since a product of floats takes a third of the time of one with bools."""
        masks = {array for array in self.order if array.operation in COMPARISONS and array not in self._roots}
        for array in self.order:
            for operand in array.operands:
                if array.operation != "multiply" or operand is array.operands[0] is array.operands[1]:
                    masks -= {operand}
        return masks

    def _new_name(self, letter: str = "v") -> str:
        self._n_names += 1
        return f"{letter}{self._n_names}"

    def name(self, operand: Array | float) -> str:
        """The variable of an array, or a number."""
        if isinstance(operand, Array):
            return self.names[operand]
        text = repr(float(operand))
        return f"({text})" if text.startswith("-") else {"inf": "inf", "nan": "nan"}.get(text, text)

    def _number(self, operand: Array | float) -> str:
        """An operand of an elementwise operation: numbers as arrays without axes, which NumPy need not convert each time."""
        if isinstance(operand, Array) and not is_scalar(operand):
            return self.names[operand]
        text = self.name(operand)
        known = self._flat.get(("number", text))
        if known is None:
            known = self._flat["number", text] = self._new_name("c")
            self.setup.append(f"{known} = filled((), {text})")
        return known

    def capture(self, thing: Any, letter: str = "c") -> str:
        """A variable for an object that the program needs."""
        name = self._new_name(letter)
        self.captured[name] = thing
        return name

    def _give_name(self, array: Array) -> None:
        if array.operation == "block":
            self.names[array] = f"p{array.attribute}"
        elif array.operation == "input":
            self.names[array] = f"x{array.attribute}"
        elif array.operation == "constant":
            self.names[array] = self.capture(array.attribute, "k")
        else:
            self.names[array] = "float(m)" if array.operation == "number of examples" else array.operation

    def _is_live(self, array: Array) -> bool:
        """Whether an array is there only while the program runs: the batch, and views of it."""
        return bool(base_of(array).operation == "input")

    def _write_view(self, array: Array) -> None:
        base = array.operands[0]
        assert isinstance(base, Array)
        text = view_text(self.names[base], array.attribute, base.shape, base.batched)
        name = self._new_name()
        (self.statements if self._is_live(array) else self.setup).append(f"{name} = {text}")
        self.names[array] = name

    def reshaped(self, array: Array, shape: str) -> str:
        """A variable for an array in another shape; it shares the array's numbers, which lie side by side."""
        key = (array, shape)
        known = self._shaped.get(key)
        if known is None:
            known = self._shaped[key] = self._new_name()
            (self.statements if self._is_live(array) else self.setup).append(f"{known} = {self.names[array]}.reshape({shape})")
        return known

    def _kind_of(self, array: Array) -> str:
        return "float" if array in self._floating else array.kind

    def _out(self, array: Array, dead: list[Array], *, in_place: bool = False) -> str:
        """The place where an array is computed."""
        if in_place and array not in self.homes:
            bases = [base_of(operand) for operand in array.operands if isinstance(operand, Array)]
            for operand in array.operands:
                if (
                    isinstance(operand, Array)
                    and operand in dead
                    and operand in self._buffer_of
                    and bases.count(operand) == sum(1 for other in array.operands if other is operand)
                    and _size_of(operand, self._kind_of(operand)) == _size_of(array, self._kind_of(array))
                    and operand.shape == array.shape
                ):
                    self._buffer_of[array] = self._buffer_of.pop(operand)
                    self.names[array] = self.names[operand]
                    return self.names[array]
        if array in self.homes:
            self.names[array] = self.homes[array]
            return self.names[array]
        buffer = self._buffers.take(array, self._kind_of(array))
        self._buffer_of[array] = buffer
        lengths = ("m, " if array.batched else "") + "".join(f"{length}, " for length in array.shape)
        name = self._new_name("a")
        self.setup.append(f"{name} = {buffer}.reshape(({lengths}))")
        self.names[array] = name
        return name
