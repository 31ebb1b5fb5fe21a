from argparse import Namespace
from itertools import islice

import pytest

from tasks.boolean import gates
from tasks.boolean.gates import GATES

TABLES = {"AND": lambda a, b: a & b, "OR": lambda a, b: a | b, "XOR": lambda a, b: a ^ b}
CASES = [(0, 0), (0, 1), (1, 0), (1, 1)]


@pytest.mark.parametrize("name", GATES)
def test_the_gates_are_what_python_says(name):
    assert GATES[name] == tuple(TABLES[name](a, b) for a, b in CASES)


@pytest.mark.parametrize("name", ["AND", "OR"])
def test_a_perceptron_learns_the_gate(name):
    epochs, repeated = gates.learn_until_settled(GATES[name])
    assert repeated is None and epochs[-1].mistakes == 0
    w1, w2, b = epochs[-1].weights
    assert [int(w1 * x1 + w2 * x2 + b > 0) for x1, x2 in CASES] == list(GATES[name])
    assert all(epoch.mistakes > 0 for epoch in epochs[:-1])


def test_the_perceptron_rule_step_by_step():
    # OR by hand: (0, 1) is the first mistake, which adds (0, 1) and 1; then (0, 0) is one, and so on.
    assert [epoch.weights for epoch in islice(gates.learn_gate(GATES["OR"]), 4)] == [
        (0, 1, 1),
        (1, 1, 1),
        (1, 1, 0),
        (1, 1, 0),
    ]


def test_a_perceptron_goes_round_for_ever_on_xor():
    epochs, repeated = gates.learn_until_settled(GATES["XOR"])
    assert repeated in epochs[:-1] and repeated.weights == epochs[-1].weights
    assert all(epoch.mistakes > 0 for epoch in islice(gates.learn_gate(GATES["XOR"]), 200))


@pytest.mark.parametrize(
    ("weights", "line"),
    [((1, 1, 0), "x₁ + x₂ = 0"), ((-1, 2, 3), "-x₁ + 2x₂ + 3 = 0"), ((0, -1, 0), "-x₂ = 0"), ((0, 0, 0), "0 = 0")],
)
def test_a_boundary_in_words(weights, line):
    assert gates.describe_line(*weights) == line


def test_the_score_of_an_epoch_is_zero_on_its_line():
    epoch = gates.Epoch(1, 0, w1=2, w2=1, b=-2)
    assert [epoch.score(1, 0), epoch.score(0.5, 1), epoch.score(1, 1)] == [0, 0, 1]


def test_the_task_prints_the_proof_and_saves_its_picture(tmp_path, capsys):
    gates.run(Namespace(out=tmp_path, seed=0, engine="auto"))
    printed = capsys.readouterr().out
    assert printed.count("\nlearned: ") == 2 and printed.count("\nnever learned: ") == 1
    assert printed.count("so there is no such unit") == 2
    assert f"picture: {tmp_path / 'gates.png'}" in printed
    assert (tmp_path / "gates.png").read_bytes().startswith(b"\x89PNG")
