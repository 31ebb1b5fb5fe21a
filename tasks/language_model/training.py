"""How a sliding-window network is trained: the settings for words and for letters, and the call of `nn.train`."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from autograd import Value
from nn import AdamW, Dropout, Examples, History, cosine_decay, cross_entropy_from_logits, train
from tasks.language_model.manual import MANUAL
from tasks.language_model.model import WordNumbers
from tasks.language_model.neural import SlidingWindowNetwork, make_examples
from tasks.language_model.texts import Text
from tasks.support.engines import Engine


@dataclass(frozen=True)
class NetworkRecipe:
    """The settings of a network and its training.

    The loss is compiled into an array program, so the network has the whole vocabulary of the text: `largest_vocabulary`
    is None. `n_examples` and `n_held_out` limit the predictions that are learned from and measured on.

    The network is a `SlidingWindowNetwork`, `tied` and `direct` as there. `dropout` are rates, one for each of the network's
    masks or for the first of them. With `running_on`, windows reach into the sentences before. With `patience`, training stops
    after that many epochs in a row without a lower loss on validation sentences. `average` is the decay of the running mean of
    the parameters that is taken in the end.
    """

    context_length: int
    n_dimensions: int
    n_hidden: int
    n_examples: int
    n_held_out: int
    learning_rate: float
    largest_vocabulary: int | None = None
    epochs: int = 1
    batch_size: int = 32
    # Words occur so rarely that vectors which begin large would stay where they are.
    embedding_limit: float = math.sqrt(3)
    tied: bool = False
    direct: bool = False
    running_on: bool = False
    dropout: tuple[float, ...] = ()
    weight_decay: float = 0.0
    patience: int | None = None
    average: float | None = None
    dtype: Literal["float64", "float32"] = "float64"

    def make_network(self, n_words: int, seed: int) -> SlidingWindowNetwork:
        """Return the network before training."""
        return SlidingWindowNetwork(
            n_words,
            self.context_length,
            self.n_dimensions,
            self.n_hidden,
            embedding_limit=self.embedding_limit,
            tied=self.tied,
            direct=self.direct,
            seed=seed,
        )

    def make_examples(self, sentences: Sequence[WordNumbers], n_words: int) -> Examples:
        """Return what the network learns from, or is measured on, for each prediction in `sentences`."""
        return make_examples(sentences, n_words, self.context_length, running_on=self.running_on)


RECIPES = {
    "manual": NetworkRecipe(
        5, 64, 128, 100_000, 20_000, 0.002, epochs=20, batch_size=64, embedding_limit=0.05, dropout=(0.5, 0.5), weight_decay=0.01,
        patience=3, average=0.998, dtype="float32",
    ),
    "word": NetworkRecipe(3, 24, 48, 100_000, 20_000, 0.005, epochs=4, batch_size=64, embedding_limit=0.5),
    "letter": NetworkRecipe(3, 16, 100, 250_000, 25_000, 0.005, epochs=4, batch_size=64),
}  # fmt: skip
"""The settings for Python's manual, and for other texts in words and in letters, which train in a minute.

Those of the manual were found by trying, on every tenth of the sentences to learn from.
"""


def recipe_for(text: Text) -> NetworkRecipe:
    """Return the settings for a text."""
    return RECIPES["manual" if text.name == MANUAL else text.unit]


def train_network(
    sentences: Sequence[WordNumbers],
    n_words: int,
    recipe: NetworkRecipe,
    *,
    validation: Sequence[WordNumbers] = (),
    seed: int = 0,
    progress: bool = True,
    engine: Engine = "auto",
    checkpoint: Path | None = None,
) -> tuple[SlidingWindowNetwork, History]:
    """Return a network that has learned from every prediction in `sentences`, and how its loss fell from epoch to epoch.

    AdamW, with a learning rate that falls along half a cosine. With `validation` sentences the network is that of the epoch that
    was best on them. The engine is that of `nn.train`, and so is `checkpoint`, a file with which an interrupted training goes on.
    """
    network = recipe.make_network(n_words, seed)
    examples = recipe.make_examples(sentences, n_words)
    network.start_from_frequencies(examples.arrays[1].tolist())

    def loss(context: Sequence[int], word: int, *masks: Sequence[float]) -> Value:
        return cross_entropy_from_logits(network(context, *masks), word)

    history = train(
        network,
        loss,
        examples,
        epochs=recipe.epochs,
        optimizer=AdamW(network.parameters(), recipe.learning_rate, weight_decay=recipe.weight_decay),
        batch_size=recipe.batch_size,
        schedule=cosine_decay(recipe.epochs),
        validation=recipe.make_examples(validation, n_words) if validation else None,
        patience=(recipe.patience or recipe.epochs) if validation else None,
        shuffle_seed=seed + 1,
        noise=[Dropout(n, rate) for n, rate in zip(network.mask_lengths, recipe.dropout, strict=False)],
        noise_seed=seed + 2,
        average=recipe.average,
        dtype=recipe.dtype,
        engine=engine,
        checkpoint=checkpoint,
        progress=progress,
    )
    return network, history
