"""Training a model of the table, and judging others by it."""

from collections.abc import Sequence
from typing import Any

from autograd import Value
from nn import AdamW, Dropout, History, binary_cross_entropy_from_logit, cosine_decay, cross_entropy_from_logits, train
from tasks.sentiment.classifiers import Document, FeatureEncoder
from tasks.sentiment.lexicons import Lexicon
from tasks.sentiment.networks import PADDING, MeanNetwork
from tasks.sentiment.predicting import logits_of
from tasks.sentiment.settings import Settings
from tasks.sentiment.units import UnitVocabulary, log_count_ratios

Input = tuple[list[int], int, tuple[float, ...]]
"""What the network takes: the numbers of a document's units, how many there are, and the features."""


class Model:
    """A network made for some documents: the vocabulary and the features' deviations are theirs, and so are the first weights
    and what is left of the lexicon.

    Nothing but these documents is learnt from. Raises ValueError where there are none.
    """

    def __init__(
        self, settings: Settings, documents: Sequence[Document], n_classes: int, lexicon: Lexicon, *, seed: int = 0
    ) -> None:
        if not documents:
            raise ValueError("a model cannot be made for no documents")
        self.settings = settings
        self.n_classes = n_classes
        self._documents = documents
        self._seed = seed
        if settings.adapts_lexicon:
            # Of the most negative and the most positive class.
            lexicon = lexicon.adapted(
                *[[document.tokens for document in documents if document.label == label] for label in (0, n_classes - 1)]
            )
        self._features = FeatureEncoder(documents, lexicon) if settings.features else None
        tokens = [document.tokens for document in documents]
        self._vocabulary = UnitVocabulary(tokens, settings.units) if settings.n_dimensions else None
        n_units = 1 if self._vocabulary is None else len(self._vocabulary)
        n_features = 0 if self._features is None else len(self._features.standardise.means)
        n_outputs = 1 if n_classes == 2 else n_classes
        self.network = MeanNetwork(n_units, settings.n_dimensions, n_features, settings.n_hidden, n_outputs, seed=seed)
        if settings.log_count_ratios is not None:
            self._begin(*settings.log_count_ratios)

    def _begin(self, factor: float, weight: float) -> None:
        """Give the first weights to the ratios of counts: an element and an output for each class, or one for two classes."""
        assert self._vocabulary is not None and self.network.embedding is not None
        numbers = [self._vocabulary(document.tokens) for document in self._documents]
        labels = [document.label for document in self._documents]
        [layer] = self.network.layers.layers
        for output, weights in enumerate(layer.weight):
            label = 1 if self.n_classes == 2 else output
            weights[output].data = weight
            ratios = log_count_ratios(numbers, labels, len(self._vocabulary), label)
            for number, vector in enumerate(self.network.embedding.weight):
                if number != PADDING:
                    vector[output].data = factor * ratios[number]

    def inputs(self, documents: Sequence[Document]) -> list[Input]:
        """Return the inputs of documents, all filled up to the length of the longest."""
        numbers = [[] if self._vocabulary is None else self._vocabulary(document.tokens) for document in documents]
        features = [() if self._features is None else self._features(document.tokens) for document in documents]
        longest = max(map(len, numbers), default=0)
        return [(one + [PADDING] * (longest - len(one)), len(one) or 1, row) for one, row in zip(numbers, features, strict=True)]

    def learn(self, *, validation: Sequence[Document] = (), progress: bool = False) -> History:
        """Train the network on its documents; the losses of `validation` are only measured."""
        settings, network = self.settings, self.network

        def loss(units: Any, n_units: Any, features: Any, label: Any, *masks: Any) -> Value:
            logits = network(units, n_units, features, *masks)
            if self.n_classes == 2:
                return binary_cross_entropy_from_logit(logits[0], label)
            return cross_entropy_from_logits(logits, label)

        def examples(documents: Sequence[Document]) -> list[tuple[Any, ...]]:
            labels = [document.label for document in documents]
            return [(*one, label) for one, label in zip(self.inputs(documents), labels, strict=True)]

        together = examples([*self._documents, *validation])
        learnt, measured = together[: len(self._documents)], together[len(self._documents) :]
        noise = []
        if settings.n_dimensions:
            noise = [Dropout(len(learnt[0][0]), settings.unit_dropout), Dropout(settings.n_dimensions, settings.dropout)]
        return train(
            network,
            loss,
            learnt,
            epochs=settings.epochs,
            optimizer=AdamW(network.parameters(), settings.learning_rate, weight_decay=settings.weight_decay),
            batch_size=settings.batch_size,
            schedule=cosine_decay(settings.epochs) if settings.falls else None,
            validation=measured or None,
            shuffle_seed=self._seed,
            progress=progress,
            noise=noise,
            noise_seed=self._seed,
            average=settings.average,
            dtype="float32",
            # Looking up vectors is what takes the time, which machine code does no faster, and it takes long to make.
            engine="numpy" if settings.n_dimensions else "auto",
        )

    def predict(self, documents: Sequence[Document]) -> list[int]:
        """Return the label of the likeliest class of each document."""
        return [
            int(logits[0] > 0) if len(logits) == 1 else logits.index(max(logits))
            for logits in logits_of(self.network, self.inputs(documents))
        ]
