"""The networks that turn a document into logits: features into layers, or embeddings, pooled, into layers.

Source: Jurafsky & Martin, *Speech and Language Processing*, the chapter on neural networks, on classification: with
hand-built features, and with embeddings that are concatenated or pooled.
"""

from collections.abc import Sequence

from autograd import Value, total
from autograd.engine.operands import Operand
from nn import MLP, Embedding, Module, concatenate, dropout, max_pool, mean_pool, word_dropout
from nn.initializers import uniform

PADDING = 0
"""The number of the word that fills a short document up."""

POOLINGS = ("concatenation", "mean", "max")


class PooledNetwork(Module):
    """Embeddings of the words of a document, pooled to one vector, into a two-layer network.

    `pooling` is "concatenation" (the first `length` words side by side, a shorter document filled up with padding),
    "mean" or "max" (element by element). The hidden layer has `n_hidden` tanh units; the output is `n_outputs` logits.

    Raises ValueError for another pooling.
    """

    def __init__(
        self,
        n_words: int,
        n_dimensions: int,
        pooling: str,
        n_hidden: int,
        n_outputs: int,
        *,
        length: int = 12,
        seed: int = 0,
    ) -> None:
        if pooling not in POOLINGS:
            raise ValueError(f"pooling {pooling!r} is not one of {', '.join(POOLINGS)}")
        self.pooling = pooling
        self.length = length
        # Small at first: what a word has not been taught should not sway the mean, still less the maximum.
        small = uniform(-0.1, 0.1)
        self.embedding = Embedding(n_words, n_dimensions, seed=seed, padding_index=PADDING, initializer=small)
        n_inputs = n_dimensions * length if pooling == "concatenation" else n_dimensions
        self.layers = MLP(n_inputs, [n_hidden, n_outputs], activation="tanh", seed=seed + 1)

    def __call__(self, words: Sequence[int | Value], n_words: Operand | None = None) -> tuple[Value, ...]:
        """Return the logits of a document, given as the numbers of its words, of which there is at least one.

        `n_words` says how many of them there were before `fill` made them more.
        """
        vectors = self.embedding(words)
        if self.pooling == "mean" and n_words is not None:
            pooled = tuple([total(elements) / n_words for elements in zip(*vectors, strict=True)])
        elif self.pooling == "mean":
            pooled = mean_pool(vectors)
        elif self.pooling == "max":
            pooled = max_pool(vectors)
        else:
            pooled = concatenate(vectors, self.length, self.embedding(PADDING))
        return self.layers(pooled)

    def fill(self, words: Sequence[int], length: int) -> list[int]:
        """Return the words filled up to a length, so that the result of pooling is the same.

        Documents of one length are computed together. The largest of vectors stays what it is if one of them recurs; the
        sum of vectors does if the others are 0, as that of the padding is.

        >>> PooledNetwork(9, 2, "max", 2, 1).fill([7, 8], 4), PooledNetwork(9, 2, "mean", 2, 1).fill([7, 8], 4)
        ([7, 8, 7, 7], [7, 8, 0, 0])
        """
        filler = words[0] if self.pooling == "max" else PADDING
        length = self.length if self.pooling == "concatenation" else length
        return [*words[:length], *[filler] * (length - len(words))]


class MeanNetwork(Module):
    """The mean of embeddings, beside it features, into a layer of logits, or into a hidden layer of tanh units before it.

    `n_dimensions` is 0 for a network on features only, `n_hidden` is 0 for one layer.

    Source: Iyyer and others 2015, "Deep unordered composition rivals syntactic methods for text classification", whose
    NBOW-RAND and DAN-RAND it can be.
    """

    def __init__(self, n_units: int, n_dimensions: int, n_features: int, n_hidden: int, n_outputs: int, *, seed: int = 0) -> None:
        self.embedding = (
            Embedding(n_units, n_dimensions, seed=seed, padding_index=PADDING, initializer=uniform(-0.05, 0.05))
            if n_dimensions
            else None
        )
        sizes = [n_hidden, n_outputs] if n_hidden else [n_outputs]
        self.layers = MLP(n_dimensions + n_features, sizes, activation="tanh", seed=seed + 1)

    def __call__(
        self,
        units: Sequence[int | Value],
        n_units: Operand,
        features: Sequence[Operand] = (),
        unit_mask: Sequence[Operand] | None = None,
        mask: Sequence[Operand] | None = None,
    ) -> tuple[Value, ...]:
        """Return the logits of a document.

        `units` are the numbers of its units, filled up with `PADDING`; `n_units` says how many there were before. The masks are
        those of dropout: of whole units, and of elements of their mean.
        """
        pooled: tuple[Value, ...] = ()
        if self.embedding is not None:
            vectors = self.embedding(units)
            if unit_mask is not None:
                vectors = word_dropout(vectors, unit_mask)
            pooled = tuple([total(elements) / n_units for elements in zip(*vectors, strict=True)])
            if mask is not None:
                pooled = dropout(pooled, mask)
        return self.layers((*pooled, *features))
