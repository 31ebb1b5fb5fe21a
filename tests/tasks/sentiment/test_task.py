"""The task as a user runs it: options, what it prints and saves, and the first milestone on published sentences."""

import argparse
import os
import re
from functools import partial
from pathlib import Path

import pytest

from tasks.sentiment import task
from tasks.sentiment.classifiers import RECIPES, documents_of, fit
from tasks.sentiment.corpora import Corpus, Sentence, shipped_corpus
from tasks.sentiment.evaluation import cross_validate
from tasks.sentiment.lexicons import shipped_lexicon
from tasks.sentiment.readers import READERS
from tasks.support.command_line import main
from tasks.support.errors import UserError


def run(*options: str, out: Path) -> None:
    parser = argparse.ArgumentParser()
    task.add_arguments(parser)
    arguments = parser.parse_args(options)
    arguments.out, arguments.seed = out, 0
    task.run(arguments)


def test_all_models_in_three_classes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("--classes", "3", "--folds", "2", "--epochs", "1", "--sentences", "90", out=tmp_path)
    printed = capsys.readouterr().out
    for recipe in RECIPES.values():
        assert re.search(rf"^{re.escape(recipe.title)} +90 +\d+\.\d +\d+\.\d$", printed, re.MULTILINE), recipe.title
    for part in ("majority class", "gold \\ predicted", "x6 ln(word count)", "judged wrong:", "down:"):
        assert part in printed
    pictures = sorted(path.name for path in tmp_path.iterdir())
    assert pictures == [f"sentiment-shipped-3-classes-{part}.png" for part in ("confusion", "learning", "weights", "words")]
    assert all(f"picture: {tmp_path / name}" in printed for name in pictures)


def test_without_classes_both_variants_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("--models", "two-layer", "--folds", "2", "--epochs", "1", "--sentences", "60", out=tmp_path)
    printed = capsys.readouterr().out
    negative, neutral, positive = shipped_corpus().class_counts()
    assert f"shipped reviews, 2 classes: 30 negative, 30 positive of {negative + positive} sentences; 2-fold" in printed
    used = re.search(r"3 classes: (\d+) negative, (\d+) neutral, (\d+) positive of (\d+) sentences; 2-fold", printed)
    assert used is not None
    assert sum(map(int, used.groups()[:3])) == 60 and int(used[4]) == negative + neutral + positive
    # No weights of logistic regression and no words of embeddings, so no pictures of them.
    assert len(list(tmp_path.iterdir())) == 4


def test_the_shipped_corpus_is_learnt_well_above_the_majority() -> None:
    corpus = shipped_corpus().without_class("neutral")
    recipe, documents = RECIPES["logistic"], documents_of(corpus.sentences, corpus)
    fit_model = partial(fit, recipe, n_classes=2, lexicon=shipped_lexicon())
    evaluation = cross_validate(recipe, fit_model, documents, corpus.class_names, n_folds=3, seed=0)
    assert evaluation.scores.accuracy > 0.7


def test_a_published_set_with_its_own_test_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "data" / "sst"
    folder.mkdir(parents=True)
    for part, what, n in (("train", "film", 8), ("dev", "story", 2), ("test", "cast", 3)):
        (folder / f"stsa.binary.{part}.txt").write_text(f"1 a good {what} .\n0 a bad {what} !\n" * n, encoding="utf-8")
    with (folder / "stsa.binary.train.txt").open("a", encoding="utf-8") as file:
        file.write("0 a good  Cast .\n")
    monkeypatch.setenv("CHALKGRAD_DATA", str(tmp_path / "data"))
    run("--data", "sst-2", "--lexicon", "shipped", "--models", "logistic,mean", "--epochs", "20", out=tmp_path)
    printed = capsys.readouterr().out
    assert printed.startswith("SST, 2 classes: 9 negative, 8 positive; tested on 6 more")
    assert "sentences not learnt from, since the test part has their tokens: 1" in printed
    assert re.search(r"^logistic regression, six features +6 +100\.0 +100\.0$", printed, re.MULTILINE)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--models", "logistic,bert"], r"--models: 'bert' is not one of logistic, .*, all"),
        (["--folds", "1"], r"--folds: expected a whole number that is 2 or more, not '1'"),
        (["--folds", "5000"], r"^error: \d+ sentences do not fill 5000 folds; take fewer"),
        (["--folds", "31", "--sentences", "30"], r"^error: 30 sentences do not fill 31 folds; take fewer"),
        (["--data", "imdb"], "no published set is called 'imdb'"),
        (["--data", "uci"], r"there is no uci_sentences/amazon_cells_labelled.txt and no .* \(from https://archive"),
        (["--lexicon", "vader"], r"there is no lexicon_vader/vader_lexicon.txt\. Needed are .* \(from https://github"),
        (["--folds", "9" * 30], r"do not fill 9+ folds; take fewer"),
        (["--models", ""], r"--models: '' is not one of"),
        (["--models", " logistc , max"], r"--models: 'logistc' is not one of .* \(did you mean 'logistic'\?\)"),
        (["--lexicon", "vadr"], r"invalid choice: 'vadr' .* \(did you mean 'vader'\?\)"),
        (["--folds", "0"], r"--folds: expected a whole number that is 2 or more"),
        (["--classes", "4"], r"--classes: invalid choice: "),
    ],
)
def test_mistakes_are_one_sentence(
    options: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "lexicon_hu_liu").mkdir()
    for side, word in (("positive", "good"), ("negative", "bad")):
        (tmp_path / "lexicon_hu_liu" / f"{side}-words.txt").write_text(word, encoding="utf-8")
    monkeypatch.setenv("CHALKGRAD_DATA", str(tmp_path))
    assert main(["sentiment", "--out", str(tmp_path / "out"), "--models", "logistic", *options]) == 2
    printed, complaint = capsys.readouterr()
    assert printed == ""
    assert re.search(message, complaint), complaint
    assert complaint.count("\n") == 1


def test_data_without_a_folder_says_what_to_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CHALKGRAD_DATA", raising=False)
    assert main(["sentiment", "--out", str(tmp_path), "--data"]) == 2
    assert "set the environment variable CHALKGRAD_DATA" in capsys.readouterr().err


def test_classes_that_a_corpus_does_not_have() -> None:
    two = Corpus("two", ("negative", "positive"), (Sentence("x", 0), Sentence("y", 1)))
    assert task.choose_classes(two, 2, both=False) == [two]
    with pytest.raises(UserError, match="--classes 3: two has the classes negative, positive"):
        task.choose_classes(two, 3, both=False)


@pytest.mark.skipif(not os.environ.get("CHALKGRAD_DATA"), reason="CHALKGRAD_DATA names no folder of published files")
def test_six_features_reach_about_80_per_cent_on_the_uci_sentences() -> None:
    # The reference value is 79.9, from a logistic regression fitted to convergence.
    corpus = READERS.read("uci", Path(os.environ["CHALKGRAD_DATA"]))
    lexicon = task.choose_lexicon("hu-liu")
    recipe, documents = RECIPES["logistic"], documents_of(corpus.sentences, corpus)
    fit_model = partial(fit, recipe, n_classes=2, lexicon=lexicon, epochs=4)
    evaluation = cross_validate(recipe, fit_model, documents, corpus.class_names, n_folds=10, seed=0)
    assert len(evaluation.documents) == 3000
    assert 0.785 <= evaluation.scores.accuracy <= 0.815
