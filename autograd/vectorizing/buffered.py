"""Emitting the program that runs: array operations → Python statements that write into buffers.

The text defines ``bind(m, theta, gradient, new, …)``, which makes buffers and views of them once for a batch of m examples, and
returns a function of the batch that computes. Buffers are used again as soon as nothing needs what they hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

from autograd.vectorizing.array_graph import Array, Shape, is_scalar
from autograd.vectorizing.views import View

_UFUNCS = {
    "add": "add", "subtract": "subtract", "multiply": "multiply", "divide": "divide", "negative": "negative", "abs": "absolute",
    "less": "less", "less_equal": "less_equal", "greater": "greater", "greater_equal": "greater_equal", "equal": "equal",
}  # fmt: skip
_COMPARISONS = ("less", "less_equal", "greater", "greater_equal", "equal")
_EXTREMES = {"maximum of two": "maximum", "minimum of two": "minimum"}
# Never computed in a buffer of their own.
GIVEN = ("theta", "block", "input", "weight", "number of examples", "constant")
# Each element of the result needs the same element of the operands only, so it may be written over one of them.
_IN_PLACE = (*_UFUNCS, *_EXTREMES)


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


class BufferedProgram:
    """Writes the statements for some arrays.

    Args:
        roots: the arrays wanted.
        homes: arrays that are to be computed in a given place, by name of a variable.
        forward: after these are computed, the number of floating-point events so far is noted.
    """

    def __init__(self, roots: Sequence[Array], homes: dict[Array, str] | None = None, forward: Sequence[Array] = ()) -> None:
        self.homes = dict(homes or {})
        self.order = _needed(roots)
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
        self._last_use = self._last_uses()
        self._floating = self._masks_that_multiply()
        self.marked = bool(forward)
        self._forward_until = max((self.order.index(array) for array in forward), default=-1)
        self._write()

    # --------------------------------------------------------------------------------------------- liveness

    def _last_uses(self) -> dict[Array, int]:
        last: dict[Array, int] = {}
        for position, array in enumerate(self.order):
            for operand in array.operands:
                if isinstance(operand, Array):
                    last[_base(operand)] = position
        for root in self._roots:
            last[_base(root)] = len(self.order)
        return last

    def _masks_that_multiply(self) -> set[Array]:
        """Comparisons that only multiply: as floats, since a product of floats takes a third of the time of one with bools."""
        masks = {array for array in self.order if array.operation in _COMPARISONS and array not in self._roots}
        for array in self.order:
            for operand in array.operands:
                if array.operation != "multiply" or operand is array.operands[0] is array.operands[1]:
                    masks -= {operand}
        return masks

    def _write(self) -> None:
        self._softmax_of = {
            array.operands[0]: array
            for array in self.order
            if array.operation == "softmax" and isinstance(array.operands[0], Array)
        }
        dying: dict[int, list[Array]] = {}
        for array, position in self._last_use.items():
            dying.setdefault(position, []).append(array)
        for position, array in enumerate(self.order):
            dead = [one for one in dying.get(position, ()) if one in self._buffer_of]
            if array.operation in GIVEN:
                self._give_name(array)
            elif array.operation == "view" and array.attribute.gathered is None:
                self._write_view(array)
            elif array not in self.names:
                self._compute(array, dead)
            for one in dead:
                name = self._buffer_of.pop(one, None)
                if name is not None:
                    self._buffers.give_back(one, self._kind_of(one), name)
            if position == self._forward_until:
                self.statements.append("met = len(events)")

    # -------------------------------------------------------------------------------------------------- names

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
        return bool(_base(array).operation == "input")

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

    # ------------------------------------------------------------------------------------------- computation

    def _kind_of(self, array: Array) -> str:
        return "float" if array in self._floating else array.kind

    def _out(self, array: Array, dead: list[Array], *, in_place: bool = False) -> str:
        """The place where an array is computed."""
        if in_place and array not in self.homes:
            bases = [_base(operand) for operand in array.operands if isinstance(operand, Array)]
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

    def _compute(self, array: Array, dead: list[Array]) -> None:
        operation = array.operation
        write = self.statements.append
        operands = [self.name(operand) for operand in array.operands] if operation != "accumulate" else []
        if is_scalar(array) and array not in self.homes:
            text = f"-{operands[0]}" if operation == "negative" else " * ".join(operands)
            self.names[array] = self._new_name("s")
            self.setup.append(f"{self.names[array]} = {text}")
        elif operation in _UFUNCS:
            operands = [self._number(operand) for operand in array.operands]
            out = self._out(array, dead, in_place=True)
            write(f"{_UFUNCS[operation]}({', '.join(operands)}, {out})")
        elif operation in _EXTREMES:
            out = self._out(array, dead, in_place=True)
            operands = [self._number(operand) for operand in array.operands]
            if not isinstance(array.operands[0], Array):
                operands.reverse()
            write(f"{_EXTREMES[operation]}({', '.join(operands)}, out={out})")
        elif operation == "as float":
            write(f"copyto({self._out(array, dead)}, {operands[0]})")
        elif operation == "differs from 0":
            write(f"not_equal({operands[0]}, 0.0, {self._out(array, dead)})")
        elif operation == "where":
            self._compute_where(array, operands, dead)
        elif operation == "contract":
            self._compute_contract(array, dead)
        elif operation == "sum":
            self._compute_sum(array, operands[0], dead)
        elif operation == "broadcast":
            self._compute_broadcast(array, operands[0], dead)
        elif operation == "view":
            self._compute_gather(array, operands[0], dead)
        elif operation == "look up":
            write(f"take({operands[0]}, {operands[1]}, 0, {self._out(array, dead)}, 'clip')")
        elif operation == "choose":
            self._compute_choice(array, operands, dead)
        elif operation == "concatenate":
            out = self._out(array, dead)
            start = 0
            for operand, name in zip(array.operands, operands, strict=True):
                assert isinstance(operand, Array)
                part = self._new_name()
                self.setup.append(f"{part} = {out}[..., {start}:{start + operand.shape[-1]}]")
                write(f"copyto({part}, {name})")
                start += operand.shape[-1]
        elif operation == "accumulate":
            self._accumulate(array, dead)
        elif operation in ("logsumexp", "softmax"):
            self._compute_logsumexp(array, operands[0], dead)
        elif operation == "as index":
            write(f"as_index({operands[0]}, {array.attribute}, {self._out(array, dead)})")
        elif operation == "as number":
            write(f"copyto({self._out(array, dead)}, {operands[0]})")
        else:
            out = self._out(array, dead)
            write(f"functions[{operation!r}]({', '.join(operands)}, out={out})")

    def _compute_where(self, array: Array, operands: list[str], dead: list[Array]) -> None:
        condition, if_true, _ = array.operands
        last = array.operands[2]
        write = self.statements.append
        in_place = isinstance(last, Array) and last in dead and last in self._buffer_of and last not in (condition, if_true)
        alike = isinstance(last, Array) and last.shape == array.shape and last.batched == array.batched
        if in_place and alike and array not in self.homes and _base(if_true) is not last:
            assert isinstance(last, Array)
            self._buffer_of[array] = self._buffer_of.pop(last)
            self.names[array] = self.names[last]
            write(f"copyto({self.names[array]}, {operands[1]}, where={operands[0]})")
            return
        out = self._out(array, dead)
        write(f"copyto({out}, {operands[2]})")
        write(f"copyto({out}, {operands[1]}, where={operands[0]})")

    def _compute_sum(self, array: Array, operand: str, dead: list[Array]) -> None:
        source = array.operands[0]
        assert isinstance(source, Array)
        axes, over_examples = array.attribute
        first = 1 if source.batched else 0
        all_axes = tuple([0] if over_examples else []) + tuple([axis + first for axis in axes])
        out = self._out(array, dead)
        n_axes = len(source.shape) + first
        # A product with a vector of ones takes a fraction of the time of `add.reduce`.
        if _is_contiguous(source) and all_axes == tuple(range(len(all_axes))):
            n_summed = self._length([*source.shape], source.batched, all_axes)
            ones = self._ones(n_summed)
            if len(all_axes) == n_axes:
                flat = operand if n_axes == 1 else self.reshaped(source, "-1")
                self._dot(flat, ones, array, out, "()")
                return
            flat = self.reshaped(source, f"{n_summed}, -1") if len(all_axes) != 1 or n_axes != 2 else operand
            self._dot(ones, flat, array, out, "-1")
        elif _is_contiguous(source) and all_axes == tuple(range(n_axes - len(all_axes), n_axes)):
            n_summed = self._length([*source.shape], source.batched, all_axes)
            flat = self.reshaped(source, f"-1, {n_summed}") if len(all_axes) != 1 or n_axes != 2 else operand
            ones = self._ones(n_summed)
            self._dot(flat, ones, array, out, "-1")
        else:
            self.statements.append(f"reduce_add({operand}, {all_axes}, None, {out})")

    def _length(self, shape: list[int], batched: bool, axes: Iterable[int]) -> str:
        lengths = (["m"] if batched else []) + [str(length) for length in shape]
        return " * ".join(lengths[axis] for axis in axes)

    def _ones(self, length: str) -> str:
        key = ("ones", length)
        known = self._flat.get(key)
        if known is None:
            known = self._flat[key] = self._new_name("e")
            self.setup.append(f"{known} = ones({length})")
        return known

    def _dot(self, a: str, b: str, array: Array, out: str, shape: str) -> None:
        """Write a product into an array, brought into the shape that the product has."""
        self.statements.append(f"dot({a}, {b}, {self.reshaped(array, shape) if shape else out})")

    def _compute_broadcast(self, array: Array, operand: str, dead: list[Array]) -> None:
        source = array.operands[0]
        if not isinstance(source, Array) or source.operation in ("weight", "constant"):
            # Always the same: computed once.
            lengths = ("m, " if array.batched else "") + "".join(f"{length}, " for length in array.shape)
            name = self._new_name("a")
            self.setup.append(f"{name} = filled(({lengths}), {operand})")
            self.names[array] = name
            if array in self.homes:
                self.statements.append(f"copyto({self.homes[array]}, {name})")
                self.names[array] = self.homes[array]
            return
        self.statements.append(f"copyto({self._out(array, dead)}, {aligned(operand, source, array)})")

    def _compute_gather(self, array: Array, operand: str, dead: list[Array]) -> None:
        base = array.operands[0]
        assert isinstance(base, Array)
        index = self.capture(array.attribute.indices(), "i")
        flat = self.reshaped(base, "m, -1" if base.batched else "-1")
        self.statements.append(f"take({flat}, {index}, {1 if base.batched else 0}, {self._out(array, dead)}, 'clip')")

    def _flat_index(self, rows: Array, index: Array) -> str:
        """The flat indices of the chosen elements of rows; they serve the way back too."""
        key = (index, rows.shape, rows.batched)
        known = self._flat.get(key)
        if known is None:
            n = rows.shape[-1]
            known = self._flat[key] = self._new_name("f")
            start = self._new_name("f")
            lengths = ("m, " if index.batched else "") + "".join(f"{length}, " for length in index.shape)
            self.setup.append(f"{start} = row_starts(({lengths}), {n})")
            self.setup.append(f"{known} = {start}.copy()")
            self.statements.append(f"add({start}, {self.names[index]}, {known})")
        return known

    def _compute_choice(self, array: Array, operands: list[str], dead: list[Array]) -> None:
        rows, index = array.operands
        assert isinstance(rows, Array) and isinstance(index, Array)
        out = self._out(array, dead)
        if rows.batched == index.batched and _is_contiguous(rows):
            flat = self._flat_index(rows, index)
            self.statements.append(f"take({self.reshaped(rows, '-1')}, {flat}, None, {out}, 'clip')")
        else:
            self.statements.append(f"choose({operands[0]}, {operands[1]}, {out})")

    def _compute_logsumexp(self, array: Array, operand: str, dead: list[Array]) -> None:
        rows = array.operands[0]
        assert isinstance(rows, Array)
        shares = self._softmax_of.get(rows)
        if array.operation == "logsumexp" and shares is not None:
            # What the derivative will need is at hand now.
            out = self._out(array, dead)
            second = self._out(shares, dead, in_place=False)
            if shares in self.homes:
                second = self.homes[shares]
            self.statements.append(f"logsumexp_and_softmax({operand}, {out}, {second})")
        else:
            self.statements.append(f"functions[{array.operation!r}]({operand}, out={self._out(array, dead)})")

    # -------------------------------------------------------------------------------------------- products

    def _compute_contract(self, array: Array, dead: list[Array]) -> None:
        a, b = array.operands
        assert isinstance(a, Array) and isinstance(b, Array)
        axes_a, axes_b, axes = array.attribute
        out = self._out(array, dead)
        stack = [axis for axis in axes if axis in axes_a and axis in axes_b]
        summed = [axis for axis in axes_a if axis in axes_b and axis not in axes]
        free_a = [axis for axis in axes_a if axis not in axes_b]
        free_b = [axis for axis in axes_b if axis not in axes_a]
        if not stack and not summed and axes in (axes_a + axes_b, axes_b + axes_a) and _is_contiguous(a) and _is_contiguous(b):
            # A matrix product of a column and a row, which is faster than repeating both.
            (first, names), (second, others) = sorted(((a, axes_a), (b, axes_b)), key=lambda one: not axes.startswith(one[1]))
            shape = f"{self._flat_length(first, names, list(names))}, {self._flat_length(second, others, list(others))}"
            self._dot(self.reshaped(first, "-1, 1"), self.reshaped(second, "1, -1"), array, out, shape)
            return
        if not stack and summed:
            left = self._as_matrix(a, axes_a, free_a, summed)
            right = self._as_matrix(b, axes_b, summed, free_b)
            if left is not None and right is not None:
                result = "".join(free_a + free_b)
                if result == axes:
                    lengths = [self._flat_length(a, axes_a, free_a), self._flat_length(b, axes_b, free_b)]
                    self._dot(left, right, array, out, ", ".join(length for length in lengths if length) or "()")
                    return
                if "".join(free_b + free_a) == axes:
                    left, right = self._as_matrix(b, axes_b, free_b, summed), self._as_matrix(a, axes_a, summed, free_a)
                    lengths = [self._flat_length(b, axes_b, free_b), self._flat_length(a, axes_a, free_a)]
                    if left is not None and right is not None:
                        self._dot(left, right, array, out, ", ".join(length for length in lengths if length) or "()")
                        return
        if stack and len(free_a) <= 1 and len(free_b) <= 1 and len(summed) == 1 and (free_a or free_b):
            order_a, order_b = "".join(stack + free_a + summed), "".join(stack + summed + free_b)
            result = "".join(stack + free_a + free_b)
            if free_a and free_b:
                left, right = (
                    self._transposed(self.names[a], a, axes_a, order_a),
                    self._transposed(self.names[b], b, axes_b, order_b),
                )
                place = self._transposed(out, array, axes, result)
                self.statements.append(f"matmul({left}, {right}, {place})")
                return
        self.statements.append(f"einsum('{axes_a},{axes_b}->{axes}', {self.names[a]}, {self.names[b]}, out={out})")

    def _as_matrix(self, array: Array, axes: str, rows: list[str], columns: list[str]) -> str | None:
        """A variable for an operand as a matrix of rows and columns, or as a vector if it has one of them only."""
        for first, second, turned in ((rows, columns, False), (columns, rows, True)):
            if "".join(first + second) == axes:
                name = self.names[array]
                lengths = [self._flat_length(array, axes, first), self._flat_length(array, axes, second)]
                if len(first) > 1 or len(second) > 1:
                    if not _is_contiguous(array):
                        return None
                    name = self.reshaped(array, ", ".join(length for length in lengths if length))
                return self._turned(name, array) if turned and lengths[0] and lengths[1] else name
        return None

    def _turned(self, name: str, array: Array) -> str:
        key = ("turned", name)
        known = self._flat.get(key)
        if known is None:
            known = self._flat[key] = self._new_name()
            (self.statements if self._is_live(array) else self.setup).append(f"{known} = {name}.T")
        return known

    def _flat_length(self, array: Array, axes: str, some: list[str]) -> str:
        lengths = dict(zip(axes.replace("m", ""), array.shape, strict=True))
        return " * ".join("m" if axis == "m" else str(lengths[axis]) for axis in some)

    def _transposed(self, name: str, array: Array, axes: str, order: str) -> str:
        if axes == order:
            return name
        new = self._new_name()
        permutation = tuple([axes.index(axis) for axis in order])
        (self.statements if self._is_live(array) else self.setup).append(f"{new} = {name}.transpose({permutation})")
        return new

    # --------------------------------------------------------------------------------------- accumulation

    def _accumulate(self, array: Array, dead: list[Array]) -> None:
        write = self.statements.append
        operands = list(array.operands)
        parts = []
        for way, view in array.attribute:
            taken = 1 if way == "add" else 2
            parts.append((way, view, operands[:taken]))
            operands = operands[taken:]
        way, view, first = parts[0]
        start = first[0]
        if way == "add" and view.is_identity:
            alone = sum(1 for operand in array.operands if isinstance(operand, Array) and _base(operand) is start) == 1
            if (
                isinstance(start, Array) and start in dead and start in self._buffer_of and start.shape == array.shape
                and start.batched == array.batched and array not in self.homes and alone
            ):  # fmt: skip
                self._buffer_of[array] = self._buffer_of.pop(start)
                out = self.names[array] = self.names[start]
            else:
                out = self._out(array, dead)
                text = aligned(self.name(start), start, array) if isinstance(start, Array) else self.name(start)
                write(f"copyto({out}, {text})")
            parts = parts[1:]
        else:
            out = self._out(array, dead)
            write(f"{out}.fill(0.0)")
        for way, view, operands in parts:
            self._add_part(array, out, way, view, operands)

    def _add_part(self, array: Array, out: str, way: str, view: View, operands: list[Array | float]) -> None:
        write = self.statements.append
        if view.gathered is not None and way == "add":
            index = self.capture(view.indices(), "i")
            flat = self.reshaped(array, "m, -1" if array.batched else "-1")
            where = f":, {index}" if array.batched else index
            adjoint = self.name(operands[0])
            write(
                f"{flat}[{where}] += {adjoint}"
                if view.unique
                else f"add_at({flat}, ({'slice(None), ' if array.batched else ''}{index}), {adjoint})"
            )
            return
        place = out
        if not view.is_identity and view.gathered is None:
            place = self._new_name()
            self.setup.append(f"{place} = {view_text(out, view, array.shape, array.batched)}")
        if way == "add":
            text = self.name(operands[0])
            if isinstance(operands[0], Array):
                text = aligned_to(text, operands[0], view.shape, array.batched)
            write(f"add({place}, {text}, {place})")
            return
        chosen, upstream = operands
        assert isinstance(chosen, Array)
        if view.gathered is not None:
            taken = self.capture(view.indices(), "i")
            flat = self.reshaped(array, "m, -1" if array.batched else "-1")
            write(f"add_gathered({flat}, {taken}, {way!r}, {self.names[chosen]}, {self.name(upstream)})")
        elif way == "rows":
            write(f"add_rows({place}, {self.names[chosen]}, {self.name(upstream)})")
        elif array.batched and chosen.batched and view.is_identity:
            flat = self.reshaped(array, "-1")
            write(f"{flat}[{self._flat_index(array, chosen)}] += {self.name(upstream)}")
        else:
            write(f"add_choice({place}, {self.names[chosen]}, {self.name(upstream)})")


def _base(array: Array | float) -> Any:
    """The array whose numbers a view shows."""
    while isinstance(array, Array) and array.operation == "view" and array.attribute.gathered is None:
        array = array.operands[0]
    return array


def _is_contiguous(array: Array) -> bool:
    while array.operation == "view" and array.attribute.gathered is None:
        view = array.attribute
        if view.slices is not None or view.order is not None:
            return False
        inner = array.operands[0]
        assert isinstance(inner, Array)
        array = inner
    return True


def _needed(roots: Iterable[Array]) -> list[Array]:
    """What the roots are computed from, themselves included, in the order in which it was made."""
    seen: dict[int, Array] = {}
    stack = list(roots)
    while stack:
        array = stack.pop()
        if array.number not in seen:
            seen[array.number] = array
            stack += [operand for operand in array.operands if isinstance(operand, Array)]
    return [seen[number] for number in sorted(seen)]


def view_text(name: str, view: View, shape: Shape, batched: bool, *, writable: bool = True) -> str:
    """A view of an array as an expression.

    Args:
        writable: a single element is an array without axes, which shows later changes and can be written to, and no number.
    """
    text = name
    if view.reshaped is not None:
        lengths = ([] if not batched else ["m"]) + [str(length) for length in view.reshaped]
        text += f".reshape({', '.join(lengths) if lengths else '()'})"
    if view.slices is not None:
        shown = [":" if s is None else f"{s[0]}:{s[1]}" if isinstance(s, tuple) else str(s) for s in view.slices]
        single = not batched and all(isinstance(s, int) for s in view.slices)
        text += f"[{', '.join(([':'] if batched else []) + shown + (['...'] if single and writable else []))}]"
    if view.order is not None:
        if view.order == (1, 0) and not batched:
            text += ".T"
        else:
            order = (0, *(axis + 1 for axis in view.order)) if batched else view.order
            text += f".transpose({', '.join(map(str, order))})"
    if view.repeated:
        rank = len(view.shape)
        axes = ["None" if axis in view.repeated else ":" for axis in range(rank)]
        if not batched and view.core_shape:
            while axes and axes[0] == "None":
                axes = axes[1:]
        if "None" in axes:
            text += f"[{', '.join(([':'] if batched else []) + axes)}]"
    return text


def aligned(text: str, source: Array, target: Array) -> str:
    """An operand with the axes it needs to be repeated over another array."""
    return aligned_to(text, source, target.shape, target.batched)


def aligned_to(text: str, source: Array, shape: Shape, batched: bool) -> str:
    """An operand with the axes it needs to be repeated over a shape."""
    if source.batched and len(source.shape) < len(shape):
        missing = len(shape) - len(source.shape)
        return f"{text}[{', '.join([':'] + ['None'] * missing + [':'] * len(source.shape))}]"
    return text


__all__ = ["BufferedProgram", "aligned", "view_text"]
