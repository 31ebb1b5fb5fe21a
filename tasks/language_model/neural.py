"""The text's feedforward neural language model: a window of words slides over the text and predicts the next word.

Source: Jurafsky & Martin, *Speech and Language Processing*, the chapter on neural networks: "Feedforward neural language
modeling" and "Training the neural language model"; the model is that of Bengio, Ducharme, Vincent & Jauvin, "A neural
probabilistic language model", *Journal of Machine Learning Research* 3 (2003).
"""

import math
from collections.abc import Iterable, Sequence
from random import Random

from autograd import Value, no_grad, softmax
from nn import Embedding, Layer, Module, concatenate, cross_entropy_from_logits
from nn.initializers import uniform
from tasks.language_model.model import BOUNDARY, LanguageModel, Sentence, predictions

Example = tuple[tuple[int, ...], int]
"""What the network learns from: the `context_length` words before, and the word that followed them."""


class SlidingWindowNetwork(Module):
    """Embeddings of the words before, side by side, into a hidden layer, into one logit for each word of the vocabulary.

    In the text's notation, with the look-up of an embedding written as the product with a one-hot vector x:

        e = (Ex₁; …; Exₙ)     h = f(We + b)     z = Uh + c     ŷ = softmax(z)

    It is called with `context_length` word numbers and returns the logits z, a tuple of `n_words` Values. The embeddings
    begin uniform between ±`embedding_limit`.

    >>> network = SlidingWindowNetwork(n_words=5, context_length=2, n_dimensions=3, n_hidden=4)
    >>> len(network((0, 3)))
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
        seed: int = 0,
    ) -> None:
        self.n_words = n_words
        self.context_length = context_length
        random = Random(seed)
        start = uniform(-embedding_limit, embedding_limit)
        self.embedding = Embedding(n_words, n_dimensions, initializer=start, seed=random)
        self.hidden = Layer(context_length * n_dimensions, n_hidden, activation, seed=random)
        # A bias that is the weight of a dummy input takes no node of its own, and this layer has the most units by far.
        self.output = Layer(n_hidden, n_words, "identity", bias="dummy input", seed=random)

    def __call__(self, context: Sequence[int]) -> tuple[Value, ...]:
        """Return the logits of the word after `context`."""
        vectors = self.embedding(context)
        return self.output(self.hidden(concatenate(vectors, self.context_length, self.embedding(BOUNDARY))))

    def start_from_frequencies(self, words: Iterable[int]) -> None:
        """Set the biases of the output layer to the logarithms of how often each word occurs in `words`, plus one.

        Before it has learned anything else, the network then predicts as a model of single words does.
        """
        counts = [1] * self.n_words
        for word in words:
            counts[word] += 1
        for row, count in zip(self.output.weight, counts, strict=True):
            row[0].data = math.log(count / sum(counts))


class NeuralModel(LanguageModel):
    """A `SlidingWindowNetwork` as a language model: the softmax of its logits. Nothing that it computes is recorded."""

    def __init__(self, network: SlidingWindowNetwork) -> None:
        self.network = network
        self.context_length = network.context_length
        self.n_words = network.n_words

    def probability(self, context: Sequence[int], word: int) -> float:
        """Return P(word | context)."""
        with no_grad():
            logits = self.network(fill_window(context, self.context_length))
            return math.exp(-cross_entropy_from_logits(logits, word).data)

    def distribution(self, context: Sequence[int]) -> list[float]:
        """Return P(word | context) of every word."""
        with no_grad():
            return [float(share) for share in softmax(self.network(fill_window(context, self.context_length)))]


def fill_window(context: Sequence[int], context_length: int) -> tuple[int, ...]:
    """Return the last `context_length` words of a context, with `BOUNDARY` in front as often as words are missing.

    >>> fill_window((0, 7), 3), fill_window((5, 6, 7, 8), 3)
    ((0, 0, 7), (6, 7, 8))
    """
    window = tuple(context[max(0, len(context) - context_length) :])
    return (BOUNDARY,) * (context_length - len(window)) + window


def make_examples(sentences: Iterable[Sentence], context_length: int) -> list[Example]:
    """Return an example for every prediction in `sentences`.

    >>> make_examples([[5, 7]], 2)
    [((0, 0), 5), ((0, 5), 7), ((5, 7), 0)]
    """
    return [
        (fill_window(context, context_length), word) for context, word in predictions(sentences, context_length)
    ]
