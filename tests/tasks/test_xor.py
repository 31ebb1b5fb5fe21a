import argparse
from pathlib import Path

import pytest

from tasks.boolean import xor
from tasks.boolean.separability import CASES
from tasks.boolean.xor import TARGETS
from tasks.support.command_line import main
from tasks.support.errors import UserError
from tasks.support.pages import save_training


def test_the_targets_are_what_python_says():
    assert [a ^ b for a, b in CASES] == list(TARGETS)


def test_the_network_built_by_hand_is_the_texts():
    network = xor.build_network()
    assert [network(case)[0].data for case in CASES] == [0, 1, 1, 0]
    # The textbook's figure: (0, 1) and (1, 0) fall on the same point of the h space.
    assert [xor.hidden_point(network, case) for case in CASES] == [(0, 0), (1, 0), (1, 0), (2, 1)]


def test_a_network_learns_from_random_weights_by_going_down():
    start, early, late = (xor.learn_network(3, "tanh", seed=0, epochs=epochs) for epochs in (1, 20, 200))
    assert late.right == 4 > start.right
    assert [start.epochs, early.epochs] == [1, 20] and 20 < late.epochs <= 200
    assert [int(late.network(case)[0].data > 0) for case in CASES] == list(TARGETS)


def test_a_seed_is_the_same_run_every_time():
    first, second = (xor.learn_network(2, "tanh", seed=4, epochs=10) for _ in range(2))
    assert [p.data for p in first.network.parameters()] == [p.data for p in second.network.parameters()]
    other = xor.learn_network(2, "tanh", seed=5, epochs=10)
    assert [p.data for p in first.network.parameters()] != [p.data for p in other.network.parameters()]


def test_learning_stops_when_the_loss_is_small_or_the_epochs_are_over():
    assert xor.learn_network(3, "tanh", seed=0, epochs=1).epochs == 1
    assert xor.learn_network(3, "tanh", seed=0, epochs=1000).epochs < 1000


def test_right_cases_are_counted():
    network = xor.build_network()
    output = network.layers[1]
    assert output.bias is not None
    for number, right in ((0.0, 4), (-0.5, 4), (-2.0, 2), (0.5, 2)):
        # An identity output with this bias: the logits are those of XOR, moved up or down.
        output.activation = "identity"
        output.bias[0].data = number
        assert xor.count_right(network) == right


def test_outcomes_are_summed_up():
    ends = [(10, 4), (30, 4), (9, 3), (9, 2), (9, 1)]
    network = xor.build_network()
    outcomes = [xor.Outcome(network, seed, epochs, right) for seed, (epochs, right) in enumerate(ends)]
    assert xor.summarize(outcomes) == (2, 1, 2, 20)
    assert xor.summarize(outcomes[2:]) == (0, 1, 2, None)


def test_points_in_one_place_share_a_name():
    names = xor.name_points([(0, 0), (5, 5), (0.1, 0), (5, 0)])
    assert names == {(0, 0): "(0, 0)\n(1, 0)", (5, 5): "(0, 1)", (5, 0): "(1, 1)"}


def test_the_region_around_points_is_square_and_holds_them():
    (left, right), (low, high) = xor.surround([(0, 0), (4, 1)])
    assert right - left == pytest.approx(high - low)
    assert left < 0 < 4 < right and low < 0 < 1 < high
    (left, right), (low, high) = xor.surround([(2, 2), (2, 2)])
    assert left < 2 < right and low < 2 < high


def options(tmp_path, *words):
    parser = argparse.ArgumentParser()
    xor.add_arguments(parser)
    arguments = parser.parse_args(words)
    arguments.out, arguments.seed = tmp_path, 0
    return arguments


def test_a_hundred_seeds_are_the_default(tmp_path):
    assert options(tmp_path).runs == 100


def test_the_task_prints_its_tables_and_saves_its_pictures(tmp_path, capsys):
    xor.run(options(tmp_path, "--runs", "3"))
    printed = capsys.readouterr().out
    assert "seeds 0 to 2" in printed
    for name in ("xor-by-hand.png", "xor-learned.png"):
        assert f"picture: {tmp_path / name}" in printed
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")


def test_it_saves_the_training_of_a_seed_that_learns_and_of_one_that_does_not(tmp_path, capsys):
    xor.run(options(tmp_path, "--runs", "5"))
    pages = [line.split()[1:] for line in capsys.readouterr().out.split("\n") if line.startswith("page: ")]
    assert [words[0] for words in pages] == [str(tmp_path / "xor-learning.html"), str(tmp_path / "xor-failing.html")]
    for path, *words in pages:
        seed = int(words[words.index("seed") + 1].rstrip(","))
        outcome = xor.learn_network(2, "relu", seed=seed)
        assert (outcome.right == 4) == ("learning" in path)
        assert f"epoch by epoch: {outcome.right} of 4 cases right" in " ".join(words)
        page = Path(path).read_text(encoding="utf-8")
        assert f"After {outcome.epochs} of {outcome.epochs} epochs" in page and f"{outcome.right} of 4 right" in page
        assert len(page) < 150_000


def test_watching_does_not_change_what_is_learned():
    plain, watched = (xor.learn_network(2, "relu", seed=1, watched=one) for one in (False, True))
    assert [p.data for p in watched.network.parameters()] == [p.data for p in plain.network.parameters()]
    assert (watched.epochs, watched.right) == (plain.epochs, plain.right)
    assert plain.recording is None and watched.recording is not None
    assert watched.recording.frames[-1].epoch == watched.epochs
    assert list(watched.recording.frames[-1].parameters) == [p.data for p in watched.network.parameters()]


def test_a_page_that_cannot_be_written_is_named(tmp_path):
    recording = xor.learn_network(2, "relu", seed=1, epochs=1, watched=True).recording
    assert recording is not None
    (tmp_path / "page.html").mkdir()
    with pytest.raises(UserError, match=r"cannot write the page .*page\.html: "):
        save_training(tmp_path / "page.html", recording)


def test_a_run_in_which_nothing_was_learned_says_so(tmp_path, capsys):
    right = xor.learn_network(2, "relu", seed=0, epochs=1).right
    assert right < 4
    xor.run(options(tmp_path, "--runs", "1", "--epochs", "1"))
    printed = capsys.readouterr().out
    assert f"Two ReLU units after 1 epochs from seed 0: {right} of 4 cases right" in printed
    [row] = [line.split() for line in printed.split("\n") if line.startswith("2 relu")]
    assert row == ["2", "relu", "0", *("1", "0")[:: 1 if right == 3 else -1], "-"]


@pytest.mark.parametrize("words", [["--runs", "0"], ["--epochs", "0"], ["--learning-rate", "nan"]])
def test_options_out_of_range_are_refused(tmp_path, words, capsys):
    with pytest.raises(SystemExit):
        options(tmp_path, *words)
    assert "expected a" in capsys.readouterr().err


def test_a_learning_rate_that_is_too_large_is_named(tmp_path, capsys):
    assert main(["xor", "--learning-rate", "1e300", "--runs", "2", "--out", str(tmp_path)]) == 2
    complaint = capsys.readouterr().err
    assert complaint.startswith("error: --learning-rate 1e+300 is too large to learn with, take a smaller one: the gradient of ")
    assert complaint.count("\n") == 1
