"""Terms as Python expressions, with no more brackets than a person would write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograd.vectorizing.printed.expressions import ATOM, INFIX, RESERVED
from autograd.vectorizing.printed.naming import Names
from autograd.vectorizing.printed_loops.places import Places
from autograd.vectorizing.printed_loops.terms import NOT_KEPT, Operand, Reference, Term, is_batched, length_of
from autograd.vectorizing.rolled.program import Array

_SUM, _PRODUCT, _SIGN = 3, 4, 5
_INFIX: Mapping[str, tuple[str, int]] = {**INFIX, "not_equal": ("!=", 2)}
# What the names of others must not hide, besides those of all printed programs.
FROM_NUMPY = ("broadcast_arrays", "clip", "empty", "full", "moveaxis", "outer", "stack", "zeros_like")
_OF_NUMPY = ("where", "maximum", "minimum", "clip")
# In the arithmetic of NumPy, True and False are numbers beside a number.
_MASK_IS_NUMBER = ("multiply", "add", "subtract", "divide")


class Texts:
    """Writes terms, and notes what they need.

    Attributes:
        places: the names of arrays and of their elements.
        free: gives out further names.
        from_numpy: what is imported from NumPy; `from_arrays` and `from_runtime`: from this library.
        uses_examples: whether anything is indexed by the numbers of the examples.
    """

    def __init__(self, places: Places, free: Names) -> None:
        self.places = places
        self.free = free
        self.from_numpy = places.from_numpy
        self.from_arrays: set[str] = set()
        self.from_runtime: set[str] = set()
        self.uses_examples = False

    def text(self, operand: Operand, level: int = 0) -> str:
        """An expression, in brackets unless it binds as tightly as a level."""
        text, own = self.bound(operand)
        return text if own >= level else f"({text})"

    def number(self, operand: Operand, level: int = 0) -> str:
        """The same, with 1.0 for True and 0.0 for False."""
        if isinstance(operand, Term) and (operand.is_mask or operand.function == "is at"):
            text = f"{self.text(operand, _PRODUCT)} * 1.0"
            return text if level <= _PRODUCT else f"({text})"
        return self.text(operand, level)

    def numpy(self, name: str) -> str:
        """The name of a function of NumPy's, which will be imported."""
        assert name in FROM_NUMPY or name in RESERVED, f"{name} must be reserved"
        self.from_numpy.add(name)
        return name

    def runtime(self, name: str) -> str:
        """The name of a function that programs call, which will be imported."""
        self.from_runtime.add(name)
        return name

    def array_of(self, function: str, array: Array) -> str:
        """A new array for the numbers of another one, or for their gradients."""
        shape = [*map(str, self.places.axes[array].shape), *(["m"] if array.batched else [])]
        text = f"({', '.join(shape)})" if len(shape) > 1 else shape[0]
        return f"{self.numpy(function)}({text}, theta.dtype)"

    def zeros_for(self, array: Array, width: int) -> str:
        """Zero for each example, or one for all; or as many as a wide operation computes."""
        shape = [*([str(width)] if width else []), *(["m"] if array.batched else [])]
        if not shape:
            return "0.0"
        return f"{self.numpy('zeros')}({shape[0] if len(shape) == 1 else f'({shape[0]}, m)'}, theta.dtype)"

    def bound(self, operand: Operand) -> tuple[str, int]:
        """An expression and how tightly it binds."""
        if not isinstance(operand, Term):
            text = repr(float(operand))
            if "inf" in text or "nan" in text:
                self.numpy(text.lstrip("-"))
            return (text, _SIGN) if text.startswith("-") else (text, ATOM)
        if not operand.function:
            name = operand.name
            if not isinstance(name, Reference):
                assert name != NOT_KEPT, "a derivative depends on a number that is not kept"
                return name, ATOM
            is_turned = name.rows is not None and self.places.is_turned(name)
            return f"{self.places.text(name)}{'.T' if is_turned else ''}", ATOM
        if operand.function in _INFIX:
            return self._infix(operand)
        return self._called(operand)

    def _infix(self, term: Term) -> tuple[str, int]:
        sign, level = _INFIX[term.function]
        left, right = term.operands
        if term.function == "multiply" and term.length is not None and None in (length_of(left), length_of(right)):
            sequence, factor = (left, right) if length_of(left) is not None else (right, left)
            if not is_batched(sequence) and is_batched(factor):
                return f"{self.numpy('outer')}({self.number(sequence)}, {self.number(factor)})", ATOM
        texts = []
        for operand, needed in ((left, level + (sign == "**")), (right, level + (sign != "**"))):
            is_number = term.function not in _MASK_IS_NUMBER or (operand is left and _is_mask(right))
            write = self.number if is_number else self.text
            if term.batched and length_of(operand) is not None and not is_batched(operand):
                texts.append(_as_column(write(operand, ATOM)))
            else:
                texts.append(write(operand, needed))
        return f"{texts[0]} {sign} {texts[1]}", level

    def _sum(self, term: Term) -> str:
        """Many terms with signs between them."""
        text = ""
        for operand in term.operands:
            is_negative = isinstance(operand, Term) and operand.function == "negative" and bool(text)
            one = operand.operands[0] if isinstance(operand, Term) and is_negative else operand
            is_wide = term.batched and length_of(one) is not None and not is_batched(one)
            written = _as_column(self.number(one, ATOM)) if is_wide else self.number(one, _PRODUCT if is_negative else _SUM)
            text += f"{(' - ' if is_negative else ' + ') if text else ''}{written}"
        return text

    def _called(self, term: Term) -> tuple[str, int]:
        first = term.operands[0]
        match term.function:
            case "negative":
                return f"-{self.number(first, _SIGN)}", _SIGN
            case "abs":
                return f"abs({self.number(first)})", ATOM
            case "opposite":
                return f"{self.numpy('where')}({self.text(first)}, 0.0, 1.0)", ATOM
            case "turned" if isinstance(first, Term) and first.function == "gradient of matrix":
                return self._gradient_of_matrix(*first.operands, turned=True)
            case "turned":
                text = self.text(first, ATOM)
                return text[:-2] if text.endswith(".T") else f"{text}.T", ATOM
            case "sum of rows":
                return f"{self.text(first, ATOM)}.sum(axis=1)", ATOM
            case "column":
                return f"{self.number(first, ATOM)}[:, None]", ATOM
            case "gradient of matrix":
                return self._gradient_of_matrix(*term.operands)
            case "sum of everything":
                return f"{self.number(first, ATOM)}.sum()", ATOM
            case "sum of terms":
                return self._sum(term), _SUM
            case "product":
                return self._product(*term.operands), _PRODUCT
            case "sum of sequence":
                return f"{self.number(first, ATOM)}.sum({'axis=0' if is_batched(first) else ''})", ATOM
            case "sum over examples":
                return f"{self.number(first, ATOM)}.sum({'' if length_of(first) is None else 'axis=1'})", ATOM
            case "maximum of sequence" | "minimum of sequence":
                return f"{self.text(first, ATOM)}.{term.function[:3]}({'axis=0' if is_batched(first) else ''})", ATOM
            case "logsumexp" | "softmax" | "argmax" | "argmin":
                self.from_arrays.add(term.function)
                text = f"{term.function}({self.examples_first(first)})"
                return f"{text}.T" if term.function == "softmax" and term.batched else text, ATOM
            case "rows":
                return self._rows(term, "0"), ATOM
            case "element":
                return f"{self.text(first, ATOM)}[{_integer(term.operands[1])}]", ATOM
            case "stretch":
                return f"{self.text(first, ATOM)}[{_integer(term.operands[1])}:{_integer(term.operands[2])}]", ATOM
            case "as index" if self.places.is_index(first):
                return self.bound(first)
            case "as index":
                return f"{self.runtime('as_index')}({self.number(first)}, {_integer(term.operands[1])})", ATOM
            case "is at":
                start, stop = map(_integer, term.operands[1:])
                numbers = f"{self.numpy('arange')}({f'{start}, ' if start != '0' else ''}{stop})"
                return f"{numbers}{'[:, None]' if term.batched else ''} == {self.text(first, 3)}", 2
            case "chosen":
                return f"{self.text(first, ATOM)}[{self.choice(first, term.operands[1])}]", ATOM
            case "repeated" if is_batched(first):
                return f"{self.numpy('broadcast_to')}({self.number(first)}, ({_integer(term.operands[1])}, m))", ATOM
            case "repeated":
                return f"{self.numpy('full')}({_integer(term.operands[1])}, {self.number(first)}, theta.dtype)", ATOM
            case "for each example" if length_of(first) is not None:
                return f"{self.numpy('broadcast_to')}({self.number(first, ATOM)}[:, None], ({length_of(first)}, m))", ATOM
            case "for each example":
                return f"{self.numpy('full')}(m, {self.number(first)}, theta.dtype)", ATOM
            case _:
                return self._call(term), ATOM

    def _call(self, term: Term) -> str:
        name = term.function
        if name in _OF_NUMPY:
            self.numpy(name)
        else:
            self.from_arrays.add(name)
        texts = []
        for place, operand in enumerate(term.operands):
            write = self.text if name == "where" and place == 0 else self.number
            is_wide = term.batched and length_of(operand) is not None and not is_batched(operand)
            texts.append(_as_column(write(operand, ATOM)) if is_wide else write(operand))
        return f"{name}({', '.join(texts)})"

    def _gradient_of_matrix(self, upstream: Operand, vector: Operand, *, turned: bool = False) -> tuple[str, int]:
        if is_batched(upstream) and is_batched(vector):
            left, right = (vector, upstream) if turned else (upstream, vector)
            return f"{self.number(left, _PRODUCT)} @ {self.number(right, ATOM)}.T", _PRODUCT
        texts = [f"{self.number(upstream, ATOM)}.sum(axis=1)" if is_batched(upstream) else self.number(upstream)]
        texts.append(self.number(vector))
        return f"{self.numpy('outer')}({', '.join(texts[::-1] if turned else texts)})", ATOM

    def _product(self, first: Operand, second: Operand) -> str:
        if length_of(first) is None and length_of(second) is not None:
            first, second = second, first
        return f"{self.number(first, _PRODUCT)} @ {self.number(second, _PRODUCT + 1)}"

    def choice(self, rows: Operand, position: Operand) -> str:
        """The index of one element of a sequence, the same one for all examples or one for each."""
        text = self.text(position)
        if is_batched(rows) and is_batched(position):
            self.uses_examples = True
            return f"{text}, examples"
        return text

    def examples_first(self, sequence: Operand) -> str:
        """A sequence with the axis of the examples in front, as functions of rows take it."""
        if not is_batched(sequence):
            return self.text(sequence)
        if isinstance(sequence, Term) and sequence.function == "rows" and _is_of_singles(sequence):
            return self._rows(sequence, "-1")
        return f"{self.text(sequence, ATOM)}.T"

    def _rows(self, term: Term, axis: str) -> str:
        """A sequence, put together from its parts."""
        parts = term.operands
        if _is_of_singles(term):
            texts = ", ".join(map(self.number, parts))
            is_mixed = len(set(map(is_batched, parts))) > 1
            rows = f"{self.numpy('broadcast_arrays')}({texts})" if is_mixed else f"[{texts}]"
            return f"{self.numpy('stack')}({rows}{f', axis={axis}' if axis != '0' else ''})"
        texts = ", ".join(self._widened(part, term.batched) for part in parts)
        return f"{self.numpy('concatenate')}([{texts}])"

    def _widened(self, part: Operand, batched: bool) -> str:
        """A part of a sequence in the shape of a sequence, for each example if others are."""
        length = length_of(part)
        if not batched:
            return f"[{self.number(part)}]" if length is None else self.text(part)
        if is_batched(part):
            return f"{self.text(part, ATOM)}[None]" if length is None else self.text(part)
        self.numpy("broadcast_to")
        return f"broadcast_to({self.text(part, ATOM)}{'' if length is None else '[:, None]'}, ({length or 1}, m))"


def _as_column(text: str) -> str:
    """A sequence that is the same for all examples, beside others that are not.

    >>> _as_column("b"), _as_column("A[:, i]"), _as_column("A[i]")
    ('b[:, None]', 'A[:, i, None]', 'A[i][:, None]')
    """
    name, _, index = text.partition("[")
    parts = index.removesuffix("]").split(", ")
    if name.isidentifier() and index.endswith("]") and not set("[](") & set(index[:-1]) and ":" in "".join(parts):
        # With a slice among them, all axes have an index.
        return f"{text[:-1]}, None]"
    return f"{text}[:, None]"


def _is_mask(operand: Operand) -> bool:
    return isinstance(operand, Term) and (operand.is_mask or operand.function == "is at")


def _integer(operand: Operand) -> str:
    assert not isinstance(operand, Term)
    return str(int(operand))


def _is_of_singles(term: Term) -> bool:
    """Whether the parts of a sequence are single numbers."""
    parts: Sequence[Operand] = term.operands
    return all(length_of(part) is None for part in parts)
