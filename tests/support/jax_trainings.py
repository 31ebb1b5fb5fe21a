"""Small trainings for tests of `engine="jax"`, here and in other processes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import nn
from autograd import Value, log, mean, require


class Parts(nn.Module):
    """A network of named parts."""

    def __init__(self, **parts: Any) -> None:
        for name, part in parts.items():
            setattr(self, name, part)


Problem = Callable[[], tuple[nn.Module, Callable[..., Value], list[tuple[Any, ...]]]]


def curve(n: int = 11) -> tuple[nn.Module, Callable[..., Value], list[tuple[Any, ...]]]:
    """A network of two layers, on numbers."""
    drawn, network = Random(1), nn.MLP(3, [5, 1], "tanh", seed=2)
    examples = [([drawn.random() for _ in range(3)], drawn.random()) for _ in range(n)]
    return network, lambda x, y, *mask: nn.squared_error(network(nn.dropout(x, *mask) if mask else x)[0], y), examples


def words() -> tuple[nn.Module, Callable[..., Value], list[tuple[Any, ...]]]:
    """Indices; vectors of words that batches don't contain; a layer that nothing reaches."""
    drawn = Random(4)
    embedding, output = nn.Embedding(7, 3, padding_index=0, seed=3), nn.Layer(3, 2, "identity", seed=4)
    examples = [([drawn.randrange(7) for _ in range(2)], drawn.randrange(2)) for _ in range(11)]

    def loss(words: Any, label: Any) -> Value:
        return nn.cross_entropy_from_logits(output(nn.mean_pool(embedding(words))), label)

    return Parts(idle=nn.Layer(2, 1, seed=5), embedding=embedding, output=output), loss, examples


def nested() -> tuple[nn.Module, Callable[..., Value], list[tuple[Any, ...]]]:
    """Arguments that are no plain arrays."""
    drawn, layer = Random(6), nn.Layer(2, 2, seed=9)

    def loss(point: dict[str, Any], target: list[Any]) -> Value:
        h = layer([point["x"], mean(point["others"])])
        return nn.squared_error(h[0], target[0]) + nn.squared_error(h[1], mean(target[1]))

    examples = [
        ({"x": drawn.random(), "others": [drawn.random(), drawn.random()]}, [drawn.random(), [0.5, drawn.random()]])
        for _ in range(9)
    ]
    return layer, loss, examples


def bags() -> tuple[nn.Module, Callable[..., Value], list[tuple[Any, ...]]]:
    """Examples of several structures."""
    drawn = Random(4)
    embedding, output = nn.Embedding(7, 3, seed=3), nn.Layer(3, 2, "identity", seed=4)
    examples = [([drawn.randrange(7) for _ in range(drawn.randrange(1, 3))], drawn.randrange(2)) for _ in range(13)]

    def loss(words: Any, label: Any) -> Value:
        return nn.cross_entropy_from_logits(output(nn.mean_pool(embedding(words))), label)

    return Parts(embedding=embedding, output=output), loss, examples


class Fading(nn.Optimizer):
    """An optimizer of one's own, by a formula: steps in the direction of a running mean of signs."""

    n_states = 1

    def __init__(self, parameters: Sequence[Value], learning_rate: float) -> None:
        super().__init__(parameters, learning_rate)
        self.kept = 0.5

    def update(self, number: Any, gradient: Any, states: Sequence[Any], t: Any) -> tuple[Any, Sequence[Any]]:
        """A step."""
        mean = self.kept * states[0] + (1.0 - self.kept) * gradient / (abs(gradient) + 0.1)
        return number - self.learning_rate / t * mean, [mean]


class Thoughtful(nn.Optimizer):
    """An optimizer of one's own, without a formula."""

    def move(self, place: int, number: float, gradient: float) -> float:
        """A step."""
        self.steps[place] += 1
        return number - self.learning_rate * math.copysign(min(abs(gradient), 0.1), gradient)


OPTIMIZERS: dict[str, Callable[[Sequence[Value]], nn.Optimizer]] = {
    "SGD": lambda p: nn.SGD(p, 0.2),
    "momentum": lambda p: nn.SGD(p, 0.1, momentum=0.9, weight_decay=0.01),
    "Adam": lambda p: nn.Adam(p, 0.05, weight_decay=0.01),
    "AdamW": lambda p: nn.AdamW(p, 0.05, weight_decay=0.1),
    "own formula": lambda p: Fading(p, 0.05),
    "no formula": lambda p: Thoughtful(p, 0.05),
}


class Trained:
    """What a training leaves behind."""

    def __init__(self, problem: Problem, engine: Any = "jax", make: Any = OPTIMIZERS["Adam"], **settings: Any) -> None:
        model, loss, examples = problem()
        self.parameters = model.parameters()
        self.optimizer = make(self.parameters) if callable(make) else make
        self.history = nn.History()
        settings = {"epochs": 6, "batch_size": 4, "progress": False, **settings}
        self.error: tuple[Any, ...] = ()
        try:
            nn.train(model, loss, examples, optimizer=self.optimizer, engine=engine, history=self.history, **settings)
        except (ArithmeticError, ValueError, LookupError, TypeError) as error:
            self.error = type(error), str(error), getattr(error, "__notes__", [])

    @property
    def numbers(self) -> list[float]:
        """Of the parameters."""
        return [parameter.data for parameter in self.parameters]

    def bits(self) -> tuple[Any, ...]:
        """All of it."""
        return self.numbers, self.history, getattr(self.optimizer, "states", None), getattr(self.optimizer, "steps", None)

    def distance(self, other: Trained) -> float:
        """The greatest difference between two."""
        pairs = zip(self._measured(), other._measured(), strict=True)
        return max(abs(one - another) for one, another in pairs)

    def _measured(self) -> list[float]:
        states = [number for state in getattr(self.optimizer, "states", []) for number in state]
        return [*self.numbers, *self.history.train_loss, *self.history.validation_loss, *states]


def positive(x: Any, w: Value) -> Value:
    """A loss that requires something."""
    require(x > 0, "x must be positive")
    return log(w * x)


def sentiment(epochs: int, path: Any = None) -> nn.History:
    """Train the task's own network on its own sentences, which goes on with a checkpoint."""
    from tasks.sentiment.classifiers import RECIPES, VocabularyEncoder, documents_of
    from tasks.sentiment.networks import PooledNetwork
    from tasks.sentiment.task import choose_classes, read_corpus

    corpus, lexicon = read_corpus(None, None, None, None)
    (shipped,) = choose_classes(corpus, 2, both=False)
    documents = documents_of(shipped.sentences, shipped)
    recipe, encode = RECIPES["mean"], VocabularyEncoder(documents, lexicon)
    network = PooledNetwork(encode.n_words, recipe.n_dimensions, "mean", recipe.n_hidden, 1, seed=0)
    features = [encode(document.tokens) for document in documents]
    longest = max(map(len, features))
    examples = [(network.fill(x, longest), one.label, len(x)) for x, one in zip(features, documents, strict=True)]

    def loss(words: Any, label: Any, n_words: Any) -> Value:
        return nn.binary_cross_entropy_from_logit(network(words, n_words)[0], label)

    return nn.train(
        network,
        loss,
        examples,
        epochs=epochs,
        optimizer=nn.Adam(network.parameters(), recipe.learning_rate),
        batch_size=recipe.batch_size,
        engine="jax",
        checkpoint=path,
        checkpoint_minutes=0.0,
        progress=False,
    )
