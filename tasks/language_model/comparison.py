"""Measuring models on the same held-out text: n-grams that learn from all of it, and a network beside its n-grams.

Perplexities compare only over the same vocabulary and the same held-out predictions. So there are two comparisons: one of
n-gram models that learn from the whole text, and one of the network, and its mixture with n-grams, with n-gram models of the
same portion.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nn import History
from tasks.language_model.kneser_ney import KneserNeyModel
from tasks.language_model.mixture import MixtureModel, mixed
from tasks.language_model.model import LanguageModel, WordNumbers, nats_per_prediction
from tasks.language_model.neural import NeuralModel
from tasks.language_model.ngrams import AddKModel
from tasks.language_model.strengths import Strengths, compare_strengths
from tasks.language_model.texts import Text, count_predictions, split_validation, take_portion
from tasks.language_model.training import NetworkRecipe, train_network
from tasks.language_model.vocabulary import Vocabulary
from tasks.support.engines import Engine
from tasks.support.errors import UserError

MOST_PARAMETERS = 5_000_000
"""The largest network: each parameter is a Value, and more of them take several gigabytes."""


@dataclass(frozen=True)
class Measured:
    """A model under its name, from how many predictions it learned, and its cross-entropy on the held-out text in nats."""

    name: str
    model: LanguageModel
    n_learned: int
    nats: float


@dataclass(frozen=True)
class Comparison:
    """Models that were measured on the same predictions over the same vocabulary."""

    vocabulary: Vocabulary
    n_held_out: int
    measured: tuple[Measured, ...]


def describe_ngrams(highest_order: int) -> dict[str, Callable[[Sequence[WordNumbers], int], LanguageModel]]:
    """Return how to make each n-gram model, by its name: unigrams, smoothed bigrams, and Kneser-Ney up to an order.

    Each takes the sentences to learn from and the size of the vocabulary.

    >>> list(describe_ngrams(3))
    ['unigrams, add 1', 'bigrams, add 1', 'bigrams, add 0.05', 'bigrams, Kneser-Ney', 'trigrams, Kneser-Ney']
    """

    def add_k(order: int, k: float) -> Callable[[Sequence[WordNumbers], int], LanguageModel]:
        return lambda sentences, n_words: AddKModel(sentences, order, k, n_words)

    def kneser_ney(order: int) -> Callable[[Sequence[WordNumbers], int], LanguageModel]:
        return lambda sentences, n_words: KneserNeyModel(sentences, order, n_words)

    models = {"unigrams, add 1": add_k(1, 1), "bigrams, add 1": add_k(2, 1), "bigrams, add 0.05": add_k(2, 0.05)}
    for order in range(2, highest_order + 1):
        kind = {2: "bigrams", 3: "trigrams"}.get(order, f"{order}-grams")
        models[f"{kind}, Kneser-Ney"] = kneser_ney(order)
    return models


def compare_ngrams(text: Text, highest_order: int) -> Comparison:
    """Measure n-gram models that learn from the whole text, with its whole vocabulary, on all that is held out."""
    vocabulary = Vocabulary.of(text.training, further_words=text.further_words)
    training, held_out = vocabulary.encode_all(text.training), vocabulary.encode_all(text.held_out)
    return Comparison(
        vocabulary,
        count_predictions(held_out),
        tuple(_measure_ngrams(training, held_out, len(vocabulary), highest_order)),
    )


def _measure_ngrams(
    training: Sequence[WordNumbers], held_out: Sequence[WordNumbers], n_words: int, highest_order: int
) -> list[Measured]:
    measured = []
    for name, make in describe_ngrams(highest_order).items():
        model = make(training, n_words)
        measured.append(Measured(name, model, count_predictions(training), nats_per_prediction(model, held_out)))
    return measured


@dataclass(frozen=True)
class NetworkComparison(Comparison):
    """A comparison with a network and its mixture with n-grams, the last two of `measured`.

    `history` says how the network learned. It learned from all of its portion but `n_validation` predictions, which chose the
    epoch at which it stopped, and the share of the mixture.
    """

    model: NeuralModel
    mixture: MixtureModel
    history: History
    n_parameters: int
    n_validation: int
    strengths: Strengths


def compare_network(
    text: Text,
    recipe: NetworkRecipe,
    highest_order: int,
    *,
    seed: int = 0,
    engine: Engine = "auto",
    checkpoint: Path | None = None,
) -> NetworkComparison:
    """Train a network on a portion of a text, and measure it beside n-gram models of the same portion, and mixed with them.

    The vocabulary is that of the whole text to learn from, cut to the recipe's size. The portions are spread evenly over the
    text. If the text has no validation sentences, every tenth of the portion is one. The n-grams in the table, and those in the
    mixture, count the whole portion; those that choose the mixture's share have not seen the validation sentences. `checkpoint`
    is the file of `nn.train` with which an interrupted training goes on, and a finished one is there at once.

    Raises UserError when the recipe leaves too few predictions, or asks for more than `MOST_PARAMETERS`.
    """
    vocabulary = Vocabulary.of(text.training, recipe.largest_vocabulary, text.further_words)
    c, d, h, n_words = recipe.context_length, recipe.n_dimensions, recipe.n_hidden, len(vocabulary)
    n_seen = h + c * d * recipe.direct
    n_parameters = n_words * (d + 1) + h * (c * d + 1) + n_seen * (d if recipe.tied else n_words)
    if n_parameters > MOST_PARAMETERS:
        raise UserError(
            f"a network of {n_parameters:,} parameters is too large to train here, {MOST_PARAMETERS:,} are the most; "
            "take less of --hidden, --embedding, --context or --vocabulary"
        )
    try:
        portion = take_portion(text.training, recipe.n_examples)
        held_out_portion = take_portion(text.held_out, recipe.n_held_out)
        if text.validation:
            learned, validation_words = portion, take_portion(text.validation, recipe.n_held_out)
        else:
            learned, validation_words = split_validation(portion)
    except ValueError as error:
        raise UserError(f"{text.name}: {error}") from None
    training, held_out = vocabulary.encode_all(portion), vocabulary.encode_all(held_out_portion)
    sentences, validation = vocabulary.encode_all(learned), vocabulary.encode_all(validation_words)
    measured = _measure_ngrams(training, held_out, n_words, highest_order)
    network, history = train_network(
        sentences, n_words, recipe, validation=validation, seed=seed, engine=engine, checkpoint=checkpoint
    )
    model = NeuralModel(network, runs_on=recipe.running_on)
    name, make_ngrams = list(describe_ngrams(highest_order).items())[-1]
    share = mixed(model, make_ngrams(sentences, n_words), validation).share
    mixture = MixtureModel(model, measured[-1].model, share)
    for description, one in (("feedforward network", model), (f"{share:.0%} network, {1 - share:.0%} {name}", mixture)):
        measured.append(Measured(description, one, count_predictions(training), nats_per_prediction(one, held_out)))
    return NetworkComparison(
        vocabulary,
        count_predictions(held_out),
        tuple(measured),
        model,
        mixture,
        history,
        n_parameters,
        count_predictions(validation),
        compare_strengths(model, mixture.second, training, held_out),
    )
