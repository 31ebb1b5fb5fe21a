"""Emitting the program that runs: array operations → Python statements that write into buffers.

The text defines ``bind(m, theta, gradient, new, …)``, which makes buffers and views of them once for a batch of m examples, and
returns a function of the batch that computes. Buffers are used again as soon as nothing needs what they hold.
"""

from __future__ import annotations

from collections.abc import Sequence

from autograd.vectorizing.accumulation_statements import AccumulationStatements
from autograd.vectorizing.array_graph import Array, is_scalar
from autograd.vectorizing.product_statements import ProductStatements
from autograd.vectorizing.texts import aligned
from autograd.vectorizing.walking import GIVEN, base_of

_UFUNCS = {
    "add": "add", "subtract": "subtract", "multiply": "multiply", "divide": "divide", "negative": "negative", "abs": "absolute",
    "less": "less", "less_equal": "less_equal", "greater": "greater", "greater_equal": "greater_equal", "equal": "equal",
}  # fmt: skip
_EXTREMES = {"maximum of two": "maximum", "minimum of two": "minimum"}


class BufferedProgram(ProductStatements, AccumulationStatements):
    """Writes the statements for some arrays.

    Args:
        roots: the arrays wanted.
        homes: arrays that are to be computed in a given place, by name of a variable.
        forward: after these are computed, the number of floating-point events so far is noted.
    """

    def __init__(self, roots: Sequence[Array], homes: dict[Array, str] | None = None, forward: Sequence[Array] = ()) -> None:
        super().__init__(roots, homes)
        self._last_use = self._last_uses()
        self.marked = bool(forward)
        self._forward_until = max((self.order.index(array) for array in forward), default=-1)
        self._write()

    def _last_uses(self) -> dict[Array, int]:
        last: dict[Array, int] = {}
        for position, array in enumerate(self.order):
            for operand in array.operands:
                if isinstance(operand, Array):
                    last[base_of(operand)] = position
        for root in self._roots:
            last[base_of(root)] = len(self.order)
        return last

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
            elif array.is_view:
                self._write_view(array)
            elif array not in self.names:
                self._compute(array, dead)
            for one in dead:
                name = self._buffer_of.pop(one, None)
                if name is not None:
                    self._buffers.give_back(one, self._kind_of(one), name)
            if position == self._forward_until:
                self.statements.append("met = len(events)")

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
        elif operation in ("as float", "copy"):
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
        if in_place and alike and array not in self.homes and base_of(if_true) is not last:
            assert isinstance(last, Array)
            self._buffer_of[array] = self._buffer_of.pop(last)
            self.names[array] = self.names[last]
            write(f"copyto({self.names[array]}, {operands[1]}, where={operands[0]})")
            return
        out = self._out(array, dead)
        write(f"copyto({out}, {operands[2]})")
        write(f"copyto({out}, {operands[1]}, where={operands[0]})")

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

    def _compute_choice(self, array: Array, operands: list[str], dead: list[Array]) -> None:
        rows, index = array.operands
        assert isinstance(rows, Array) and isinstance(index, Array)
        out = self._out(array, dead)
        if rows.batched == index.batched and rows.is_contiguous:
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
