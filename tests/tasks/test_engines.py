"""The option --engine of the tasks that train networks."""

import sys

import pytest

from tasks.boolean import xor
from tasks.language_model import training
from tasks.sentiment import classifiers
from tasks.support.command_line import TASKS as COMMANDS
from tasks.support.command_line import main


class TrainedError(ValueError):
    """Training has begun, which is far enough."""


@pytest.fixture
def engines(monkeypatch):
    """The engines that `nn.train` was called with, once."""
    asked = []

    def train(*arguments, engine, **settings):
        asked.append(engine)
        raise TrainedError("far enough")

    for module in (training, classifiers):
        monkeypatch.setattr(module, "train", train)
    return asked


TASKS = {
    "sentiment": ["sentiment", "--models", "features", "--epochs", "1"],
    "language-model": ["language-model", "--examples", "50", "--order", "1"],
}


@pytest.mark.parametrize("name", TASKS)
@pytest.mark.parametrize("engine", ["auto", "numpy", "eager"])
def test_training_is_asked_for_the_engine(engines, name, engine, tmp_path):
    assert main([*TASKS[name], "--out", str(tmp_path), "--engine", engine]) == 2
    assert engines == [engine]


@pytest.mark.parametrize("name", TASKS)
def test_it_is_auto_by_itself(engines, name, tmp_path):
    main([*TASKS[name], "--out", str(tmp_path)])
    assert engines == ["auto"]


@pytest.mark.parametrize("name", TASKS)
def test_machine_code_where_there_is_none(engines, name, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "llvmlite", None)
    assert main([*TASKS[name], "--out", str(tmp_path), "--engine", "native"]) == 2
    complaint = capsys.readouterr().err
    assert complaint.startswith("error: --engine native: machine code needs llvmlite") and complaint.count("\n") == 1
    assert engines == []


def test_another_name_is_refused(tmp_path, capsys):
    assert main([*TASKS["sentiment"], "--out", str(tmp_path), "--engine", "nativ"]) == 2
    assert "(did you mean 'native'?)" in capsys.readouterr().err


ALL = {**TASKS, "units": ["units"], "gates": ["gates"], "xor": ["xor", "--runs", "1"]}


@pytest.mark.parametrize("name", ALL)
def test_jax_where_there_is_none(engines, name, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "jax", None)
    assert main([*ALL[name], "--out", str(tmp_path), "--engine", "jax"]) == 2
    complaint = capsys.readouterr().err
    assert complaint.startswith("error: --engine jax: ") and complaint.count("\n") == 1
    assert 'pip install "chalkgrad[jax]"' in complaint
    assert engines == []


def test_all_tasks_have_the_option():
    assert ALL.keys() == COMMANDS.keys()


@pytest.mark.parametrize("engine", ["numpy", "native", "auto"])
def test_xor_is_learned_in_the_same_steps_by_compiled_programs(engine):
    if engine == "native":
        pytest.importorskip("llvmlite")
    for n_hidden, activation in ((2, "relu"), (3, "tanh")):
        found, expected = (xor.learn_network(n_hidden, activation, seed=3, engine=one) for one in (engine, "eager"))
        assert (found.epochs, found.right) == (expected.epochs, expected.right)
        numbers = [[one.data for one in outcome.network.parameters()] for outcome in (found, expected)]
        assert numbers[0] == pytest.approx(numbers[1], rel=1e-9)


@pytest.mark.jax
def test_xor_is_learned_in_the_same_steps_by_jax():
    pytest.importorskip("jax")
    found, expected = (xor.learn_network(2, "tanh", seed=3, engine=one) for one in ("jax", "eager"))
    assert (found.epochs, found.right) == (expected.epochs, expected.right)


def test_a_loss_that_is_not_finite_is_told_by_compiled_programs_too(tmp_path, capsys):
    assert main(["xor", "--runs", "1", "--learning-rate", "1e300", "--engine", "numpy", "--out", str(tmp_path)]) == 2
    assert "is too large to learn with" in capsys.readouterr().err
