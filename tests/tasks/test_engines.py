"""The option --engine of the tasks that train networks."""

import sys

import pytest

from tasks.language_model import training
from tasks.sentiment import classifiers
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
