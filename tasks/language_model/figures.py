"""The pictures of the language-model task: how the loss fell, and where the words lie."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from autograd.colours import BLACK, BLUE, GREEN, VERMILION
from tasks.language_model.comparison import NetworkComparison
from tasks.language_model.demonstration import ANIMALS, PEOPLE, Demonstration
from tasks.language_model.labelling import label_points
from tasks.language_model.neural import SlidingWindowNetwork
from tasks.language_model.vocabulary import Vocabulary
from tasks.support.pictures import COLOURS, GREY, LINE_STYLES, MARKERS, picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Groups = Mapping[str, Collection[str]]
"""Words to be drawn in a colour of their own, by the name of their group."""

WORD_GROUPS: Groups = {
    "determiners": ("the", "a", "an", "this", "that", "these", "any", "all", "each", "no", "its", "his", "their", "our"),
    "prepositions": ("of", "in", "to", "for", "with", "by", "from", "on", "at", "as", "into", "after", "upon"),
    "auxiliary verbs": (
        "is", "are", "be", "was", "were", "been", "can", "may", "will", "must", "should", "would", "could", "has", "have",
        "had", "does", "do",
    ),
}  # fmt: skip
LETTER_GROUPS: Groups = {"vowels": "aeiouy", "consonants": "bcdfghjklmnpqrstvwxz"}


def principal_components(vectors: Sequence[Sequence[float]]) -> tuple[list[tuple[float, float]], float]:
    """Return the first two principal components of each vector, and the share of the variance that the two hold.

    A component's sign is chosen so that its coordinate of the largest size is positive. Raises ValueError for fewer than
    two vectors or dimensions.

    >>> points, share = principal_components([[0.0, 0.0, 1.0], [0.0, 1.0, 1.0], [0.0, 5.0, 1.0]])
    >>> [round(x, 6) for x, y in points], round(share, 6)
    ([-2.0, -1.0, 3.0], 1.0)
    """
    import numpy as np

    matrix = np.array(vectors, dtype=np.float64)
    if matrix.ndim != 2 or min(matrix.shape) < 2:
        raise ValueError(f"principal components need two vectors of two dimensions at least, not shape {matrix.shape}")
    centred = matrix - matrix.mean(axis=0)
    _, scales, directions = np.linalg.svd(centred, full_matrices=False)
    points = centred @ directions[:2].T
    largest = points[np.abs(points).argmax(axis=0), [0, 1]]
    points = points * np.where(largest < 0, -1.0, 1.0) + 0.0
    variance = float((scales**2).sum())
    share = float((scales[:2] ** 2).sum()) / variance if variance else 1.0
    return [(float(x), float(y)) for x, y in points], share


def plot_learning(path: Path, comparison: NetworkComparison, title: str) -> None:
    """Save the network's learning curve, beside the held-out losses of the n-gram models and the mixture as lines across."""
    from matplotlib.ticker import MaxNLocator

    history, (*ngrams, network, mixture) = comparison.history, comparison.measured
    epochs = range(1, len(history.train_loss) + 1)
    best = epochs[-1] if history.best_epoch is None else history.best_epoch + 1
    with picture(path, width=6.8, height=4.4) as (_, [panel]):
        panel.plot(epochs, history.train_loss, color=BLUE, marker=MARKERS[0], label="network, while it learns")
        if history.validation_loss:
            panel.plot(
                epochs, history.validation_loss, color=BLUE, marker=MARKERS[1], linestyle="--", label="network, validation"
            )
        panel.plot(
            best, network.nats, color=BLUE, marker="*", markersize=16, linestyle="none",
            markeredgecolor=BLACK, zorder=4, label=f"network, held out: {network.nats:.2f}",
        )  # fmt: skip
        # The best n-grams, as many as there are colours.
        across = [mixture, *sorted(ngrams, key=lambda one: one.nats)]
        for measured, colour, style in zip(across, COLOURS[1:], LINE_STYLES[1:], strict=False):
            panel.axhline(
                measured.nats, color=colour, linestyle=style, linewidth=1.4, label=f"{measured.name}: {measured.nats:.2f}"
            )
        panel.set_xlabel("epoch")
        panel.set_ylabel("nats a prediction")
        panel.set_xlim(left=0)
        panel.xaxis.set_major_locator(MaxNLocator(integer=True))
        panel.set_title(title)
        panel.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))


def plot_embeddings(
    path: Path, network: SlidingWindowNetwork, vocabulary: Vocabulary, groups: Groups, title: str, *, n_words: int = 60
) -> None:
    """Save the embeddings of the first `n_words` words of a vocabulary, projected on their two principal components."""
    shown = range(min(n_words, len(vocabulary)))
    with picture(path, width=7.2, height=6.2) as (_, [panel]):
        panel.set_title(title)
        _draw_words(panel, network, vocabulary, shown, groups)


def plot_demonstration(path: Path, demonstration: Demonstration) -> None:
    """Save what each model expects after "the dog gets", and the embeddings of all words."""
    with picture(path, columns=2, width=6.0, height=5.0) as (_, [bars, panel]):
        _draw_expectations(bars, demonstration)
        groups = {"animals": ANIMALS, "people": PEOPLE}
        vocabulary = demonstration.vocabulary
        panel.set_title('Embeddings: "dog" lies among the animals')
        _draw_words(panel, demonstration.network, vocabulary, range(len(vocabulary)), groups)


def _draw_expectations(panel: "Axes", demonstration: Demonstration) -> None:
    names = list(demonstration.models)
    for offset, word, colour, hatch in ((-0.2, "fed", GREEN, ""), (0.2, "paid", VERMILION, "//")):
        probabilities = demonstration.probabilities(word)
        places = [place + offset for place in range(len(names))]
        widths = [probabilities[name] for name in names]
        panel.barh(places, widths, height=0.36, color=colour, hatch=hatch, edgecolor="white", label=word)
        for place, width in zip(places, widths, strict=True):
            panel.text(width + 0.015, place, f"{width:.2f}", va="center")
    panel.set_yticks(range(len(names)), [name.replace(", ", ",\n") for name in names])
    panel.invert_yaxis()
    panel.set_xlim(0, 1.12)
    panel.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1])
    panel.grid(False, axis="y")
    panel.set_xlabel("P(word | the dog gets)")
    panel.set_title('What comes after "the dog gets"?')
    panel.legend(title="word", loc="center right")


def _draw_words(
    panel: "Axes", network: SlidingWindowNetwork, vocabulary: Vocabulary, shown: Iterable[int], groups: Groups
) -> None:
    numbers = list(shown)
    words = vocabulary.decode(numbers)
    vectors = [[float(value) for value in network.embedding(number)] for number in numbers]
    points, share = principal_components(vectors)
    group_of = {word: name for name, members in groups.items() for word in members}
    styles = {name: (colour, marker) for name, colour, marker in zip(groups, COLOURS, MARKERS[1:], strict=False)}
    for name, (colour, marker) in styles.items():
        places = [point for word, point in zip(words, points, strict=True) if group_of.get(word) == name]
        if places:
            panel.plot(*zip(*places, strict=True), linestyle="none", marker=marker, color=colour, label=name)
    others = [point for word, point in zip(words, points, strict=True) if word not in group_of]
    if others:
        panel.plot(*zip(*others, strict=True), linestyle="none", marker="o", markersize=3.5, color=GREY)
    panel.set_xlabel(f"first principal component ({100 * share:.0f} % of the variance in both)")
    panel.set_ylabel("second principal component")
    panel.margins(0.1)
    if not group_of.keys().isdisjoint(words):
        panel.legend(loc="best")
    colours = [styles[group_of[word]][0] if word in group_of else BLACK for word in words]
    label_points(panel, points, [{" ": "space", "\n": "new line"}.get(word, word) for word in words], colours)
