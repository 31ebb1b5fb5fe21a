"""The command: tables, pictures, and one sentence for what the user can put right."""

import re
from pathlib import Path

import pytest

from tasks.language_model import task
from tasks.language_model.demonstration import Demonstration, demonstrate
from tasks.support.command_line import main

SMALL = ["--examples", "200", "--vocabulary", "12", "--hidden", "2", "--embedding", "2", "--context", "1", "--samples", "2"]


@pytest.fixture(scope="module")
def demonstration() -> Demonstration:
    return demonstrate(0, progress=False)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, demonstration: Demonstration) -> None:
    """The demonstration is trained once for all tests here; it has its own."""
    monkeypatch.setattr(task, "demonstrate", lambda seed, engine: demonstration)


@pytest.fixture
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    (folder / "names_makemore").mkdir(parents=True)
    names = [f"{a}{b}{c}a" for a in "bcdfg" for b in "aeiou" for c in "lmnr"]
    (folder / "names_makemore" / "names.txt").write_text("\n".join(names) + "\n")
    monkeypatch.setenv("CHALKGRAD_DATA", str(folder))
    return folder


def test_the_manual(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["language-model", "--out", str(tmp_path), *SMALL]) == 0
    printed = capsys.readouterr()
    assert "Python's manual, in words" in printed.out
    assert "bigrams, Kneser-Ney" in printed.out and "trigrams, Kneser-Ney" not in printed.out.split("After")[0]
    assert re.search(r"feedforward network +\d\.\d{3} +\d+\.\d{3}\n", printed.out)
    assert re.search(r"\d+% network, \d+% bigrams, Kneser-Ney +\d\.\d{3} +\d+\.\d{3}\n", printed.out)
    assert "Where the two words before were learned together (" in printed.out
    assert printed.out.count("Written by") == 3
    assert "<unk>" not in printed.out
    assert re.search(r"feedforward network +0\.\d+ +0\.\d+ +fed", printed.out)
    pictures = sorted(path.name for path in tmp_path.iterdir())
    assert pictures == [
        "language-model-demonstration.png",
        "language-model-manual-embeddings.png",
        "language-model-manual-learning.png",
    ]
    for name in pictures:
        assert str(tmp_path / name) in printed.out


def test_names_by_default_and_the_same_again(tmp_path: Path, data_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outputs = []
    for seed in ("7", "7", "8"):
        assert main(["language-model", "--data", "--out", str(tmp_path / "out"), "--seed", seed, *SMALL]) == 0
        outputs.append(capsys.readouterr().out)
    assert "names, in letters: 400 predictions to learn from, 50 held out (dev part, 10 %)" in outputs[0]
    assert outputs[0] == outputs[1] != outputs[2]


def test_no_samples(tmp_path: Path, data_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["language-model", "--data", "names", "--out", str(tmp_path / "out"), *SMALL, "--samples", "0"]) == 0
    assert "Written by" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--data", "nemes"], "no published set is called 'nemes'"),
        (["--data", "ptb"], "there is no ptb/ptb.train.txt and no ptb/ptb.valid.txt and no ptb/ptb.test.txt. Needed are"),
        (["--data", "names", "--embedding", "1"], "--embedding must be 2 or more, not 1"),
        (["--data", "names", "--context", "0"], "--context must be 1 or more, not 0"),
        (["--data", "names", "--vocabulary", "2"], "--vocabulary must be 3 or more, not 2"),
        (["--data", "names", "--examples", "3"], "names: 3 predictions are too few for a sentence of this text"),
        (["--order", "0"], "1 or more"),
        (["--order", "21"], "--order must be 20 or less, not '21'"),
        (["--data", "names", "--context", "101"], "--context must be 100 or less, not '101'"),
        (["--data", "names", "--epochs", "9" * 90], "--epochs must be 1,000 or less, not '9999"),
        (["--data", "names", "--epochs", "9" * 5000], "expected a whole number that is 0 or more, not '9999"),
        (["--data", "names", "--hidden", "9000", "--embedding", "900"], "parameters is too large to train here"),
        (["--data", "nanes"], "did you mean 'names'?"),
        (["--temperature", "0"], "greater than 0"),
        (["--hidden", "many"], "'many'"),
    ],
)
def test_what_the_user_can_put_right(
    tmp_path: Path, data_folder: Path, capsys: pytest.CaptureFixture[str], options: list[str], sentence: str
) -> None:
    assert main(["language-model", "--out", str(tmp_path / "out"), *options]) == 2
    complaint = capsys.readouterr().err
    assert sentence in complaint
    assert complaint.count("\n") == 1


def test_without_the_folder_of_published_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CHALKGRAD_DATA", raising=False)
    assert main(["language-model", "--data", "--out", str(tmp_path)]) == 2
    assert "set the environment variable CHALKGRAD_DATA" in capsys.readouterr().err
