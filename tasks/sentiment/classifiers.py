"""Sentiment classifiers: a network, what turns a document into its input, and how the two are fitted to documents."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from autograd import Value, no_grad
from nn import (
    MLP,
    Adam,
    History,
    Module,
    binary_cross_entropy_from_logit,
    cosine_decay,
    cross_entropy_from_logits,
    train,
)
from tasks.sentiment.corpora import Corpus, Sentence
from tasks.sentiment.features import FEATURE_NAMES, Standardiser, six_features, tokenise
from tasks.sentiment.lexicons import Lexicon
from tasks.sentiment.networks import PADDING, PooledNetwork
from tasks.support.engines import Engine


@dataclass(frozen=True)
class Document:
    """A sentence made ready for classifying: its text, its tokens and its label."""

    text: str
    tokens: tuple[str, ...]
    label: int

    @property
    def seen(self) -> frozenset[str]:
        """The different tokens: two documents that share them must not be learnt from and judged on at once.

        Texts that differ in capitals, spaces or line ends have the same tokens, and the models that pool by a mean or a
        maximum know neither order nor repetition.

        >>> Document("Good, good!", ("good", ",", "good", "!"), 1).seen == Document("good, !", ("good", ",", "!"), 1).seen
        True
        """
        return frozenset(self.tokens)


def documents_of(sentences: Sequence[Sentence], corpus: Corpus) -> list[Document]:
    """Return the documents of `sentences`, tokenised as those of `corpus` have to be."""
    return [
        Document(sentence.text, tuple(tokenise(sentence.text, tokenised=corpus.tokenised)), sentence.label)
        for sentence in sentences
    ]


@dataclass(frozen=True)
class Recipe:
    """A kind of model and the settings it is trained with.

    `pooling` is None for a model on the six features. `n_hidden` is 0 for logistic regression, which is one unit with a
    sigmoid for two classes and one unit for each class with a softmax for more.
    """

    title: str
    pooling: str | None
    n_hidden: int
    epochs: int
    learning_rate: float
    batch_size: int
    n_dimensions: int = 0


RECIPES = {
    "logistic": Recipe("logistic regression, six features", None, 0, 8, 0.05, 20),
    "two-layer": Recipe("two-layer network, six features", None, 4, 6, 0.03, 20),
    "concatenation": Recipe("embeddings, concatenated", "concatenation", 4, 6, 0.025, 32, n_dimensions=4),
    "mean": Recipe("embeddings, mean", "mean", 4, 6, 0.03, 32, n_dimensions=4),
    "max": Recipe("embeddings, max", "max", 4, 6, 0.05, 32, n_dimensions=4),
}
"""The models by the names that the command line knows."""


class Classifier:
    """A network together with what turns the tokens of a document into its input.

    `encode` maps tokens to the input of `network`, whose output is one logit for two classes and one for each class
    otherwise.
    """

    def __init__(self, network: Module, encode: Callable[[Sequence[str]], Any]) -> None:
        self.network = network
        self.encode = encode

    def logits(self, tokens: Sequence[str]) -> list[float]:
        """Return the logits of a document; nothing is recorded."""
        with no_grad():
            return [float(logit) for logit in self.network(self.encode(tokens))]

    def predict(self, tokens: Sequence[str]) -> int:
        """Return the label of the likeliest class."""
        logits = self.logits(tokens)
        return int(logits[0] > 0) if len(logits) == 1 else logits.index(max(logits))

    def positivity(self, tokens: Sequence[str]) -> float:
        """Return how positive a document is taken to be, in logits.

        For two classes this is the logit; for more it is the logit of the most positive class minus that of the most
        negative one, the logarithm of the odds between these two.
        """
        logits = self.logits(tokens)
        return logits[0] if len(logits) == 1 else logits[-1] - logits[0]


class FeatureEncoder:
    """From tokens to the six features, standardised as on the documents it was made with."""

    def __init__(self, documents: Sequence[Document], lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.standardise = Standardiser.fit([six_features(document.tokens, lexicon) for document in documents])

    def __call__(self, tokens: Sequence[str]) -> tuple[float, ...]:
        """Return x₁ … x₆, standardised."""
        return self.standardise(six_features(tokens, self.lexicon))


RARE_BELOW = 3
"""A word met less often than this gets no embedding of its own."""


class VocabularyEncoder:
    """From tokens to the numbers of words, for those met at least `RARE_BELOW` times in the documents it was made with.

    Rarer words are told apart only by the lexicon: the positive ones share one number, the negative ones another, all
    others a third. The documents teach what these mean too, and a small corpus has many rare words. Without a lexicon all
    rare words share one number.
    """

    POSITIVE, NEGATIVE, OTHER = PADDING + 1, PADDING + 2, PADDING + 3

    def __init__(self, documents: Sequence[Document], lexicon: Lexicon | None) -> None:
        self.lexicon = lexicon
        counts = Counter(token for document in documents for token in document.tokens)
        # Counter keeps the order of first occurrence, so the numbers depend on nothing but the documents.
        known = [word for word, count in counts.items() if count >= RARE_BELOW]
        self.number = {word: number for number, word in enumerate(known, start=self.OTHER + 1)}

    @property
    def n_words(self) -> int:
        """How many numbers there are, padding and rare words included."""
        return len(self.number) + self.OTHER + 1

    def __call__(self, tokens: Sequence[str]) -> list[int]:
        """Return one number for each token; for no tokens, that of one rare word."""
        return [self._number_of(token) for token in tokens] or [self.OTHER]

    def _number_of(self, token: str) -> int:
        number = self.number.get(token)
        if number is not None:
            return number
        if self.lexicon is not None and token in self.lexicon.positive:
            return self.POSITIVE
        if self.lexicon is not None and token in self.lexicon.negative:
            return self.NEGATIVE
        return self.OTHER


def fit(
    recipe: Recipe,
    documents: Sequence[Document],
    n_classes: int,
    lexicon: Lexicon,
    *,
    epochs: int | None = None,
    seed: int = 0,
    rare_words_by_lexicon: bool = True,
    engine: Engine = "auto",
) -> tuple[Classifier, History]:
    """Return a classifier of the kind `recipe` fitted to `documents`, and the history of its training.

    All that is learnt comes from `documents`: the mean and the deviation of the features, the vocabulary, the weights.
    `epochs` overrides the recipe's; `rare_words_by_lexicon` is for models with embeddings (see `VocabularyEncoder`).
    `engine` is that of `nn.train`.
    Raises ValueError when there are no documents.
    """
    if not documents:
        raise ValueError("a classifier cannot be fitted to no documents")
    n_outputs = 1 if n_classes == 2 else n_classes
    network: Module
    encode: FeatureEncoder | VocabularyEncoder
    if recipe.pooling is None:
        encode = FeatureEncoder(documents, lexicon)
        sizes = [recipe.n_hidden, n_outputs] if recipe.n_hidden else [n_outputs]
        network = MLP(len(FEATURE_NAMES), sizes, activation="tanh", seed=seed)
    else:
        encode = VocabularyEncoder(documents, lexicon if rare_words_by_lexicon else None)
        network = PooledNetwork(encode.n_words, recipe.n_dimensions, recipe.pooling, recipe.n_hidden, n_outputs, seed=seed)

    def loss(features: Any, label: int, *n_words: int) -> Value:
        logits = network(features, *n_words)
        if n_classes == 2:
            return binary_cross_entropy_from_logit(logits[0], label)
        return cross_entropy_from_logits(logits, label)

    features: list[Any] = [encode(document.tokens) for document in documents]
    examples: list[tuple[Any, ...]] = [(x, document.label) for x, document in zip(features, documents, strict=True)]
    if isinstance(network, PooledNetwork):
        longest = max(map(len, features))
        examples = [(network.fill(words, longest), label, len(words)) for words, label in examples]
    epochs = recipe.epochs if epochs is None else epochs
    history = train(
        network,
        loss,
        examples,
        epochs=epochs,
        optimizer=Adam(network.parameters(), recipe.learning_rate),
        batch_size=recipe.batch_size,
        # Small batches make the last steps of a full learning rate a matter of chance.
        schedule=cosine_decay(epochs),
        shuffle_seed=seed,
        progress=False,
        engine=engine,
    )
    return Classifier(network, encode), history
