"""Judging a kind of model on documents it has not learnt from, and finding what its judgements rest on."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nn import History
from nn.progress import progress_bar
from tasks.sentiment.classifiers import Classifier, Document, Recipe
from tasks.sentiment.folds import stratified_folds
from tasks.sentiment.measures import Scores

Fit = Callable[[Sequence[Document]], tuple[Classifier, History]]
"""What fits a classifier to documents."""


@dataclass(frozen=True)
class Evaluation:
    """What one kind of model did: for each judged document the label it gave, and by which of its classifiers.

    In cross-validation there is a classifier and a history for each fold, otherwise one.
    """

    recipe: Recipe
    class_names: tuple[str, ...]
    documents: tuple[Document, ...]
    predicted: tuple[int, ...]
    judges: tuple[int, ...]
    classifiers: tuple[Classifier, ...]
    histories: tuple[History, ...]

    @property
    def scores(self) -> Scores:
        """The measures of the predicted labels."""
        return Scores.of([document.label for document in self.documents], self.predicted, len(self.class_names))

    def judge_of(self, index: int) -> Classifier:
        """Return the classifier that judged document `index`, which has not learnt from it."""
        return self.classifiers[self.judges[index]]


def cross_validate(
    recipe: Recipe,
    fit: Fit,
    documents: Sequence[Document],
    class_names: tuple[str, ...],
    *,
    n_folds: int,
    seed: int,
) -> Evaluation:
    """Fit on all folds but one and judge the documents of that one, for each fold in turn.

    A terminal shows how many folds are done. Documents with the same tokens (`Document.seen`) are in the same fold.
    Raises ValueError as `stratified_folds` does.
    """
    folds = stratified_folds(
        [document.label for document in documents], n_folds, seed=seed, groups=[document.seen for document in documents]
    )
    predicted, judges = [0] * len(documents), [0] * len(documents)
    classifiers, histories = [], []
    with progress_bar(n_folds, "fold", recipe.title, stays=False) as bar:
        for number, fold in enumerate(folds):
            held_out = set(fold)
            classifier, history = fit([document for index, document in enumerate(documents) if index not in held_out])
            for index in fold:
                predicted[index], judges[index] = classifier.predict(documents[index].tokens), number
            classifiers.append(classifier)
            histories.append(history)
            bar.advance()
    return Evaluation(
        recipe, class_names, tuple(documents), tuple(predicted), tuple(judges), tuple(classifiers), tuple(histories)
    )


def train_and_test(
    recipe: Recipe,
    fit: Fit,
    documents: Sequence[Document],
    test_documents: Sequence[Document],
    class_names: tuple[str, ...],
) -> Evaluation:
    """Fit on `documents` and judge `test_documents`, for a set that is published with a part for testing.

    Documents whose tokens (`Document.seen`) the part for testing has too are not learnt from. Raises ValueError when that
    leaves none.
    """
    judged = {document.seen for document in test_documents}
    apart = [document for document in documents if document.seen not in judged]
    if documents and not apart:
        raise ValueError(f"each of the {len(documents)} sentences to learn from is in the part for testing too")
    classifier, history = fit(apart)
    predicted = tuple(classifier.predict(document.tokens) for document in test_documents)
    judges = (0,) * len(predicted)
    return Evaluation(recipe, class_names, tuple(test_documents), predicted, judges, (classifier,), (history,))


# The tokeniser never gives this, so it is in no lexicon and in no vocabulary.
_UNKNOWN_TOKEN = ""


@dataclass(frozen=True)
class WordEffect:
    """How much a word raises the positivity of the documents it is in, in logits: the mean over `count` occurrences."""

    word: str
    mean: float
    count: int


def word_effects(evaluation: Evaluation, *, min_count: int = 3, max_runs: int = 40_000) -> list[WordEffect]:
    """Return the effect of each word that occurs in at least `min_count` documents, from negative to positive.

    The effect in one document is measured by running the classifier forward twice: its positivity with the word minus
    its positivity with an unknown word in each of its places. The classifier has not learnt from that document.
    Where that takes more than `max_runs` runs, documents are left out evenly.
    """
    counts = Counter(word for document in evaluation.documents for word in set(document.tokens))
    runs = sum(count for count in counts.values() if count >= min_count)
    effects: dict[str, list[float]] = {}
    for index in range(0, len(evaluation.documents), max(1, math.ceil(runs / max_runs))):
        tokens = evaluation.documents[index].tokens
        judge = evaluation.judge_of(index)
        whole = judge.positivity(tokens)
        for word in dict.fromkeys(tokens):
            if counts[word] >= min_count:
                without = [_UNKNOWN_TOKEN if token == word else token for token in tokens]
                effects.setdefault(word, []).append(whole - judge.positivity(without))
    measured = [
        WordEffect(word, sum(values) / len(values), len(values)) for word, values in effects.items() if len(values) >= min_count
    ]
    return sorted(measured, key=lambda effect: (effect.mean, effect.word))
