"""What computed arrays are called: after labels and outputs, else by a letter for what computes them."""

from __future__ import annotations

from autograd.vectorizing.printed.naming import identifier_of, stem_of
from autograd.vectorizing.printed_loops.steps import Step
from autograd.vectorizing.printed_loops.uses import Uses
from autograd.vectorizing.rolled.program import Array

# What is called by a number alone.
NAMELESS = "v"
_ACTIVATIONS = ("tanh", "sigmoid", "relu", "gelu", "gelu_tanh", "silu", "softplus", "softsign")
_LETTERS = {"exp": "e", "square": "q", "logsumexp": "z", "dot": "z", "total": "z", **dict.fromkeys(_ACTIVATIONS, "h")}


def wanted_names(uses: Uses) -> dict[Array, str]:
    """What each array that is computed should be called; several may want the same."""
    outputs: dict[Array, str] = {}
    for name, places in uses.program.outputs.items():
        arrays = {place.array for place in places}
        if len(arrays) == 1:
            outputs.setdefault(arrays.pop(), identifier_of(name))
    wanted = {}
    for array, writers in uses.writers.items():
        labels = [step.operation.node.label for step in writers]
        stem = stem_of([label for label in labels if label]) if any(labels) else ""
        wanted[array] = identifier_of(stem) or outputs.get(array, "") or _letter(array, writers, uses)
    return wanted


def _letter(array: Array, writers: list[Step], uses: Uses) -> str:
    if array is uses.program.loss.array:
        return "losses"
    readers = uses.readers.get(array, [])
    if readers and all(use.step.operation.primitive.name in _ACTIVATIONS for use in readers):
        return "a"
    return _LETTERS.get(writers[-1].operation.primitive.name, NAMELESS)
