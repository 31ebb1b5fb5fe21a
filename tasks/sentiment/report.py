"""The tables of the sentiment task: what each model reached, what it confused, and what it went by."""

from collections import Counter
from collections.abc import Sequence

from autograd import Value, jacobian
from tasks.sentiment.evaluation import Evaluation, WordEffect
from tasks.sentiment.features import FEATURE_NAMES
from tasks.sentiment.lexicons import Lexicon
from tasks.sentiment.measures import Scores, majority_class
from tasks.support.tables import format_table


def majority_scores(evaluation: Evaluation) -> Scores:
    """Return the measures of always answering with the class that is commonest among the judged documents."""
    gold = [document.label for document in evaluation.documents]
    return Scores.of(gold, [majority_class(gold)] * len(gold), len(evaluation.class_names))


def best_of(evaluations: Sequence[Evaluation]) -> Evaluation:
    """Return the evaluation with the highest accuracy, the first one of equals."""
    return max(evaluations, key=lambda evaluation: evaluation.scores.accuracy)


def format_overview(evaluations: Sequence[Evaluation]) -> str:
    """Return the table of accuracy and macro F1, in per cent, of each model and of the majority class."""
    rows: list[tuple[object, ...]] = []
    judged = ""
    for evaluation in evaluations:
        size = len(evaluation.documents)
        if f"{size} sentences" != judged:
            # Some models may have judged a sample only, and their baseline is that sample's.
            judged = f"{size} sentences"
            baseline = majority_scores(evaluation)
            rows.append(("majority class", size, 100 * baseline.accuracy, 100 * baseline.macro_f1))
        scores = evaluation.scores
        rows.append((evaluation.recipe.title, size, 100 * scores.accuracy, 100 * scores.macro_f1))
    return format_table(["model", "judged", "accuracy %", "macro F1 %"], rows, digits=1)


def format_confusion(evaluation: Evaluation) -> str:
    """Return the confusion matrix with precision, recall and F1 of each class."""
    scores = evaluation.scores
    rows = [
        (name, *counts, one.precision, one.recall, one.f1)
        for name, counts, one in zip(evaluation.class_names, scores.matrix, scores.classes, strict=True)
    ]
    return format_table(
        ["gold \\ predicted", *evaluation.class_names, "precision", "recall", "F1"],
        rows,
        title=f"Confusion matrix: {evaluation.recipe.title}",
        digits=2,
    )


def feature_slopes(evaluation: Evaluation) -> list[list[list[float]]]:
    """Return the slope of each logit by each standardised feature at the average document.

    Shape: classifiers × logits × features. For logistic regression these are its weights; for a deeper network they are
    gradients, which the engine gives. A softmax depends on the differences of its logits alone, so for more than two
    classes the mean over the logits is taken off. Raises ValueError for a model that is not on the six features.
    """
    if evaluation.recipe.pooling is not None:
        raise ValueError(f"{evaluation.recipe.title} has no features whose slopes could be taken")
    # The average document is the origin, because features are standardised.
    average = tuple(Value(0.0, name) for name in FEATURE_NAMES)
    slopes = [jacobian(classifier.network(average), average) for classifier in evaluation.classifiers]
    return [one if len(one) == 1 else _centred(one) for one in slopes]


def _centred(rows: list[list[float]]) -> list[list[float]]:
    means = [sum(column) / len(rows) for column in zip(*rows, strict=True)]
    return [[number - mean for number, mean in zip(row, means, strict=True)] for row in rows]


def mean_and_deviation(numbers: Sequence[float]) -> tuple[float, float]:
    """Return the mean of `numbers` and their standard deviation about it.

    >>> mean_and_deviation([1.0, 3.0])
    (2.0, 1.0)
    """
    mean = sum(numbers) / len(numbers)
    return mean, (sum((number - mean) ** 2 for number in numbers) / len(numbers)) ** 0.5


def logit_names(evaluation: Evaluation) -> list[str]:
    """Return the class each logit speaks for: the positive one of two, or every one where there are more."""
    names = list(evaluation.class_names)
    return names[-1:] if len(names) == 2 else names


def format_feature_weights(evaluations: Sequence[Evaluation]) -> str:
    """Return the slopes of feature models' logits, as mean ± deviation over the folds.

    With two classes all models share a table; with more each has its own, with a column for each class.
    """
    if len(evaluations) > 1 and len(evaluations[0].class_names) > 2:
        return "\n\n".join(format_feature_weights([evaluation]) for evaluation in evaluations)
    header, columns = ["feature"], []
    for evaluation in evaluations:
        slopes = feature_slopes(evaluation)
        for logit, class_name in enumerate(logit_names(evaluation)):
            header.append(class_name if len(slopes[0]) > 1 else evaluation.recipe.title.partition(",")[0])
            columns.append(
                [
                    "{:+.2f} ± {:.2f}".format(*mean_and_deviation([one[logit][feature] for one in slopes]))
                    for feature in range(len(FEATURE_NAMES))
                ]
            )
    names = [f"x{number} {name}" for number, name in enumerate(FEATURE_NAMES, start=1)]
    if len(columns) == len(evaluations):
        title = "Slope of the logit by each standardised feature at the average document; of logistic regression, the weight"
    else:
        title = f"{evaluations[0].recipe.title}: slope of each class's logit by each standardised feature, less their mean"
    return format_table(header, zip(names, *columns, strict=True), title=title)


def positivity_name(evaluation: Evaluation) -> str:
    """Return what `Classifier.positivity` is for these classes."""
    names = evaluation.class_names
    return "the logit" if len(names) == 2 else f"the logit of {names[-1]} less that of {names[0]}"


def format_word_effects(evaluation: Evaluation, effects: Sequence[WordEffect], n_words: int = 8) -> str:
    """Return the words that lowered and that raised the positivity most, with their mean effect in logits."""

    def listed(chosen: Sequence[WordEffect]) -> str:
        return ", ".join(f"{effect.word} {effect.mean:+.2f}" for effect in chosen)

    return (
        f"Words that mattered: {evaluation.recipe.title} (mean effect on {positivity_name(evaluation)})\n"
        f"  down: {listed(effects[:n_words])}\n"
        f"  up:   {listed(effects[: -n_words - 1 : -1])}"
    )


def format_counted_words(evaluation: Evaluation, lexicon: Lexicon, n_words: int = 8) -> str:
    """Return the lexicon's words met most often in documents that were judged right, and in those judged wrong."""
    counts: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for document, predicted in zip(evaluation.documents, evaluation.predicted, strict=True):
        for word in sorted(set(document.tokens)):
            signs = "+" * (word in lexicon.positive) + "-" * (word in lexicon.negative)
            if signs:
                counts[predicted == document.label][f"{word} ({signs})"] += 1

    def listed(counter: Counter[str]) -> str:
        ranked = sorted(counter.items(), key=lambda item: (-item[1], item[0]))
        return ", ".join(f"{word} {count}" for word, count in ranked[:n_words]) or "none"

    return (
        f"Lexicon words met most: {evaluation.recipe.title} (number of documents)\n"
        f"  judged right: {listed(counts[True])}\n"
        f"  judged wrong: {listed(counts[False])}"
    )


def format_mistakes(evaluation: Evaluation, n_mistakes: int = 4, width: int = 84) -> str:
    """Return the documents whose wrong label the model was surest of.

    The margin is the logit of that label minus the logit of the right one.
    """
    mistakes = []
    for index, (document, predicted) in enumerate(zip(evaluation.documents, evaluation.predicted, strict=True)):
        if predicted != document.label:
            logits = evaluation.judge_of(index).logits(document.tokens)
            margin = abs(logits[0]) if len(logits) == 1 else logits[predicted] - logits[document.label]
            mistakes.append((margin, index))
    rows = []
    for margin, index in sorted(mistakes, key=lambda mistake: (-mistake[0], mistake[1]))[:n_mistakes]:
        document = evaluation.documents[index]
        text = " ".join(document.text.split())
        rows.append(
            (
                evaluation.class_names[document.label],
                evaluation.class_names[evaluation.predicted[index]],
                margin,
                text if len(text) <= width else f"{text[: width - 1]}…",
            )
        )
    title = f"{len(mistakes)} of {len(evaluation.documents)} judged wrong by {evaluation.recipe.title}; the surest of them"
    return format_table(["gold", "predicted", "margin", "text"], rows, title=title, digits=1)
