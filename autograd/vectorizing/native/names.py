"""What numbers and variables of a kernel are called in a function: registers, or what is read from where functions meet."""

from __future__ import annotations

from typing import Any

from autograd.vectorizing.native.code import Number, Variable
from autograd.vectorizing.native.scratch import Scratch
from autograd.vectorizing.native.shared_text import SharedText


class Names:
    """The texts of a function, and the names of numbers, of variables and of the bits of the status in them.

    A bit of the status goes by the bit, and whether each example has its own.

    Args:
        wide: the text of what each example has its own of.
        memory: where numbers and variables lie that several functions refer to.

    Attributes:
        narrow: the same text for what is the same for all examples.
        present: what those variables and bits of the status are at present that are in registers.
    """

    def __init__(self, wide: SharedText, memory: Scratch) -> None:
        self.wide = wide
        self.narrow = wide.beside(1)
        self.present: dict[Any, str] = {}
        self._slots = memory.slots

    def writer(self, wide: bool) -> SharedText:
        """What writes vectors of examples, or single numbers."""
        return self.wide if wide else self.narrow

    def begin(self, label: str) -> None:
        """Begin a block."""
        self.wide.begin(label)
        self.narrow.block = label

    def text(self, operand: Any, wide: bool) -> str:
        """An operand as a name or a constant."""
        if operand.__class__ is not Number:
            return self.writer(wide).constant(float(operand))
        if wide and not operand.wide:
            return self.wide.splat(self.name_of(operand), "i1" if operand.kind == "mask" else "double")
        return self.name_of(operand)

    def name_of(self, number: Number) -> str:
        """The name of a number that has been computed."""
        if number not in self._slots:
            return number.name
        key = f"slot {self._slots[number]}"
        for known in reversed(self.wide.known):
            if key in known:
                return known[key]
        name = self.wide.known[-1][key] = self._from_slot(number, self._type_of_number(number))
        return name

    def define(self, number: Number, name: str) -> None:
        """Say what a number is called, which has just been computed."""
        number.name = name
        if self._slots and number in self._slots:
            self._to_slot(number, name, self._type_of_number(number))
            self.wide.known[-1][f"slot {self._slots[number]}"] = name

    def get(self, key: Any) -> str:
        """What a variable or a bit of the status is at present."""
        return self._from_slot(key, self.type_of(key)) if key in self._slots else self.present[key]

    def set(self, key: Any, name: str) -> None:
        """Say what a variable or a bit of the status is from now on."""
        if key in self._slots:
            self._to_slot(key, name, self.type_of(key))
        else:
            self.present[key] = name

    def type_of(self, key: Any) -> str:
        """The type of a variable or a bit of the status."""
        return self.writer(key.wide).number_type if key.__class__ is Variable else self.writer(key[1]).integer_type

    def in_scratch(self, offset: int) -> str:
        """A place in the memory of the call."""
        return self.narrow.put(f"getelementptr i8, ptr %scratch, i64 {offset}") if offset else "%scratch"

    def _type_of_number(self, number: Number) -> str:
        write = self.writer(number.wide)
        return write.mask_type if number.kind == "mask" else write.number_type

    def _to_slot(self, key: Any, name: str, kind: str) -> None:
        self.narrow.lines.append(f"store {kind} {name}, ptr {self.in_scratch(self._slots[key])}, align 8")

    def _from_slot(self, key: Any, kind: str) -> str:
        return self.narrow.put(f"load {kind}, ptr {self.in_scratch(self._slots[key])}, align 8")
