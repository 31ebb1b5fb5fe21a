"""The exercises of `notebooks/06_training.py`."""

from typing import Any

from autograd import Value, sigmoid
from nn import binary_cross_entropy
from tasks.exercises.exercise import Exercise, UnansweredError
from tasks.exercises.judges import is_close, number

SUM_AFTER_ONE_STEP = 0.15 * 3 + 0.1 * 2 + 0.05
PROBABILITY = sigmoid(SUM_AFTER_ONE_STEP).data
EPOCHS, BATCHES, EXAMPLES = 60, 3, 8


def judge_step(answer: Any) -> str | None:
    """Judge a function that takes a step of gradient descent: None if it is right, else a hint.

    >>> judge_step(lambda parameters, learning_rate: None)
    'The parameters are where they were: a parameter moves when its `data` is assigned.'
    """
    if not callable(answer):
        return "Give a function of a list of parameters and the learning rate."
    # Gradients that leave no doubt about signs and factors; the last parameter was reached by no backward pass.
    numbers, gradients, learning_rate = (1.0, -2.0, 0.5), (3.0, -0.5, None), 0.1
    parameters = [Value(one) for one in numbers]
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.gradient = gradient
    try:
        returned = answer(parameters, learning_rate)
    except TypeError:
        if [one.data for one in parameters] == list(numbers):
            raise
        return "A parameter that no backward pass has reached has the gradient None, with which nothing can be computed."
    if returned is ...:
        raise UnansweredError
    moved = [one.data for one in parameters]
    if moved == list(numbers):
        return "The parameters are where they were: a parameter moves when its `data` is assigned."
    if is_close(moved[0], 1.3, None):
        return "The parameters went uphill: the gradient points to where the loss grows."
    if not (is_close(moved[0], 0.7, None) and is_close(moved[1], -1.95, None)):
        return "The parameters moved to other places. The step is the learning rate times the gradient, for each its own."
    if moved[2] != numbers[2]:
        return "A parameter that no backward pass has reached should stay where it is."
    if any(one.gradient is not None for one in parameters):
        return "The parameters are in the right place, but the next backward pass would add to their old gradients."
    return None


EXERCISES = (
    Exercise(
        "6.1",
        number(
            binary_cross_entropy(PROBABILITY, 1).data,
            "First z with the three new parameters and the two inputs, then σ(z), then the logarithm with a minus sign.",
            mistakes={
                binary_cross_entropy(0.5, 1).data: "That is the loss before the step.",
                binary_cross_entropy(PROBABILITY, 0).data: "That would be the loss of a negative review.",
                PROBABILITY: "That is ŷ. The loss is still to be computed from it.",
                -binary_cross_entropy(PROBABILITY, 1).data: "A loss is never negative: mind the sign of the logarithm.",
                SUM_AFTER_ONE_STEP: "That is z. Now the sigmoid, and then the loss.",
            },
        ),
        "One step has taken away almost half of the loss of this review.",
    ),
    Exercise("6.2", judge_step, "This is all that an optimizer without a memory does."),
    Exercise(
        "6.3",
        number(
            EPOCHS * BATCHES,
            "In each epoch there is one step for each batch.",
            digits=None,
            mistakes={
                EPOCHS: "That is the number of epochs, each of which takes several steps.",
                EPOCHS * EXAMPLES: "That would be a step for each example; but all examples of a batch share one.",
                EPOCHS * 2: "The last batch of an epoch counts too, although it is smaller.",
                BATCHES: "That is the number of steps in one epoch.",
            },
        ),
        "Without batches there would have been only 60 steps, each a little more exact.",
    ),
)
