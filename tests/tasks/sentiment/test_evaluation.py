"""Cross-validation and word effects with a classifier whose every answer is known."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from autograd import Value
from nn import History, Module
from tasks.sentiment.classifiers import RECIPES, Classifier, Document, documents_of
from tasks.sentiment.corpora import Corpus, Sentence
from tasks.sentiment.evaluation import cross_validate, train_and_test, word_effects

RECIPE = RECIPES["logistic"]
TWO = ("negative", "positive")
# Few words in many forms, so that most sentences say the same as another one: capitals, spaces, marks, accents, apostrophes.
FORMS = ("good", "GOOD", "Good ", "don't", "don\u2019t", "naïve", "nai\u0308ve", "!", " !!", "\n")
corpora = st.lists(
    st.builds(Sentence, st.lists(st.sampled_from(FORMS), max_size=4).map(" ".join), st.integers(0, 1)), min_size=2, max_size=40
)
WEIGHTS = {"good": 2.0, "bad": -3.0}


class Sum(Module):
    """A network that gives the sum of its inputs as the only logit."""

    def __call__(self, numbers: Sequence[float]) -> tuple[Value]:
        return (Value(sum(numbers)),)


def weigh(tokens: Sequence[str]) -> list[float]:
    return [WEIGHTS.get(token, 0.0) for token in tokens]


def document(text: str, label: int) -> Document:
    return Document(text, tuple(text.split()), label)


def recording_fit(seen: list[set[str]]) -> Callable[[Sequence[Document]], tuple[Classifier, History]]:
    def fit(documents: Sequence[Document]) -> tuple[Classifier, History]:
        seen.append({" ".join(document.tokens) for document in documents})
        return Classifier(Sum(), weigh), History()

    return fit


DOCUMENTS = [document(f"good film {number % 10}", 1) for number in range(20)] + [
    document(f"bad film {number}", 0) for number in range(12)
]


def test_no_document_is_judged_by_what_learnt_from_its_text() -> None:
    seen: list[set[str]] = []
    evaluation = cross_validate(RECIPE, recording_fit(seen), DOCUMENTS, TWO, n_folds=4, seed=1)
    assert len(seen) == len(evaluation.classifiers) == len(evaluation.histories) == 4
    for index, one in enumerate(evaluation.documents):
        assert " ".join(one.tokens) not in seen[evaluation.judges[index]]
        assert evaluation.judge_of(index) is evaluation.classifiers[evaluation.judges[index]]
    every_text = {" ".join(one.tokens) for one in DOCUMENTS}
    assert all(every_text - texts for texts in seen)
    assert set().union(*seen) == every_text


@settings(deadline=None, max_examples=60)
@given(corpora, st.integers(2, 5), st.integers(0, 3))
def test_no_fold_judges_what_another_form_of_the_same_sentence_taught(sentences: list[Sentence], n_folds: int, seed: int) -> None:
    documents = documents_of(sentences, Corpus("generated", TWO, tuple(sentences)))
    taught: list[set[frozenset[str]]] = []

    def fit(documents: Sequence[Document]) -> tuple[Classifier, History]:
        taught.append({frozenset(document.tokens) for document in documents})
        return Classifier(Sum(), weigh), History()

    assume(len({frozenset(document.tokens) for document in documents}) >= n_folds)
    evaluation = cross_validate(RECIPE, fit, documents, TWO, n_folds=n_folds, seed=seed)
    for judge, one in zip(evaluation.judges, evaluation.documents, strict=True):
        assert frozenset(one.tokens) not in taught[judge]
    again = cross_validate(RECIPE, fit, documents, TWO, n_folds=n_folds, seed=seed)
    assert again.judges == evaluation.judges


def test_what_the_part_for_testing_has_is_not_learnt_from() -> None:
    seen: list[set[str]] = []
    train_and_test(RECIPE, recording_fit(seen), DOCUMENTS, [document("film good 3", 1)], TWO)
    assert {" ".join(one.tokens) for one in DOCUMENTS} - seen[0] == {"good film 3"}
    with pytest.raises(ValueError, match="each of the 32 sentences"):
        train_and_test(RECIPE, recording_fit(seen), DOCUMENTS, DOCUMENTS, TWO)


def test_the_predictions_belong_to_their_documents() -> None:
    documents = [*DOCUMENTS, document("good but labelled otherwise", 0), document("of no weight", 1)]
    evaluation = cross_validate(RECIPE, recording_fit([]), documents, TWO, n_folds=4, seed=1)
    assert evaluation.documents == tuple(documents)
    assert evaluation.predicted == (1,) * 20 + (0,) * 12 + (1, 0)
    assert evaluation.scores.matrix == ((12, 1), (1, 20))


def test_training_and_testing_on_published_parts() -> None:
    seen: list[set[str]] = []
    test = [document("bad bad", 0), document("good good bad", 0)]
    evaluation = train_and_test(RECIPE, recording_fit(seen), DOCUMENTS, test, TWO)
    assert seen == [{one.text for one in DOCUMENTS}]
    assert (evaluation.documents, evaluation.predicted) == (tuple(test), (0, 1))


def test_word_effects_are_what_the_word_adds() -> None:
    test = [document(text, 1) for text in ("good film good", "good film", "bad good film", "rare film")]
    evaluation = train_and_test(RECIPE, recording_fit([]), DOCUMENTS, test, TWO)
    effects = {effect.word: (effect.mean, effect.count) for effect in word_effects(evaluation, min_count=1)}
    # "good" stands twice in the first document: 4, 2 and 2.
    assert effects == {"bad": (-3, 1), "film": (0, 4), "good": (pytest.approx(8 / 3), 3), "rare": (0, 1)}
    assert [effect.word for effect in word_effects(evaluation, min_count=1)] == ["bad", "film", "rare", "good"]
    assert [effect.word for effect in word_effects(evaluation, min_count=3)] == ["film", "good"]


def test_positivity_of_three_classes_compares_the_outer_two() -> None:
    class Three(Module):
        def __call__(self, numbers: Sequence[float]) -> tuple[Value, ...]:
            return tuple(map(Value, numbers))

    classifier = Classifier(Three(), lambda tokens: [1.0, 5.0, 4.0])
    assert classifier.positivity([]) == 3.0
    assert classifier.predict([]) == 1
