"""The exercises of `notebooks/03_feedforward_networks.py`."""

from math import log

from autograd import softmax
from nn import MLP
from tasks.exercises.exercise import Exercise
from tasks.exercises.judges import number, numbers

SIZES = (6, 4, 3)
W, U = ((1, 2), (0, 1)), (1, -1)

FIRST, SECOND, THIRD = (share.data for share in softmax([0.0, 0.0, log(2)]))

EXERCISES = (
    Exercise(
        "3.1",
        numbers(
            {"The first probability": FIRST, "The second probability": SECOND, "The third probability": THIRD},
            "Take the exponential of each score (e to the power of ln 2 is simple), and divide by the sum of the three.",
        ),
        "A class has twice the probability of another if its score is larger by ln 2.",
    ),
    Exercise(
        "3.2",
        number(
            len(MLP(SIZES[0], SIZES[1:]).parameters()),
            "Each unit has a weight for each of its inputs, and a bias. Count the two layers one after the other.",
            digits=None,
            mistakes={
                6 * 4 + 4 * 3: "Those are the weights; the biases are parameters too.",
                6 * 4 + 4 + 4 * 3: "The units of the last layer have biases as well.",
                6 + 4 + 3: "That counts the units and inputs, not the connections between them.",
            },
        ),
        "Most parameters are weights, and their number is that of the connections.",
    ),
    Exercise(
        "3.3",
        numbers(
            {f"Weight {j + 1}": sum(u * row[j] for u, row in zip(U, W, strict=True)) for j in range(2)},
            "Write z as u₁h₁ + u₂h₂, put in h₁ and h₂, and collect what stands before each x.",
            digits=None,
        ),
        "It is the product of the row u and the matrix W.",
    ),
)
