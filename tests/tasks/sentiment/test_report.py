"""The tables, on an evaluation whose numbers are known."""

from collections.abc import Sequence
from typing import Any

import pytest

from autograd import Value
from nn import MLP, History, Module
from tasks.sentiment import report
from tasks.sentiment.classifiers import RECIPES, Classifier, Document
from tasks.sentiment.evaluation import Evaluation, WordEffect
from tasks.sentiment.lexicons import Lexicon

LEXICON = Lexicon("small", frozenset({"good", "sick"}), frozenset({"bad", "sick"}))


class Fixed(Module):
    """A network that hands its input on as the logits."""

    def __call__(self, logits: Sequence[float]) -> tuple[Value, ...]:
        return tuple(map(Value, logits))


def evaluation(model: str, texts: Sequence[tuple[str, int, int]], class_names: tuple[str, ...], encode: Any) -> Evaluation:
    documents = tuple(Document(text, tuple(text.split()), label) for text, label, _ in texts)
    predicted = tuple(label for _, _, label in texts)
    classifiers = (Classifier(Fixed(), encode),)
    return Evaluation(RECIPES[model], class_names, documents, predicted, (0,) * len(texts), classifiers, (History(),))


TWO = ("negative", "positive")
TEXTS = [("good sick film", 1, 1), ("bad film", 0, 0), ("good  luck\nbad film", 0, 1), ("good good bad", 1, 0)]
ONE = evaluation("logistic", TEXTS, TWO, lambda tokens: [3.0 if "luck" in tokens else -2.0])


def test_overview_gives_a_baseline_for_each_number_of_judged_sentences() -> None:
    fewer = evaluation("max", TEXTS[:3], TWO, lambda tokens: [0.0])
    lines = [line.split() for line in report.format_overview([ONE, ONE, fewer]).splitlines()[2:]]
    assert [line[-3:] for line in lines] == [
        ["4", "50.0", "33.3"],
        ["4", "50.0", "50.0"],
        ["4", "50.0", "50.0"],
        ["3", "66.7", "40.0"],
        ["3", "66.7", "66.7"],
    ]
    assert [line[0] for line in lines] == ["majority", "logistic", "logistic", "majority", "embeddings,"]


def test_confusion() -> None:
    rows = [line.split() for line in report.format_confusion(ONE).splitlines()[3:]]
    assert rows == [["negative", "1", "1", "0.50", "0.50", "0.50"], ["positive", "1", "1", "0.50", "0.50", "0.50"]]


def test_counted_words_count_documents_and_name_sides() -> None:
    right, wrong = report.format_counted_words(ONE, LEXICON).splitlines()[1:]
    assert right.strip() == "judged right: bad (-) 1, good (+) 1, sick (+-) 1"
    assert wrong.strip() == "judged wrong: bad (-) 2, good (+) 2"


def test_mistakes_are_sorted_by_margin_and_shortened() -> None:
    lines = report.format_mistakes(ONE, width=11).splitlines()
    assert lines[0].startswith("2 of 4 judged wrong")
    assert [line.split(maxsplit=3) for line in lines[3:]] == [
        ["negative", "positive", "3.0", "good luck …"],
        ["positive", "negative", "2.0", "good good …"],
    ]
    assert len(report.format_mistakes(ONE, n_mistakes=1).splitlines()) == 4


def test_the_margin_of_three_classes_is_to_the_right_one() -> None:
    three = evaluation("mean", [("x", 1, 2)], ("negative", "neutral", "positive"), lambda tokens: [9.0, 1.5, 4.0])
    assert " 2.5  x" in report.format_mistakes(three)
    assert report.positivity_name(three) == "the logit of positive less that of negative"


def test_word_effects_list_both_ends() -> None:
    effects = [WordEffect(word, mean, 3) for word, mean in (("bad", -2.0), ("so", -0.5), ("nice", 1.0), ("good", 3.25))]
    down, up = report.format_word_effects(ONE, effects, n_words=2).splitlines()[1:]
    assert down.strip() == "down: bad -2.00, so -0.50"
    assert up.strip() == "up:   good +3.25, nice +1.00"


def with_networks(*networks: MLP, class_names: tuple[str, ...] = TWO) -> Evaluation:
    classifiers = tuple(Classifier(network, lambda tokens: ()) for network in networks)
    return Evaluation(RECIPES["logistic"], class_names, (), (), (), classifiers, ())


def linear(rows: Sequence[Sequence[float]]) -> MLP:
    network = MLP(6, [len(rows)])
    for parameter, number in zip(network.parameters(), [w for row in rows for w in row], strict=False):
        parameter.data = number
    return network


def test_slopes_of_logistic_regression_are_its_weights() -> None:
    rows = [[1.0, -2.0, 0.5, 0.25, 0.0, 3.0]]
    assert report.feature_slopes(with_networks(linear(rows))) == [rows]


def test_slopes_of_more_classes_are_centred() -> None:
    rows = [[3.0] * 6, [0.0] * 6, [-1.5] * 6]
    slopes = report.feature_slopes(with_networks(linear(rows), class_names=("negative", "neutral", "positive")))
    assert slopes == [[[2.5] * 6, [-0.5] * 6, [-2.0] * 6]]


def test_weights_are_averaged_over_the_folds() -> None:
    text = report.format_feature_weights([with_networks(linear([[1.0] * 6]), linear([[2.0] * 6]))])
    assert all(line.endswith("+1.50 ± 0.50") for line in text.splitlines()[3:])
    assert len(text.splitlines()) == 3 + 6


def test_embeddings_have_no_feature_slopes() -> None:
    with pytest.raises(ValueError, match="embeddings, max has no features"):
        report.feature_slopes(evaluation("max", TEXTS, TWO, lambda tokens: [0.0]))
