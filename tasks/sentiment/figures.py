"""The pictures of the sentiment task: confusion matrices, learning curves, feature weights, words."""

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from autograd.colours import BLACK, BLUE, VERMILION
from tasks.sentiment.evaluation import Evaluation, WordEffect
from tasks.sentiment.features import FEATURE_NAMES
from tasks.sentiment.report import feature_slopes, logit_names, mean_and_deviation, positivity_name
from tasks.support.pictures import COLOURS, GREY, LINE_STYLES, MARKERS, legend_name, picture


def plot_confusion(path: Path, evaluations: Sequence[Evaluation]) -> None:
    """Save the confusion matrix of each model: counts, on a shade that is the part of the gold class (the row)."""
    columns = min(3, len(evaluations))
    rows = math.ceil(len(evaluations) / columns)
    side = 1.0 + 0.8 * max(3, len(evaluations[0].class_names))
    with picture(path, rows=rows, columns=columns, width=side, height=side) as (_, panels):
        for panel in panels[len(evaluations) :]:
            panel.set_axis_off()
        for panel, evaluation in zip(panels, evaluations, strict=False):
            matrix = evaluation.scores.matrix
            names = [name.replace(" ", "\n") for name in evaluation.class_names]
            shares = [[count / max(1, sum(row)) for count in row] for row in matrix]
            panel.imshow(shares, cmap="Blues", vmin=0, vmax=1)
            for row, counts in enumerate(matrix):
                for column, count in enumerate(counts):
                    colour = "white" if shares[row][column] > 0.6 else BLACK
                    panel.text(column, row, str(count), ha="center", va="center", color=colour)
            panel.set_xticks(range(len(names)), names)
            panel.set_yticks(range(len(names)), names, rotation=90, va="center")
            panel.set_xlabel("predicted")
            panel.set_ylabel("gold")
            panel.grid(False)
            panel.set_title(f"{evaluation.recipe.title}\naccuracy {100 * evaluation.scores.accuracy:.1f} %")


def plot_learning(path: Path, evaluations: Sequence[Evaluation]) -> None:
    """Save the training loss of each model by epoch, the mean over the folds.

    A line shows the loss of a model that knows nothing but the classes' shares: their entropy.
    """
    from matplotlib.ticker import MaxNLocator

    with picture(path, width=8.6, height=3.8) as (_, [panel]):
        for evaluation, colour, style, marker in zip(evaluations, COLOURS, LINE_STYLES, MARKERS, strict=False):
            epochs = list(zip(*(history.train_loss for history in evaluation.histories), strict=True))
            means = [sum(losses) / len(losses) for losses in epochs]
            panel.plot(
                range(1, len(means) + 1),
                means,
                color=colour,
                linestyle=style,
                marker=marker,
                label=evaluation.recipe.title,
            )
        counts = Counter(document.label for document in evaluations[0].documents)
        size = sum(counts.values())
        entropy = -sum(count / size * math.log(count / size) for count in counts.values())
        panel.axhline(entropy, color=GREY, linewidth=1.2, label="knowing only the shares of the classes")
        panel.set_ylim(bottom=0)
        panel.set_xlim(0.7, 0.3 + max(len(evaluation.histories[0].train_loss) for evaluation in evaluations))
        panel.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        panel.set_xlabel("epoch")
        panel.set_ylabel("training loss: cross-entropy in nats")
        panel.legend(loc="upper left", bbox_to_anchor=(1.01, 1))


def plot_feature_weights(path: Path, evaluation: Evaluation) -> None:
    """Save the weights of logistic regression as bars: the mean over the folds, and a line from least to largest."""
    slopes, names = feature_slopes(evaluation), logit_names(evaluation)
    thickness = 0.8 / len(names)
    with picture(path, width=6.4, height=2.2 + 0.7 * len(names)) as (_, [panel]):
        for logit, (name, colour) in enumerate(zip(names, COLOURS, strict=False)):
            places = [feature + (logit - (len(names) - 1) / 2) * thickness for feature in range(len(FEATURE_NAMES))]
            folds = [[one[logit][feature] for one in slopes] for feature in range(len(FEATURE_NAMES))]
            means = [mean_and_deviation(weights)[0] for weights in folds]
            panel.barh(places, means, thickness * 0.9, color=colour, label=legend_name(name))
            if len(slopes) > 1:
                panel.hlines(places, list(map(min, folds)), list(map(max, folds)), color=BLACK, linewidth=2)
        panel.axvline(0, color=BLACK, linewidth=1)
        panel.set_yticks(
            range(len(FEATURE_NAMES)),
            [f"{x}  {name}" for x, name in zip(["x₁", "x₂", "x₃", "x₄", "x₅", "x₆"], FEATURE_NAMES, strict=True)],
        )
        panel.invert_yaxis()
        panel.grid(axis="y", visible=False)
        centred = " (less the mean over the classes)" if len(names) > 1 else ""
        panel.set_xlabel(f"weight of the standardised feature{centred}")
        if len(names) > 1:
            panel.legend(title="unit of the class")


def plot_words(path: Path, effects: Sequence[tuple[Evaluation, Sequence[WordEffect]]], n_words: int = 10) -> None:
    """Save the words with the most negative and the most positive effect, a panel for each model."""
    with picture(path, columns=len(effects), width=3.4, height=4.6) as (figure, panels):
        figure.supxlabel(f"mean effect on {positivity_name(effects[0][0])}", fontsize="medium")
        for panel, (evaluation, ordered) in zip(panels, effects, strict=True):
            chosen = list(ordered[-n_words:])[::-1] + list(ordered[:n_words])[::-1]
            if len(ordered) < 2 * n_words:
                chosen = list(ordered)[::-1]
            means = [effect.mean for effect in chosen]
            panel.barh(range(len(chosen)), means, color=[BLUE if mean > 0 else VERMILION for mean in means])
            panel.set_yticks(range(len(chosen)), [effect.word for effect in chosen])
            panel.invert_yaxis()
            panel.axvline(0, color=BLACK, linewidth=1)
            panel.grid(axis="y", visible=False)
            panel.set_title(evaluation.recipe.title)
