"""Predicting many documents at once: the network is compiled, where `Classifier.logits` records one document after the other."""

from collections.abc import Sequence
from typing import Any

from autograd import Value, total, vectorize
from nn import Module

MOST_AT_ONCE = 512


def logits_of(network: Module, inputs: Sequence[tuple[Any, ...]]) -> list[list[float]]:
    """Return the logits that a network gives for each of several inputs: the arguments of its call.

    All inputs have the same structure: lists in them have the same length. They are the numbers that the eager engine gives, to
    within roundings.
    """
    if not inputs:
        return []

    def outputs(*example: Any) -> tuple[Value, dict[str, Any]]:
        logits = list(network(*example))
        # A program has a loss; this one is not looked at.
        return total(logits), {"logits": logits}

    calls = -(-len(inputs) // MOST_AT_ONCE)
    program = vectorize(
        outputs, *inputs[0], parameters=network.parameters(), engine="numpy", expected_calls=calls, expected_examples=MOST_AT_ONCE
    )
    theta = program.parameters.read()
    logits: list[list[float]] = []
    for start in range(0, len(inputs), MOST_AT_ONCE):
        some = inputs[start : start + MOST_AT_ONCE]
        # A list without elements is the same for all examples.
        batch = [list(argument) if argument[0] not in ([], ()) else [] for argument in zip(*some, strict=True)]
        logits += program.outputs(theta, *batch)["logits"].tolist()
    return logits
