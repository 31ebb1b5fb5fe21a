"""Emitting the program that people read: array operations → a Python function as a person would write it.

It computes what the program with buffers computes, from the same array operations. A value that the forward pass uses once is
written where it is used; if the backward pass needs it again it is written out again there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from autograd.vectorizing.array_graph import Array
from autograd.vectorizing.buffered import _needed, aligned, view_text
from autograd.vectorizing.building import ArrayProgram
from autograd.vectorizing.groups import Grouping
from autograd.vectorizing.layout import Layout
from autograd.vectorizing.naming import Names, identifier_of, names_of_parameters, stem_of

_INFIX = {
    "add": ("+", 3), "subtract": ("-", 3), "multiply": ("*", 4), "divide": ("/", 4), "power": ("**", 6),
    "less": ("<", 2), "less_equal": ("<=", 2), "greater": (">", 2), "greater_equal": (">=", 2), "equal": ("==", 2),
}  # fmt: skip
_ATOM = 9
_GIVEN = ("theta", "block", "input", "weight", "number of examples", "constant")
_CALLS = {"maximum of two": "maximum", "minimum of two": "minimum"}
_LONGEST = 70
_RESERVED = (
    "theta", "gradient", "loss", "losses", "m", "examples", "where", "maximum", "minimum", "concatenate", "zeros", "arange",
    "array",
    "einsum", "take", "value_and_grad", "broadcast_to", "full", "add_rows", "add_choice", "add_gathered", "choose", "add",
)  # fmt: skip


class ReadableProgram:
    """Writes the source of a program.

    Args:
        program: its operations, with composite functions kept.
        grouping, layout: where names come from.
        inputs: the names of the input arrays.
    """

    def __init__(self, program: ArrayProgram, grouping: Grouping, layout: Layout, inputs: Sequence[str]) -> None:
        self.program = program
        self.grouping = grouping
        self.layout = layout
        self.lines: list[str] = []
        self.used: set[str] = set()
        self.from_numpy: set[str] = set()
        self.names: dict[Array, str] = {}
        self.constants: list[str] = []
        self._constant_names: dict[str, str] = {}
        self._uses_examples = False
        self._owned: set[Array] = set()
        self._gradient_names: dict[Array, str] = {}
        self._inlined: dict[Array, tuple[str, int]] = {}
        roots = [program.loss, *(array for array in program.gradient if array is not None)]
        if program.spanning is not None:
            roots.append(program.spanning)
        self.order = _needed(roots)
        self.forward = set(_needed([program.loss]))
        self._users(roots)
        self._choose_names(inputs)
        self.source = self._write()

    # ---------------------------------------------------------------------------------------------- names

    def _users(self, roots: Sequence[Array]) -> None:
        self.users: dict[Array, list[Array]] = {array: [] for array in self.order}
        for array in self.order:
            for operand in array.operands:
                if isinstance(operand, Array):
                    self.users[operand].append(array)
        self.roots = set(roots)

    def _choose_names(self, inputs: Sequence[str]) -> None:
        program, members = self.program, self.grouping.groups[Grouping.PARAMETERS].members
        blocks = self.layout.blocks
        self.stems = [
            stem_of([members[n].label for n in self.layout.theta[block.offset : block.offset + block.size]])  # type: ignore[union-attr]
            for block in blocks
        ]
        looked_up, multiplied = [False] * len(blocks), [False] * len(blocks)
        for array in self.order:
            for operand in array.operands if array in self.forward else ():
                while isinstance(operand, Array) and operand.operation == "view":
                    operand = operand.operands[0]
                if isinstance(operand, Array) and operand.operation == "block":
                    looked_up[operand.attribute] |= array.operation == "look up"
                    multiplied[operand.attribute] |= array.operation in ("contract", "multiply")
        names = self._free = Names(_RESERVED)
        wanted_inputs = [self._capital(name, array) for name, array in zip(inputs, self._inputs(inputs), strict=True)]
        given = names.give_all(wanted_inputs)
        self.input_names = given
        self.block_names = names.give_all(
            names_of_parameters(self.stems, [len(block.shape) for block in blocks], looked_up, multiplied)
        )
        for array in program.graph.arrays:
            if array.operation == "block":
                self.names[array] = self.block_names[array.attribute]
            elif array.operation == "input":
                self.names[array] = given[array.attribute]
            elif array.operation == "theta":
                self.names[array] = "theta"
        named = []
        for array in self.order:
            if array in self.forward and self._is_named(array):
                named.append(array)
                self.names[array] = "XX"  # as long as a name will be
        wanted = [self._wanted_name(array) for array in named]
        # What is written where it is used has a name too, which its gradient is called after.
        inline = [
            array for array in dict.fromkeys(self.program.values.values())
            if isinstance(array, Array) and array in self.forward and array not in self.names and array.operation not in _GIVEN
        ]  # fmt: skip
        # A product before its bias is added has the gradient of the sum, and no name of its own.
        inline = [
            array for array in inline if self._wanted_name(array) != "t" and not any(map(self._is_product, self._users_of(array)))
        ]
        given_names = names.give_all(wanted + [self._wanted_name(array) for array in inline])
        self.names.update(zip(named, given_names, strict=False))
        self._inline_names = dict(zip(inline, given_names[len(named) :], strict=True))
        for number, gradient in enumerate(program.gradient):
            if gradient is not None and gradient not in self.names and gradient not in self._gradient_names:
                self._gradient_names[gradient] = f"d{self.block_names[number]}"
        self._inlined.clear()
        self.constants.clear()

    def _inputs(self, inputs: Sequence[str]) -> list[Array | None]:
        arrays: list[Array | None] = [None] * len(inputs)
        for array in self.program.graph.arrays:
            if array.operation == "input":
                arrays[array.attribute] = array
        return arrays

    def _capital(self, name: str, array: Array | None) -> str:
        """A batch of vectors is a matrix, and a matrix has a capital letter."""
        if array is not None and array.shape and array.kind == "float" and len(name) == 1:
            return name.upper()
        return name

    def _is_named(self, array: Array) -> bool:
        """Whether a value of the forward pass has a line of its own."""
        if array.operation in _GIVEN or (array.operation == "view" and array.attribute.gathered is None):
            return False
        if array is self.program.loss:
            return False
        forward = [user for user in self.users[array] if user in self.forward]
        while len(forward) == 1 and forward[0].operation == "view" and forward[0].attribute.gathered is None:
            forward = [user for user in self.users[forward[0]] if user in self.forward]
        if array.operation == "accumulate" or len(forward) > 1:
            return True
        return bool(forward) and (forward[0].operation == "contract" or len(self._text(array)[0]) > _LONGEST)

    def _wanted_name(self, array: Array) -> str:
        labels = self._labels.get(array)
        if labels:
            name = identifier_of(labels)
            if name:
                return name.upper() if len(name) == 1 and array.shape else name
        letter = "t"
        if self._is_product(array):
            letter = "a" if any(self._is_activation(user) for user in self.users.get(array, ()) if user in self.forward) else "z"
        elif self._is_activation(array):
            letter = "h"
        elif any(user.operation == "contract" and user in self.forward for user in self._users_of(array)):
            letter = "x"
        return letter.upper() if array.shape and letter != "t" else letter

    def _users_of(self, array: Array) -> list[Array]:
        """What uses an array, as it is or in another shape."""
        users = []
        for user in self.users.get(array, ()):
            users += self._users_of(user) if user.operation == "view" else [user]
        return users

    @property
    def _labels(self) -> dict[Array, str]:
        if not hasattr(self, "_label_cache"):
            self._label_cache: dict[Array, str] = {}
            for number, array in self.program.values.items():
                if isinstance(array, Array) and array.operation not in _GIVEN:
                    labels = [member.label for member in self.grouping.groups[number].members if member is not None]
                    if labels and len(labels) == len(self.grouping.groups[number].members) and all(labels):
                        self._label_cache.setdefault(array, stem_of(labels))
        return self._label_cache

    def _is_product(self, array: Array) -> bool:
        """Whether an array is a product, or the sum of one and something else."""
        while array.operation in ("add", "subtract", "view"):
            left = array.operands[0]
            if not isinstance(left, Array):
                return False
            array = left
        return array.operation == "contract"

    def _is_activation(self, array: Array) -> bool:
        first = array.operands[0] if array.operands else None
        return (
            len(array.operands) == 1
            and array.operation not in _NO_ACTIVATIONS
            and isinstance(first, Array)
            and self._is_product(first)
        )

    # ------------------------------------------------------------------------------------------------ lines

    def _write(self) -> str:
        program = self.program
        for array in self.order:
            if array in self.forward and array in self.names and array.operation not in _GIVEN:
                self.lines.append(f"{self.names[array]} = {self._expression(array)[0]}")
        loss = self._text(program.loss)
        text = loss[0] if loss[1] == _ATOM else f"({loss[0]})"
        self.lines.append(f"loss = {text}.mean()" if program.loss.batched else f"loss = {loss[0]}")
        forward, self.lines = self.lines, []
        self._inlined.clear()
        self._write_backward()
        backward = self.lines
        return self._assembled(forward, backward)

    def _write_backward(self) -> None:
        uses: Counter[Array] = Counter()
        backward = [array for array in self.order if array not in self.forward]
        for array in backward:
            for operand in set(array.operands):
                if isinstance(operand, Array):
                    uses[operand] += array.operands.count(operand)
        gradients = {array for array in self.program.gradient if array is not None}
        adjoint_names = self._adjoint_names(backward)
        for array in self.order:
            if array in self.names or array.operation in _GIVEN:
                continue
            if array in self.forward:
                # A value that the forward pass wrote inline.
                if uses[array] > 1 and array.operation != "view" and array is not self.program.loss:
                    self._name_line(
                        array, self._inline_names.get(array) or self._wanted_name(array), given=array in self._inline_names
                    )
                continue
            is_view = array.operation == "view" and array.attribute.gathered is None
            if array.operation == "accumulate":
                self._write_accumulate(array, adjoint_names.get(array, "d"))
            elif (
                array in gradients
                or (array in adjoint_names and uses[array] > 0)
                or (uses[array] > 1 and not is_view)
                or (not is_view and len(self._text(array)[0]) > _LONGEST)
            ):
                self._name_line(array, self._gradient_names.get(array) or adjoint_names.get(array, "d"))

    def _adjoint_names(self, backward: list[Array]) -> dict[Array, str]:
        """What gradients are called: d and the name of what they are the gradient of."""
        wanted: dict[Array, str] = {}
        for number, adjoint in self.program.adjoints.items():
            if not isinstance(adjoint, Array) or adjoint in self.forward or adjoint.operation in _GIVEN:
                continue
            value = self.program.values.get(number)
            if isinstance(value, Array):
                name = self.names.get(value) or self._inline_names.get(value, "")
                if name and adjoint not in wanted:
                    wanted[adjoint] = f"d{name}"
        return wanted

    def _name_line(self, array: Array, wanted: str, *, given: bool = False) -> None:
        text = self._text(array)[0]
        name = wanted if given else self._free.give(wanted)
        self.names[array] = name
        self._inlined.clear()
        self.lines.append(f"{name} = {text}")

    def _write_accumulate(self, array: Array, wanted: str) -> None:
        name = self._free.give(self._gradient_names.get(array) or wanted)
        parts = []
        operands = list(array.operands)
        for way, view in array.attribute:
            n = 1 if way == "add" else 2
            parts.append((way, view, operands[:n]))
            operands = operands[n:]
        way, view, first = parts[0]
        lengths = (["m"] if array.batched else []) + [str(length) for length in array.shape]
        shape = f"({', '.join(lengths)}{',' if len(lengths) == 1 else ''})"
        if (
            way == "add"
            and view.is_identity
            and isinstance(first[0], Array)
            and first[0].shape == array.shape
            and first[0].batched == array.batched
        ):
            text, level = self._text(first[0])
            fresh = first[0] not in self.names and first[0].operation != "view"
            self.lines.append(f"{name} = {text}" if fresh else f"{name} = {text if level == _ATOM else f'({text})'}.copy()")
            parts = parts[1:]
        else:
            self._numpy("zeros")
            self.lines.append(f"{name} = zeros({shape}, theta.dtype)")
        for way, view, operands in parts:
            self._write_part(array, name, way, view, operands)
        self.names[array] = name

    def _write_part(self, array: Array, name: str, way: str, view: Any, operands: list[Any]) -> None:
        place = view_text(name, view, array.shape, array.batched) if view.gathered is None else ""
        if way == "add":
            text, level = self._text(operands[0])
            if isinstance(operands[0], Array):
                text = (
                    aligned(text if level == _ATOM else f"({text})", operands[0], _shaped(array, view))
                    if operands[0].batched
                    else text
                )
            if view.gathered is not None:
                index = self._constant(view.indices(), integer=True)
                flat = f"{name}.reshape({'m, ' if array.batched else ''}-1)"
                where = f":, {index}" if array.batched else index
                if view.unique:
                    self.lines.append(f"{flat}[{where}] += {text}")
                else:
                    self._numpy("add")
                    self.lines.append(f"add.at({flat}, ({'slice(None), ' if array.batched else ''}{index}), {text})")
            elif text.startswith("-") and level >= 4:
                self.lines.append(f"{place}{'' if place.endswith(']') else '[...]'} -= {text[1:]}")
            else:
                self.lines.append(f"{place}{'' if place.endswith(']') else '[...]'} += {text}")
            return
        index, adjoint = operands
        index_text, (text, level) = self._text(index)[0], self._text(adjoint)
        if view.gathered is not None:
            gathered = self._constant(view.indices(), integer=True)
            flat = f"{name}.reshape({'m, ' if array.batched else ''}-1)"
            self.used.add("add_gathered")
            self.lines.append(f"add_gathered({flat}, {gathered}, {way!r}, {index_text}, {text})")
        elif way == "rows":
            self.used.add("add_rows")
            self.lines.append(f"add_rows({place}, {index_text}, {text})")
        elif array.batched and isinstance(index, Array) and index.batched and not index.shape and view.is_identity:
            self._uses_examples = True
            sign, rest = ("-", text[1:]) if text.startswith("-") and level >= 4 else ("+", text)
            self.lines.append(f"{name}[examples, {index_text}] {sign}= {rest}")
        else:
            self.used.add("add_choice")
            self.lines.append(f"add_choice({place}, {index_text}, {text})")

    def _assembled(self, forward: list[str], backward: list[str]) -> str:
        self._numpy("concatenate")
        parts = []
        for array, name, block in zip(self.program.gradient, self.block_names, self.layout.blocks, strict=True):
            if array is None:
                self._numpy("zeros")
                parts.append(f"zeros({block.size})")
                continue
            text, level = self._text(array)
            if not block.shape:
                parts.append(f"[{text}]")
            else:
                parts.append(text if len(block.shape) == 1 else f"{text if level == _ATOM else f'({text})'}.ravel()")
            del name
        gradient = [f"gradient = concatenate([{', '.join(parts)}])"] if parts else ["gradient = zeros(0)"]
        if not parts:
            self._numpy("zeros")
        if self.program.spanning is not None:
            gradient.append(f"gradient += {self._text(self.program.spanning)[0]}")
        unpacked = []
        for name, block, stem in zip(self.block_names, self.layout.blocks, self.stems, strict=True):
            text = f"theta[{block.offset}:{block.offset + block.size}]" if block.shape else f"theta[{block.offset}]"
            if len(block.shape) > 1:
                text += f".reshape{block.shape}"
            unpacked.append((f"{name} = {text}", stem if stem and stem != name else ""))
        width = max((len(line) for line, _ in unpacked), default=0)
        head = [line + (" " * (width - len(line)) + f"  # {stem}" if stem else "") for line, stem in unpacked]
        body: list[str] = [*head]
        arguments = ["theta", *self.input_names]
        batch = next((name for name in self.input_names), None)
        everything = "\n".join([*forward, *backward, *gradient])
        if batch is not None and (self._uses_examples or _mentions_m(everything)):
            body.append(f"m = len({batch})")
        elif _mentions_m(everything):
            body.append("m = 1")
        if self._uses_examples:
            self._numpy("arange")
            body.append("examples = arange(m)")
        body += ["", "# forward", *forward, "", "# backward", *backward, *gradient, "return loss, gradient"]
        imports = []
        if self.from_numpy:
            imports.append(f"from numpy import {', '.join(sorted(self.from_numpy))}")
        runtime = sorted(self.used & _IN_RUNTIME)
        functions = sorted(self.used - _IN_RUNTIME)
        blank = [""]
        if functions:
            blank.append(f"from autograd.vectorizing.array_functions import {', '.join(functions)}")
        if runtime:
            blank.append(f"from autograd.vectorizing.runtime import {', '.join(runtime)}")
        imports += blank if len(blank) > 1 else []
        lines = [*imports, "", *self.constants, *([""] if self.constants else []), ""]
        while lines and not lines[0]:
            lines.pop(0)
        lines += [f"def value_and_grad({', '.join(arguments)}):", *("    " + line if line else "" for line in body)]
        return "\n".join(lines) + "\n"

    # ----------------------------------------------------------------------------------------- expressions

    def _numpy(self, name: str) -> str:
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
            return (text, 5) if text.startswith("-") else (text, _ATOM)
        if operand in self.names:
            return self.names[operand], _ATOM
        known = self._inlined.get(operand)
        if known is None:
            known = self._inlined[operand] = self._expression(operand)
        return known

    def _expression(self, array: Array) -> tuple[str, int]:
        operation, operands = array.operation, array.operands
        if operation == "weight":
            return "1.0 / m", 4
        if operation == "number of examples":
            return "m", _ATOM
        if operation == "constant":
            import numpy

            data, shape = array.attribute
            return self._constant(numpy.frombuffer(data).reshape(shape)), _ATOM
        if operation in _INFIX:
            return self._infix(array)
        if operation == "negative":
            first = operands[0]
            if isinstance(first, Array) and first.operation == "weight":
                return "-1.0 / m", 4
            return f"-{self._operand(first, 5)}", 5
        if operation == "view":
            return self._view(array)
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
                text = aligned(self._operand(operands[0], _ATOM), operands[0], array)
            return f"broadcast_to({text}, ({', '.join(lengths)}{',' if len(lengths) == 1 else ''}))", _ATOM
        if operation == "look up":
            return f"{self._operand(operands[0], _ATOM)}[{self._text(operands[1])[0]}]", _ATOM
        if operation == "choose":
            rows, index = operands
            assert isinstance(rows, Array) and isinstance(index, Array)
            if rows.batched and index.batched and not index.shape:
                self._uses_examples = True
                return f"{self._operand(rows, _ATOM)}[examples, {self._text(index)[0]}]", _ATOM
            self.used.add("choose")
            return f"choose({self._text(rows)[0]}, {self._text(index)[0]})", _ATOM
        if operation == "concatenate":
            self._numpy("concatenate")
            return f"concatenate([{', '.join(self._text(o)[0] for o in operands)}], axis=-1)", _ATOM
        if operation == "as index":
            self.used.add("as_index")
            return f"as_index({self._text(operands[0])[0]}, {array.attribute})", _ATOM
        texts = [self._text(o)[0] for o in operands]
        if operation in _CALLS or operation == "where":
            return f"{self._numpy(_CALLS.get(operation, operation))}({', '.join(texts)})", _ATOM
        if operation == "abs":
            return f"abs({texts[0]})", _ATOM
        self.used.add(operation)
        return f"{operation}({', '.join(texts)})", _ATOM

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
        return f"{texts[0]} {sign} {texts[1]}", level

    def _view(self, array: Array) -> tuple[str, int]:
        base = array.operands[0]
        assert isinstance(base, Array)
        view = array.attribute
        name = self._operand(base, _ATOM)
        if view.gathered is not None:
            index = self._constant(view.indices(), integer=True)
            if base.batched:
                flat = name if len(base.shape) == 1 else f"{name}.reshape(m, -1)"
                return f"{flat}[:, {index}]", _ATOM
            return f"{name if len(base.shape) == 1 else f'{name}.ravel()'}[{index}]", _ATOM
        return view_text(name, view, base.shape, base.batched, writable=False), _ATOM

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
            return f"{self._operand(a, _ATOM)}[:, None] * {self._operand(b, 5)}", 4
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
        return f'einsum("{axes_a},{axes_b}->{axes}", {self._text(a)[0]}, {self._text(b)[0]})', _ATOM

    def _turned(self, array: Array) -> str:
        text = self._operand(array, _ATOM)
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
        return f"{self._operand(source, _ATOM)}.sum({inside})", _ATOM


_NO_ACTIVATIONS = (
    "view",
    "sum",
    "negative",
    "broadcast",
    "logsumexp",
    "softmax",
    "argmax",
    "argmin",
    "accumulate",
    "as float",
    "as index",
)
_IN_RUNTIME = {"add_rows", "add_choice", "add_gathered", "choose", "as_index"}


def _shaped(array: Array, view: Any) -> Array:
    """An array of the shape of a view, to align an operand with."""
    return Array(array.graph, "shape", (), None, view.shape, array.batched, array.kind, -1)


def _mentions_m(text: str) -> bool:
    import re

    return re.search(r"\bm\b", text) is not None
