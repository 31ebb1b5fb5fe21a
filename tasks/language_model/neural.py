"""The textbook's feedforward neural language model: a window of words slides over the text and predicts the next word.

Source: Jurafsky & Martin, *Speech and Language Processing*, the chapter on neural networks: "Feedforward neural language
modeling" and "Training the neural language model"; the model is that of Bengio, Ducharme, Vincent & Jauvin, "A neural
probabilistic language model", *Journal of Machine Learning Research* 3 (2003).
"""

import math
from collections.abc import Iterable, Sequence
from random import Random

from autograd import Program, Value, softmax, vectorize
from nn import Embedding, Examples, Layer, Module, concatenate, cross_entropy_from_logits, dropout
from nn.initializers import uniform
from tasks.language_model.model import BOUNDARY, LanguageModel, WordNumbers
from tasks.language_model.ngram_tables import predicted_words


class SlidingWindowNetwork(Module):
    """Embeddings of the words before, side by side, into a hidden layer, into one logit for each word of the vocabulary.

    In the textbook's notation, with the look-up of an embedding written as the product with a one-hot vector x:

        e = (Ex₁; …; Exₙ)     h = f(We + b)     z = Uh + c     ŷ = softmax(z)

    It is called with `context_length` word numbers and returns the logits z, a tuple of `n_words` Values. The embeddings
    begin uniform between ±`embedding_limit`.

    With `tied`, the embeddings are the weights of the output too: z = E(Uh) + c, where U leads from the hidden layer to as
    many numbers as an embedding has (Press & Wolf, "Using the output embedding to improve language models", EACL 2017). With
    `direct`, what U multiplies is not h but h and e side by side: the direct connections of Bengio et al., equation 1.

    For dropout it is called with masks as further arguments, in the order of `mask_lengths`: for e, for h and, if it is tied,
    for Uh. A mask that is left out changes nothing.

    >>> network = SlidingWindowNetwork(n_words=5, context_length=2, n_dimensions=3, n_hidden=4)
    >>> len(network((0, 3)))
    5
    >>> network.mask_lengths
    (6, 4)
    >>> len(network((0, 3), [2.0, 0.0, 0.0, 2.0, 2.0, 0.0]))
    5
    """

    def __init__(
        self,
        n_words: int,
        context_length: int,
        n_dimensions: int,
        n_hidden: int,
        *,
        activation: str = "tanh",
        embedding_limit: float = math.sqrt(3),
        tied: bool = False,
        direct: bool = False,
        seed: int = 0,
    ) -> None:
        self.n_words = n_words
        self.context_length = context_length
        self.tied = tied
        self.direct = direct
        random = Random(seed)
        start = uniform(-embedding_limit, embedding_limit)
        n_inputs = context_length * n_dimensions
        n_seen = n_hidden + n_inputs * direct
        self.embedding = Embedding(n_words, n_dimensions, initializer=start, seed=random)
        self.hidden = Layer(n_inputs, n_hidden, activation, seed=random)
        self.mask_lengths: tuple[int, ...] = (n_inputs, n_hidden)
        if tied:
            self.projection = Layer(n_seen, n_dimensions, "identity", bias=None, seed=random)
            # Its weights are replaced at once, so they need not be drawn.
            self.output = Layer(n_dimensions, n_words, "identity", initializer="zeros")
            self.output.weight = self.embedding.weight
            self.mask_lengths += (n_dimensions,)
        else:
            self.output = Layer(n_seen, n_words, "identity", seed=random)

    def __call__(self, context: Sequence[int | Value], *masks: Sequence[float | Value]) -> tuple[Value, ...]:
        """Return the logits of the word after `context`; each mask multiplies the numbers it is for.

        Raises ValueError for more masks than there are layers to drop from, or one of another length.
        """
        if len(masks) > len(self.mask_lengths):
            raise ValueError(f"this network takes {len(self.mask_lengths)} masks at most, not {len(masks)}")
        of_inputs, of_hidden, of_projection = (*masks, None, None, None)[:3]
        e = _masked(concatenate(self.embedding(context), self.context_length, self.embedding(BOUNDARY)), of_inputs)
        seen = _masked(self.hidden(e), of_hidden)
        if self.direct:
            seen = (*seen, *e)
        return self.output(_masked(self.projection(seen), of_projection) if self.tied else seen)

    def start_from_frequencies(self, words: Iterable[int]) -> None:
        """Set the biases of the output layer to the logarithms of how often each word occurs in `words`, plus one.

        Before it has learned anything else, the network then predicts as a model of single words does.
        """
        counts = [1] * self.n_words
        for word in words:
            counts[word] += 1
        assert isinstance(self.output.bias, tuple)
        for bias, count in zip(self.output.bias, counts, strict=True):
            bias.data = math.log(count / sum(counts))


def _masked(vector: tuple[Value, ...], mask: Sequence[float | Value] | None) -> tuple[Value, ...]:
    return vector if mask is None else dropout(vector, mask)


# This many predictions are computed at once: their logits fit into memory for any vocabulary.
_AT_ONCE = 256


class NeuralModel(LanguageModel):
    """A `SlidingWindowNetwork` as a language model: the softmax of its logits, computed by a compiled program.

    `runs_on` says whether it has learned from windows that reach into the sentences before.
    """

    def __init__(self, network: SlidingWindowNetwork, *, runs_on: bool = False) -> None:
        self.network = network
        self.runs_on = runs_on
        self.context_length = network.context_length
        self.n_words = network.n_words
        self._compiled: Program | None = None

    def probability(self, context: Sequence[int], word: int) -> float:
        """Return P(word | context)."""
        return math.exp(-self.losses([(context, word)])[0])

    def distribution(self, context: Sequence[int]) -> list[float]:
        """Return P(word | context) of every word."""
        program = self._program
        outputs = program.outputs(program.parameters.read(), [fill_window(context, self.context_length)], [BOUNDARY])
        shares: list[float] = outputs["shares"][0].tolist()
        return shares

    def losses(self, pairs: Sequence[tuple[Sequence[int], int]]) -> list[float]:
        """Return -ln P(word | context) for pairs of a context and a word."""
        program = self._program
        theta = program.parameters.read()
        losses: list[float] = []
        for start in range(0, len(pairs), _AT_ONCE):
            some = pairs[start : start + _AT_ONCE]
            windows = [fill_window(context, self.context_length) for context, _ in some]
            losses += program.losses(theta, windows, [word for _, word in some]).tolist()
        return losses

    @property
    def _program(self) -> Program:
        if self._compiled is None:
            # Products of matrices, and few calls.
            self._compiled = vectorize(self._loss_and_shares, (BOUNDARY,) * self.context_length, BOUNDARY, engine="numpy")
        return self._compiled

    def _loss_and_shares(self, context: Sequence[Value], word: Value) -> tuple[Value, dict[str, list[Value]]]:
        logits = self.network(context)
        return cross_entropy_from_logits(logits, word), {"shares": softmax(logits)}


def fill_window(context: Sequence[int], context_length: int) -> tuple[int, ...]:
    """Return the last `context_length` words of a context, with `BOUNDARY` in front as often as words are missing.

    >>> fill_window((0, 7), 3), fill_window((5, 6, 7, 8), 3)
    ((0, 0, 7), (6, 7, 8))
    """
    window = tuple(context[max(0, len(context) - context_length) :])
    return (BOUNDARY,) * (context_length - len(window)) + window


def make_examples(sentences: Sequence[WordNumbers], n_words: int, context_length: int, *, running_on: bool = False) -> Examples:
    """Return an example for every prediction in `sentences`: the `context_length` words before, and the word that follows.

    With `running_on`, windows reach into the sentences before (see `predictions`). Raises ValueError when there are no sentences,
    or a word's number is not one of the vocabulary.

    >>> list(make_examples([[5], [7]], 8, 2))
    [([0, 0], 5), ([0, 5], 0), ([0, 0], 7), ([0, 7], 0)]
    >>> list(make_examples([[5], [7]], 8, 2, running_on=True))
    [([0, 0], 5), ([0, 5], 0), ([5, 0], 7), ([0, 7], 0)]
    """
    import numpy as np

    words, places = predicted_words(sentences, n_words)
    numbers = np.arange(1, len(words) + 1) if running_on else places
    windows = np.full((len(words), context_length), BOUNDARY)
    for back in range(1, context_length + 1):
        rows = np.flatnonzero(numbers > back)
        windows[rows, context_length - back] = words[rows - back]
    return Examples(windows, words)
