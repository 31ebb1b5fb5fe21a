"""Dropout: numbers of a network that are left out at random while it learns.

The masks that say what is left out are arguments of the loss, so that the loss stays a function of its arguments: the same graph
can be drawn, stepped through, checked and compiled. `nn.train` draws them.

Source: Srivastava and others 2014, "Dropout: a simple way to prevent neural networks from overfitting", with the factor
1 ÷ (1 − rate) while learning instead of 1 − rate afterwards ("inverted dropout").
"""

from __future__ import annotations

from collections.abc import Sequence

from autograd import Value
from autograd.engine.operands import Operand, as_operand
from nn.checks import finite_number, whole_number


class Dropout:
    """A mask that `nn.train` draws anew for each example of each step: n numbers, each 0 or 1 ÷ (1 − rate).

    Args:
        n: how many numbers the mask has, one for each number or vector that it is for.
        rate: how probable it is that one of them is 0.

    Raises:
        TypeError, ValueError: n is not a positive whole number, or the rate is not from 0 to less than 1.

    >>> from random import Random
    >>> from nn import MLP, Adam, dropout, squared_error, train
    >>> network = MLP(3, [1], seed=1)
    >>> def loss(x, y, mask):
    ...     return squared_error(network(dropout(x, mask)), y)
    >>> examples = [((1.0, 1.0, 1.0), 3.0), ((1.0, 0.0, 0.0), 1.0)]
    >>> optimizer = Adam(network.parameters(), learning_rate=0.1)
    >>> history = train(network, loss, examples, epochs=50, optimizer=optimizer, noise=[Dropout(3, rate=0.2)])
    >>> history.train_loss[-1] < history.train_loss[0]
    True
    """

    def __init__(self, n: int, rate: float) -> None:
        self.n = whole_number(n, "n")
        self.rate = finite_number(rate, "rate", least=0.0)
        if self.rate >= 1.0:
            raise ValueError(f"rate must be less than 1, or nothing would be left, not {self.rate!r}")

    @property
    def kept(self) -> float:
        """What a number that is kept is multiplied by, so that the mean over all masks is 1: 1 ÷ (1 − rate)."""
        return 1.0 / (1.0 - self.rate)

    def __repr__(self) -> str:
        return f"Dropout({self.n}, rate={self.rate!r})"


def dropout(vector: Sequence[Operand], mask: Sequence[Operand]) -> tuple[Value, ...]:
    """Return a vector multiplied by a mask, element by element.

    Args:
        vector: the numbers of which some are left out.
        mask: a number for each of them; see `Dropout`. A mask of ones leaves the vector as it is.

    Raises:
        ValueError: the two differ in length.

    >>> [x.data for x in dropout([1.0, 2.0, 3.0], [2.0, 0.0, 2.0])]
    [2.0, 0.0, 6.0]
    """
    _check_length(len(vector), "numbers", mask, "dropout")
    return tuple([as_operand(number) * factor for number, factor in zip(vector, mask, strict=True)])


def word_dropout(vectors: Sequence[Sequence[Operand]], mask: Sequence[Operand]) -> list[tuple[Value, ...]]:
    """Return vectors of words, each multiplied by its number of a mask, so that whole words are left out.

    Source: Iyyer and others 2015, "Deep unordered composition rivals syntactic methods for text classification", section 3.1.
    There the mean is taken over the words that are kept; here the vectors that are kept are longer, so that the mean over all
    words has the same expectation.

    Args:
        vectors: a vector for each word.
        mask: a number for each word; see `Dropout`.

    Raises:
        ValueError: there are more or fewer vectors than numbers in the mask.

    >>> [[x.data for x in vector] for vector in word_dropout([(1.0, 2.0), (3.0, 4.0)], [0.0, 2.0])]
    [[0.0, 0.0], [6.0, 8.0]]
    """
    _check_length(len(vectors), "vectors", mask, "word_dropout")
    return [tuple([as_operand(number) * factor for number in vector]) for vector, factor in zip(vectors, mask, strict=True)]


def _check_length(length: int, what: str, mask: Sequence[Operand], name: str) -> None:
    if len(mask) != length:
        raise ValueError(f"{name}: the mask has {len(mask)} numbers for {length} {what}; make it with Dropout({length}, rate)")
