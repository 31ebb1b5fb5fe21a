"""Which arrays of a program have lines of their own, and what these are called."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.vectorizing.arrays.array_graph import Array
from autograd.vectorizing.arrays.building import ArrayProgram
from autograd.vectorizing.arrays.walking import GIVEN, needed
from autograd.vectorizing.grouping.groups import Grouping
from autograd.vectorizing.layout.plans import ArrayLayout
from autograd.vectorizing.printed.expressions import Expressions
from autograd.vectorizing.printed.naming import identifier_of, names_of_parameters, stem_and_note_of, stem_of

# A longer expression gets a line of its own.
LONGEST = 70
# What costs next to nothing is written out where the backward pass needs it again.
_WRITTEN_AGAIN = ("negative", "broadcast", "as float", "constant")
_NO_ACTIVATIONS = (
    "view",
    "copy",
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
    "running sum",
    "running product",
)


class NamedArrays(Expressions):
    """The names of a program's arrays.

    Args:
        program: its operations, with composite functions kept.
        grouping, layout: where labels are.
        inputs: the names of the input arrays.
        n_unused: how many parameters stand at the end of θ that nothing depends on.
    """

    def __init__(
        self, program: ArrayProgram, grouping: Grouping, layout: ArrayLayout, inputs: Sequence[str], n_unused: int = 0
    ) -> None:
        super().__init__()
        self.program = program
        self.grouping = grouping
        self.layout = layout
        self.n_unused = n_unused
        self._gradient_names: dict[Array, str] = {}
        roots = [program.loss, *(array for array in program.gradient if array is not None)]
        if program.spanning is not None:
            roots.append(program.spanning)
        self.order = needed(roots)
        self.forward = set(needed([program.loss]))
        self._labels = self._labels_of_groups()
        self._users(roots)
        self._choose_names(inputs)

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
        labelled = [
            stem_and_note_of([members[n].label for n in self.layout.theta[block.offset : block.offset + block.size]])  # type: ignore[union-attr]
            for block in blocks
        ]
        self.notes = [note for _, note in labelled]
        looked_up, multiplied = [False] * len(blocks), [False] * len(blocks)
        for array in self.order:
            for operand in array.operands if array in self.forward else ():
                while isinstance(operand, Array) and operand.operation in ("view", "copy"):
                    operand = operand.operands[0]
                if isinstance(operand, Array) and operand.operation == "block":
                    looked_up[operand.attribute] |= array.operation == "look up"
                    multiplied[operand.attribute] |= array.operation in ("contract", "multiply")
        names = self._free
        wanted_inputs = [self._capital(name, array) for name, array in zip(inputs, self._inputs(inputs), strict=True)]
        given = names.give_all(wanted_inputs)
        self.input_names = given
        self.block_names = names.give_all(
            names_of_parameters([stem for stem, _ in labelled], [len(block.shape) for block in blocks], looked_up, multiplied)
        )
        for array in program.graph.arrays:
            if array.operation == "block":
                self.names[array] = self.block_names[array.attribute]
            elif array.operation == "input":
                self.names[array] = given[array.attribute]
            elif array.operation == "theta":
                self.names[array] = f"theta[:{len(self.layout.theta)}]" if self.n_unused else "theta"
        named = []
        for array in self.order:
            if array in self.forward and self._is_named(array):
                named.append(array)
                self.names[array] = "XX"  # as long as a name will be
        wanted = [self._wanted_name(array) for array in named]
        # What is written where it is used has a name too, which its gradient is called after.
        inline = [
            array for array in dict.fromkeys(self.program.values.values())
            if isinstance(array, Array) and array in self.forward and array not in self.names and array.operation not in GIVEN
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
        if array.operation in GIVEN or array.is_view:
            return False
        if array is self.program.loss:
            return False
        forward = [user for user in self.users[array] if user in self.forward]
        while len(forward) == 1 and (forward[0].is_view or forward[0].operation == "copy"):
            forward = [user for user in self.users[forward[0]] if user in self.forward]
        if array.operation == "accumulate" or len(forward) > 1:
            return True
        if array.operation not in _WRITTEN_AGAIN and any(user not in self.forward for user in self._users_of(array)):
            return True
        return bool(forward) and (forward[0].operation == "contract" or len(self._text(array)[0]) > LONGEST)

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
            users += self._users_of(user) if user.operation in ("view", "copy") else [user]
        return users

    def _labels_of_groups(self) -> dict[Array, str]:
        """What the labels of a computed group's members have in common, if all have one."""
        found: dict[Array, str] = {}
        for number, array in self.program.values.items():
            if isinstance(array, Array) and array.operation not in GIVEN:
                members = self.grouping.groups[number].members
                labels = [member.label for member in members if member is not None]
                if labels and len(labels) == len(members) and all(labels):
                    found.setdefault(array, stem_of(labels))
        return found

    def _is_product(self, array: Array) -> bool:
        """Whether an array is a product, or the sum of one and something else."""
        while array.operation in ("add", "subtract", "view", "copy"):
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
