"""The table of the task: its rows, that a stopped run goes on, and a short version of each row on the published sets."""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tasks.sentiment import task
from tasks.sentiment.classifiers import Document
from tasks.sentiment.corpora import Corpus, Sentence
from tasks.sentiment.folds import stratified_sample
from tasks.sentiment.learning import Model
from tasks.sentiment.lexicons import Lexicon, read_lexicon
from tasks.sentiment.readers import READERS, SIZES, check_size
from tasks.sentiment.settings import Settings
from tasks.sentiment.table import ENTRIES, Entry, experiments, outcome_of, rounds_of
from tasks.support.errors import UserError
from tasks.support.results import FALLS_SHORT

published = pytest.mark.skipif(not os.environ.get("CHALKGRAD_DATA"), reason="CHALKGRAD_DATA names no folder of published files")

LEXICON = Lexicon("small", frozenset({"good"}), frozenset({"bad"}))
QUICK = Settings(10, 0.1, batch_size=4, features=True)


def corpus(n: int, *, n_test: int = 0) -> Corpus:
    sentences = [Sentence(f"it is {('bad', 'good')[number % 2]} {number}", number % 2) for number in range(n + n_test)]
    test = tuple(sentences[n:]) or None
    return Corpus("small", ("negative", "positive"), tuple(sentences[:n]), test, test and tuple(sentences[:4]), tokenised=True)


def entry(**changes: object) -> Entry:
    settings = replace(QUICK, **changes)  # type: ignore[arg-type]
    return Entry("quick", "rt-polarity", "small", "features", settings, "50", "a paper", 60.0, 0.1)


def test_names_and_goals_of_the_rows() -> None:
    assert len({one.name for one in ENTRIES}) == len(ENTRIES)
    assert {one.published for one in ENTRIES} <= SIZES.keys()
    for one in ENTRIES:
        goal = one.goal(3)
        assert goal.seed == 3
        assert "validation" in goal.chosen
        assert goal.source


def test_each_document_is_judged_once_by_what_has_not_learnt_from_it() -> None:
    rounds = rounds_of(corpus(20), seed=0, n_folds=4)
    assert sorted(document.text for one in rounds for document in one.judged) == sorted(s.text for s in corpus(20).sentences)
    for one in rounds:
        assert len(one.judged) + len(one.learnt) == 20
        assert not {document.seen for document in one.judged} & {document.seen for document in one.learnt}


def test_a_part_for_testing_is_judged_with_several_seeds() -> None:
    whole = corpus(20, n_test=6)
    repeated = replace(whole, sentences=(*whole.sentences, *(whole.test or ())))
    rounds = rounds_of(repeated, seed=5, n_seeds=3)
    assert [one.seed for one in rounds] == [5, 6, 7]
    assert all(len(one.judged) == 6 and len(one.learnt) == 20 and len(one.validation) == 4 for one in rounds)


def test_figures_of_the_rounds(tmp_path: Path) -> None:
    rounds = rounds_of(corpus(40, n_test=10), seed=0, n_seeds=2)
    outcome = outcome_of(entry(), rounds, 2, LEXICON, tmp_path)
    assert outcome.parts == (100.0, 100.0)
    assert (outcome.figure, outcome.deviation, outcome.unit) == (100.0, 0.0, "seed")
    assert [(name, len(losses)) for name, losses in outcome.curves] == [("training", 10), ("validation", 10)]
    flipped = [replace(one, judged=[replace(document, label=0) for document in one.judged]) for one in rounds]
    shutil.rmtree(tmp_path)
    tmp_path.mkdir()
    assert outcome_of(entry(), flipped, 2, LEXICON, tmp_path).figure == 50.0
    # Macro F1: of class 0 half is found, none of class 1 is there.
    in_three = replace(entry(), in_three=True)
    assert outcome_of(in_three, flipped, 2, LEXICON, tmp_path).figure == pytest.approx((2 * 5 / 15 + 0) / 2)


def test_rounds_that_are_done_are_not_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = rounds_of(corpus(20), seed=0, n_folds=3)
    learnt: list[int] = []
    learn = Model.learn

    def counted(model: Model, *, validation: Sequence[Document] = (), progress: bool = False) -> object:
        if len(learnt) == 2:
            learnt.append(0)
            raise KeyboardInterrupt
        learnt.append(1)
        return learn(model, validation=validation, progress=progress)

    monkeypatch.setattr(Model, "learn", counted)
    with pytest.raises(KeyboardInterrupt):
        outcome_of(entry(), rounds, 2, LEXICON, tmp_path)
    stopped = outcome_of(entry(), rounds, 2, LEXICON, tmp_path)
    assert learnt == [1, 1, 0, 1]
    shutil.rmtree(tmp_path)
    tmp_path.mkdir()
    assert outcome_of(entry(), rounds, 2, LEXICON, tmp_path) == stopped


def run(*options: str, out: Path) -> None:
    parser = argparse.ArgumentParser()
    task.add_arguments(parser)
    arguments = parser.parse_args(options)
    arguments.out, arguments.seed = out, 0
    task.run(arguments)


@pytest.mark.parametrize(
    "option", ["--models=mean", "--folds=3", "--epochs=3", "--sentences=9", "--engine=eager", "--lexicon=vader"]
)
def test_the_table_takes_no_other_options(option: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="--table"):
        run("--table", option, out=tmp_path)


def small_folder(folder: Path, n: int) -> None:
    (folder / "rt_polarity").mkdir(parents=True)
    for label, word in (("neg", "bad"), ("pos", "good")):
        lines = "".join(f"it is {word} {number} {label}\n" for number in range(n // 2))
        (folder / "rt_polarity" / f"rt-polarity.{label}").write_text(lines)
    (folder / "lexicon_hu_liu").mkdir()
    (folder / "lexicon_hu_liu" / "positive-words.txt").write_text("good\n")
    (folder / "lexicon_hu_liu" / "negative-words.txt").write_text("bad\n")
    (folder / "lexicon_vader").mkdir()
    (folder / "lexicon_vader" / "vader_lexicon.txt").write_text("good\t1.9\nbad\t-2.5\n")


def test_the_table_as_a_user_sees_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    data, out = tmp_path / "data", tmp_path / "out"
    small_folder(data, 60)
    monkeypatch.setenv("CHALKGRAD_DATA", str(data))
    monkeypatch.setitem(SIZES, "rt-polarity", 60)
    rows = (entry(), replace(entry(), name="worse", target=101.0))
    monkeypatch.setattr(task, "experiments", lambda seed: experiments(rows, seed=seed))
    run("--table", out=out)
    said = capsys.readouterr().out
    assert "table of sentiment: 2 rows; about" in said
    assert f"{FALLS_SHORT} by 1.00: small, 10-fold: features (accuracy % 100.00)" in said
    assert "1 of 2 goals reached." in said
    assert (out / "table-sentiment.md").read_text().count("\n") == 4
    run("--table", out=out)
    assert "nothing is computed" in capsys.readouterr().out
    # Other data, other results: the rows are computed again.
    with (data / "rt_polarity" / "rt-polarity.pos").open("a") as file:
        file.write("another good one\n")
    monkeypatch.setitem(SIZES, "rt-polarity", 61)
    run("--table", out=out)
    assert "about 12 s on two cores" in capsys.readouterr().out


def test_a_set_that_is_cut_short_is_no_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_folder(tmp_path, 60)
    monkeypatch.setenv("CHALKGRAD_DATA", str(tmp_path))
    with pytest.raises(UserError, match=r"rt_polarity/rt-polarity\.neg.* published with 10662 sentences, and 60 were found"):
        experiments([entry()])


def test_a_set_that_is_cut_short_is_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    small_folder(tmp_path, 60)
    monkeypatch.setenv("CHALKGRAD_DATA", str(tmp_path))
    run("--data", "rt-polarity", "--models", "logistic", "--folds", "2", "--epochs", "1", out=tmp_path)
    assert "published with 10662 sentences, and 60 were found" in capsys.readouterr().err


def test_files_that_are_missing_are_named_for_all_rows_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHALKGRAD_DATA", str(tmp_path))
    with pytest.raises(UserError) as caught:
        experiments()
    for part in ("rt-polarity.neg", "stsa.binary.test.txt", "yelp_labelled.txt", "tweets_GroundTruth.txt", "https://"):
        assert part in str(caught.value)


@published
@pytest.mark.parametrize("name", SIZES)
def test_published_sets_have_their_size(name: str) -> None:
    check_size(name, READERS.read(name, Path(os.environ["CHALKGRAD_DATA"])))


# For each row what a third of a sample of 1,500 sentences reaches when the rest is learnt from; guessing gives 50 %, or 0.24.
SHORT = {
    "mr-logistic": 60.0,
    "mr-two-layer": 60.0,
    "mr-mean": 63.0,
    "mr-pairs": 63.0,
    "sst-mean": 63.0,
    "uci-two-layer": 74.0,
    "uci-mean": 74.0,
    "vader-tweets": 0.5,
}


def test_every_row_has_a_short_version() -> None:
    assert SHORT.keys() == {one.name for one in ENTRIES}


@pytest.mark.tables
@published
@pytest.mark.parametrize("one", ENTRIES, ids=lambda one: one.name)
def test_short_version(one: Entry, tmp_path: Path) -> None:
    folder = Path(os.environ["CHALKGRAD_DATA"])
    whole = replace(READERS.read(one.published, folder), test=None)
    places = stratified_sample([sentence.label for sentence in whole.sentences], 1500, seed=1)
    sample = replace(whole, sentences=tuple(whole.sentences[place] for place in places))
    [first, *_] = rounds_of(sample, seed=0, n_folds=3)
    # As many steps as suit so few sentences.
    short = replace(one, settings=replace(one.settings, epochs=min(2 * one.settings.epochs, 12), batch_size=32))
    lexicon = read_lexicon(one.lexicon, folder)
    outcome = outcome_of(short, [first], len(whole.class_names), lexicon, tmp_path)
    assert outcome.figure >= SHORT[one.name], outcome.figure
