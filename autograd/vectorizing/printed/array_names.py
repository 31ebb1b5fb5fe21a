"""Which arrays of a program have lines of their own, and what these are called."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.vectorizing.arrays import operations as op
from autograd.vectorizing.arrays.array import Array, needed
from autograd.vectorizing.arrays.building import ArrayProgram
from autograd.vectorizing.grouping.groups import Grouping
from autograd.vectorizing.layout.plans import ArrayLayout
from autograd.vectorizing.printed.expressions import Expressions
from autograd.vectorizing.printed.naming import identifier_of, names_of_parameters, stem_and_note_of, stem_of

# A longer expression gets a line of its own.
LONGEST = 70


class ArrayNames:
    """The names of a program's arrays.

    Args:
        expressions: what writes them; it is told the names.
        program: its operations, with composite functions kept.
        grouping: where labels are.
        layout: where parameters are.
        inputs: the wanted names of the input arrays.
        n_unused: how many parameters stand at the end of θ that nothing depends on.

    Attributes:
        order: the arrays needed, operands first.
        forward: those of the forward pass.
        inputs: the names of the input arrays.
        blocks: the names of the parameters' blocks.
        notes: what the labels of the blocks are, in words.
        inline: names of what is written where it is used, which its gradient is called after.
        gradients: names of the gradients of blocks.
    """

    def __init__(
        self,
        expressions: Expressions,
        program: ArrayProgram,
        grouping: Grouping,
        layout: ArrayLayout,
        inputs: Sequence[str],
        n_unused: int,
    ) -> None:
        self._expressions = expressions
        self._names = expressions.names
        self._program = program
        roots = [program.loss, *(array for array in (*program.gradient, program.spanning) if array is not None)]
        self.order = needed(roots)
        self.forward = set(needed([program.loss]))
        self._users: dict[Array, list[Array]] = {array: [] for array in self.order}
        for array in self.order:
            for operand in array.arrays:
                self._users[operand].append(array)
        self._labels = self._labels_of_groups(grouping)
        self._name_what_is_given(grouping, layout, inputs, n_unused)
        self.inline = self._name_what_is_computed()
        self.gradients = {
            gradient: f"d{name}"
            for gradient, name in reversed([*zip(program.gradient, self.blocks, strict=True)])
            if gradient is not None and gradient not in self._names
        }
        expressions.name_anew()
        expressions.constants.clear()

    # ------------------------------------------------------------------------------------------------ given

    def _name_what_is_given(self, grouping: Grouping, layout: ArrayLayout, inputs: Sequence[str], n_unused: int) -> None:
        members, blocks = grouping.groups[Grouping.PARAMETERS].members, layout.blocks
        labelled = [
            stem_and_note_of([members[n].label for n in layout.theta[block.offset : block.offset + block.size]])  # type: ignore[union-attr]
            for block in blocks
        ]
        self.notes = [note for _, note in labelled]
        looked_up, multiplied = self._uses_of_blocks(len(blocks))
        wanted_inputs = list(inputs)
        for array in self._program.graph.arrays:
            # A batch of vectors is a matrix, and a matrix has a capital letter.
            if isinstance(array.operation, op.Input) and array.shape and array.kind == "float":
                name = wanted_inputs[array.operation.number]
                wanted_inputs[array.operation.number] = name.upper() if len(name) == 1 else name
        self.inputs = self._expressions.free.give_all(wanted_inputs)
        self.blocks = self._expressions.free.give_all(
            names_of_parameters([stem for stem, _ in labelled], [len(block.shape) for block in blocks], looked_up, multiplied)
        )
        for array in self._program.graph.arrays:
            match array.operation:
                case op.ParameterBlock(number):
                    self._names[array] = self.blocks[number]
                case op.Input(number):
                    self._names[array] = self.inputs[number]
                case op.GivenNumbers.THETA:
                    self._names[array] = f"theta[:{len(layout.theta)}]" if n_unused else "theta"

    def _uses_of_blocks(self, n_blocks: int) -> tuple[list[bool], list[bool]]:
        """Which blocks of parameters the forward pass looks up, and which it multiplies."""
        looked_up, multiplied = [False] * n_blocks, [False] * n_blocks
        for array in self.order:
            for operand in array.arrays if array in self.forward else ():
                while operand.is_other_form:
                    (operand,) = operand.arrays
                if isinstance(operand.operation, op.ParameterBlock):
                    number = operand.operation.number
                    looked_up[number] |= array.operation is op.Plain.LOOK_UP
                    multiplied[number] |= isinstance(array.operation, op.Contract) or array.function == "multiply"
        return looked_up, multiplied

    # --------------------------------------------------------------------------------------------- computed

    def _name_what_is_computed(self) -> dict[Array, str]:
        """Name what has a line of its own; the names of what hasn't and has a gradient."""
        named = []
        for array in self.order:
            if array in self.forward and self._is_named(array):
                named.append(array)
                self._names[array] = "XX"  # as long as a name will be
        # A product before its bias is added has the gradient of the sum, and no name of its own.
        inline = [
            array for array in dict.fromkeys(self._program.values.values())
            if isinstance(array, Array) and array in self.forward and array not in self._names and not array.is_given
            and self.wanted(array) != "t" and not any(map(_is_product, self._users_of(array)))
        ]  # fmt: skip
        given = self._expressions.free.give_all([self.wanted(array) for array in [*named, *inline]])
        self._names.update(zip(named, given, strict=False))
        return dict(zip(inline, given[len(named) :], strict=True))

    def _is_named(self, array: Array) -> bool:
        """Whether a value of the forward pass has a line of its own."""
        if array.is_given or array.is_view or array is self._program.loss:
            return False
        forward = [user for user in self._users[array] if user in self.forward]
        while len(forward) == 1 and (forward[0].is_view or forward[0].operation is op.Plain.COPY):
            forward = [user for user in self._users[forward[0]] if user in self.forward]
        if isinstance(array.operation, op.Accumulate) or len(forward) > 1:
            return True
        # What costs next to nothing is written out where the backward pass needs it again.
        is_cheap = array.function == "negative" or array.operation in (op.Plain.BROADCAST, op.Plain.MASK_AS_FLOAT)
        if not is_cheap and any(user not in self.forward for user in self._users_of(array)):
            return True
        if not forward:
            return False
        return isinstance(forward[0].operation, op.Contract) or len(self._expressions.text(array)) > LONGEST

    def wanted(self, array: Array) -> str:
        """What an array should be called: after its label, or by the letter for what it is."""
        name = identifier_of(self._labels.get(array, ""))
        if name:
            return name.upper() if len(name) == 1 and array.shape else name
        users = self._users_of(array)
        letter = "t"
        if _is_product(array):
            letter = "a" if any(_is_activation(user) for user in self._users[array] if user in self.forward) else "z"
        elif _is_activation(array):
            letter = "h"
        elif any(isinstance(user.operation, op.Contract) and user in self.forward for user in users):
            letter = "x"
        return letter.upper() if array.shape and letter != "t" else letter

    def _users_of(self, array: Array) -> list[Array]:
        """What uses an array, as it is or in another shape."""
        users = []
        for user in self._users.get(array, ()):
            users += self._users_of(user) if user.is_other_form else [user]
        return users

    def _labels_of_groups(self, grouping: Grouping) -> dict[Array, str]:
        """What the labels of a computed group's members have in common, if all have one."""
        found: dict[Array, str] = {}
        for number, array in self._program.values.items():
            if isinstance(array, Array) and not array.is_given:
                members = grouping.groups[number].members
                labels = [member.label for member in members if member is not None]
                if labels and len(labels) == len(members) and all(labels):
                    found.setdefault(array, stem_of(labels))
        return found


def _is_product(array: Array) -> bool:
    """Whether an array is a product, or the sum of one and something else."""
    while array.function in ("add", "subtract") or array.is_other_form:
        left = array.operands[0]
        if not isinstance(left, Array):
            return False
        array = left
    return isinstance(array.operation, op.Contract)


def _is_activation(array: Array) -> bool:
    """Whether an array is a function of a product, element by element."""
    has_product = len(array.operands) == len(array.arrays) == 1 and _is_product(array.arrays[0])
    is_function = array.function not in ("", "negative") or array.operation is op.Plain.FLOAT_AS_MASK
    return has_product and is_function
