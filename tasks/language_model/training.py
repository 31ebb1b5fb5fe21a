"""How a sliding-window network is trained: the settings for words and for letters, and the loop over predictions."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from autograd import Value
from nn import Adam, History, cross_entropy_from_logits, train
from nn.progress import progress_bar
from tasks.language_model.model import WordNumbers
from tasks.language_model.neural import Example, SlidingWindowNetwork, make_examples
from tasks.support.engines import Engine

PARTS = 12
"""In how many parts training is reported: the points of the learning curve."""


@dataclass(frozen=True)
class NetworkRecipe:
    """The settings of a network and its training.

    The loss is compiled into an array program, so the network has the whole vocabulary of the text: `largest_vocabulary`
    is None. `n_examples` and `n_held_out` limit the predictions that are learned from and measured on.
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


RECIPES = {
    "word": NetworkRecipe(3, 24, 48, 100_000, 20_000, 0.005, epochs=3, batch_size=64, embedding_limit=0.5),
    "letter": NetworkRecipe(3, 16, 100, 250_000, 25_000, 0.005, epochs=3, batch_size=64),
}
"""The settings for texts in words and in letters.

They were found by trying: on names, whose dev part is there for it, and on sentences of the manual that are not held out.
"""


@dataclass(frozen=True)
class LearningCurve:
    """The mean loss in nats of each part of training, by the number of predictions learned from until its end.

    The loss of a prediction is taken before the network learns from it, so in the first epoch it is as good as held out.
    """

    predictions: list[int]
    nats: list[float]


def train_network(
    sentences: Sequence[WordNumbers],
    n_words: int,
    recipe: NetworkRecipe,
    *,
    seed: int = 0,
    progress: bool = True,
    engine: Engine = "auto",
) -> tuple[SlidingWindowNetwork, LearningCurve]:
    """Return a network that has learned from every prediction in `sentences`, and how its loss fell.

    Adam, with a learning rate that falls in a straight line over the whole training. Each epoch has its own order.
    The engine is that of `nn.train`.
    """
    network = SlidingWindowNetwork(
        n_words,
        recipe.context_length,
        recipe.n_dimensions,
        recipe.n_hidden,
        embedding_limit=recipe.embedding_limit,
        seed=seed,
    )
    examples = make_examples(sentences, recipe.context_length)
    network.start_from_frequencies(word for _, word in examples)
    random = Random(seed + 1)
    stream = [example for _ in range(recipe.epochs) for example in shuffle(examples, random)]
    parts = [stream[len(stream) * part // PARTS : len(stream) * (part + 1) // PARTS] for part in range(PARTS)]
    parts = [part for part in parts if part]

    def loss(context: tuple[int, ...], word: int) -> Value:
        return cross_entropy_from_logits(network(context), word)

    optimizer = Adam(network.parameters(), recipe.learning_rate)
    history = History()
    settings: dict[str, Any] = {
        "batch_size": recipe.batch_size,
        "shuffle_seed": None,
        "progress": False,
        "history": history,
        "engine": engine,
    }
    with progress_bar(len(parts), "part", "training", wanted=progress, stays=False) as bar:
        for number, part in enumerate(parts):
            optimizer.learning_rate = recipe.learning_rate * (1 - number / len(parts))
            train(network, loss, part, epochs=1, optimizer=optimizer, **settings)
            bar.advance()
    ends = [sum(map(len, parts[: number + 1])) for number in range(len(parts))]
    return network, LearningCurve(ends, history.train_loss)


def shuffle(examples: Sequence[Example], random: Random) -> list[Example]:
    """Return the examples in a random order, the same in every version of Python for the same state of `random`.

    >>> sorted(shuffle([((0,), 1), ((1,), 2)], Random(0)))
    [((0,), 1), ((1,), 2)]
    """
    keys = [random.random() for _ in examples]
    return [examples[index] for index in sorted(range(len(examples)), key=keys.__getitem__)]
