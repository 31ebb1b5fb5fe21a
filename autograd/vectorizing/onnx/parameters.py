"""The parameters that stand in a file: blocks of them, and what is put together of several blocks and of constants."""

from __future__ import annotations

from typing import Any

import numpy

from autograd.vectorizing.array_form import ArrayForm
from autograd.vectorizing.arrays import operations as op
from autograd.vectorizing.arrays.array import Array
from autograd.vectorizing.arrays.steps import steps_of
from autograd.vectorizing.arrays.views import View
from autograd.vectorizing.onnx.naming import printable, wanted_names_of_blocks
from autograd.vectorizing.onnx.nodes import Nodes, Tensor
from autograd.vectorizing.printed.naming import stem_and_note_of

Numbers = Any  # numpy.ndarray
# In the place of a parameter.
_CONSTANT = -1


class StoredParameters:
    """Parameters as numbers of a file.

    Args:
        nodes: of the file.
        form: the program.
        theta: the numbers of its parameters.
    """

    def __init__(self, nodes: Nodes, form: ArrayForm, theta: Numbers) -> None:
        self._nodes = nodes
        self._layout = form.layout
        self._theta = theta[form.places].astype(float)
        self._labels = [form.parameters[place].label for place in form.places]
        self._names = wanted_names_of_blocks(form.program, form.layout, self._labels)
        self._known: dict[Array, tuple[Numbers, Numbers] | None] = {}

    def tensor_of(self, array: Array) -> Tensor | None:
        """The tensor of a block of parameters, or of what is put together of them; None for what has to be computed.

        Views of a single block are computed: the block stands in the file anyhow.
        """
        if isinstance(array.operation, op.ParameterBlock):
            numbers, _ = self._block(array.operation.number)
            return self._nodes.store(numbers, self._names[array.operation.number], is_parameter=True)
        taken = self._taken(array) if _is_put_together(array) else None
        if taken is None:
            return None
        numbers, places = taken
        labels = [self._labels[place] for place in places.flat if place != _CONSTANT]
        name = printable(stem_and_note_of(labels)[0]) if labels else "constant"
        return self._nodes.store(numbers, name or "theta", is_parameter=bool(labels))

    def _block(self, number: int) -> tuple[Numbers, Numbers]:
        block = self._layout.blocks[number]
        places = numpy.arange(block.offset, block.offset + block.size).reshape(block.shape)
        return self._theta[places], places

    def _taken(self, operand: Array | float) -> tuple[Numbers, Numbers] | None:
        """The numbers of what is only taken from parameters and constants, and their places in θ; None for anything else."""
        if not isinstance(operand, Array):
            return numpy.array(operand), numpy.array(_CONSTANT)
        if operand not in self._known:
            self._known[operand] = None if operand.batched else self._taken_from_operands(operand)
        return self._known[operand]

    def _taken_from_operands(self, array: Array) -> tuple[Numbers, Numbers] | None:
        match array.operation:
            case op.ParameterBlock(number):
                return self._block(number)
            case op.GivenNumbers.THETA:
                return self._theta, numpy.arange(len(self._theta))
            case op.Captured(data, shape):
                return numpy.frombuffer(data).reshape(shape), numpy.full(shape, _CONSTANT)
            case op.Show() | op.Gather() | op.Plain.COPY | op.Plain.BROADCAST | op.Plain.CONCATENATE:
                operands = [self._taken(one) for one in array.operands]
                found = [one for one in operands if one is not None]
                if len(found) < len(operands):
                    return None
                return self._moved(array, [one for one, _ in found]), self._moved(array, [one for _, one in found])
            case _:
                return None

    @staticmethod
    def _moved(array: Array, operands: list[Numbers]) -> Numbers:
        match array.operation:
            case op.Show(view) | op.Gather(view):
                return elements_of(operands[0], view)
            case op.Plain.BROADCAST:
                return numpy.broadcast_to(operands[0], array.shape)
            case op.Plain.CONCATENATE:
                return numpy.concatenate(operands, axis=-1)
            case _:
                return operands[0]


def _is_put_together(array: Array) -> bool:
    """Whether an array is a part of several blocks, or has parts side by side, seen in whatever way."""
    while array.is_other_form or (array.operation is op.Plain.BROADCAST and array.arrays):
        (array,) = array.arrays
    return array.operation in (op.GivenNumbers.THETA, op.Plain.CONCATENATE)


def elements_of(array: Numbers, view: View) -> Numbers:
    """The elements that a view shows or gathers, of repeated axes one."""
    if view.gathered is not None:
        return array.reshape(-1)[view.indices()]
    for step, what in steps_of(view, False, brief=True):
        if step == "index":
            array = array[tuple([slice(*one) if isinstance(one, tuple) else one for one in what])]
        else:
            array = array.reshape(what) if step == "reshape" else array.transpose(what)
    return numpy.asarray(array)
