"""`Embedding`: a vector of parameters for each word."""

from __future__ import annotations

import math
from collections.abc import Iterable
from operator import index
from random import Random
from typing import ClassVar, SupportsIndex, TypeAlias, overload

from autograd import Value
from autograd.engine.operands import as_operand, operands_of
from autograd.engine.scopes import enter, leave
from autograd.errors import number_in
from autograd.functions import picked
from nn.attributes_elsewhere import answering
from nn.checks import whole_number
from nn.initializers import Initializer, initializer_function, random_source, uniform
from nn.module import Module

Vector: TypeAlias = tuple[Value, ...]


class Embedding(Module):
    """The embedding matrix E: row i is the vector of word number i.

    Looking up a word is the product of a one-hot vector and E (the textbook's section on embeddings as the input to neural net
    classifiers), but nothing is multiplied: for a plain number, the result is the row itself.

    Args:
        n_words: how many words there are; they are numbered from 0.
        n_dimensions: how long the vectors are.
        seed: a whole number, or a `random.Random` to draw from. None draws from the stream of `nn.seed`, so all differ.
        padding_index: the number of a word that only fills up short texts; its vector is constant 0 and not a parameter. None
            means that there is no such word.
        initializer: a name or a function (see `nn.initializers`), with n_words as its number of inputs. By default
            numbers are uniform between ±√3, so that their variance is 1.

    Attributes:
        weight: E, a tuple of n_words tuples of n_dimensions Values.

    Raises:
        TypeError, ValueError, IndexError: an argument has the wrong type or is out of range.

    Calling it with a word number gives a tuple of n_dimensions Values; with a sequence of them, a list of such tuples.
    A number may be a Value: then the look-up is recorded, as one `pick` for each dimension, which takes time in proportion to
    n_words. It raises IndexError for a number that is out of range, as negative numbers are, and TypeError for one that is not
    whole.

    >>> embedding = Embedding(5, 3, padding_index=0)
    >>> embedding(4) == embedding.weight[4]
    True
    >>> [e.data for e in embedding(0)], len(embedding.parameters())
    ([0.0, 0.0, 0.0], 12)
    >>> len(embedding([4, 0, 4]))
    3
    """

    scope_level = "layer"
    _enters_scope = True
    _foreign_names: ClassVar[dict[str, str]] = {
        **dict.fromkeys(("w", "weights", "W", "E"), ".weight"),
        **dict.fromkeys(("num_embeddings", "vocab_size"), ".n_words"),
        **dict.fromkeys(("embedding_dim", "embedding_size"), ".n_dimensions"),
        "padding_idx": ".padding_index",
    }

    @answering("Embedding(1000, 8)")
    def __init__(
        self,
        n_words: int,
        n_dimensions: int,
        *,
        seed: int | Random | None = None,
        padding_index: int | None = None,
        initializer: Initializer | None = None,
    ) -> None:
        self.n_words = whole_number(n_words, "n_words")
        self.n_dimensions = whole_number(n_dimensions, "n_dimensions")
        self.padding_index = None if padding_index is None else whole_number(padding_index, "padding_index", least=0)
        if self.padding_index is not None and self.padding_index >= self.n_words:
            raise IndexError(f"padding_index {self.padding_index} is out of range: words are 0 to {self.n_words - 1}")
        limit = math.sqrt(3.0)
        draw = initializer_function(uniform(-limit, limit) if initializer is None else initializer)
        random = random_source(seed)
        rows = [
            tuple([Value(draw(random, self.n_words, self.n_dimensions)) for _ in range(self.n_dimensions)])
            for _ in range(self.n_words)
        ]
        if self.padding_index is not None:
            rows[self.padding_index] = tuple([as_operand(0.0) for _ in range(self.n_dimensions)])
        self.weight: tuple[Vector, ...] = tuple(rows)
        self._columns: tuple[Vector, ...] = ()
        self._columns_of: object = None

    @overload
    def __call__(self, words: SupportsIndex | Value) -> Vector: ...
    @overload
    def __call__(self, words: Iterable[SupportsIndex | Value]) -> list[Vector]: ...
    def __call__(self, words: SupportsIndex | Value | Iterable[SupportsIndex | Value]) -> Vector | list[Vector]:
        """Return the vector of a word, or the vectors of several words."""
        words = number_in(words)
        if isinstance(words, Iterable):
            return [self._look_up(word) for word in words]
        return self._look_up(words)

    def _look_up(self, word: SupportsIndex | Value) -> Vector:
        if isinstance(word, Value):
            if self._columns_of is not self.weight:
                self._columns = tuple(map(operands_of, zip(*self.weight, strict=True)))
                self._columns_of = self.weight
            token = enter(self)
            try:
                return tuple([picked(column, word) for column in self._columns])
            finally:
                leave(token)
        try:
            number = index(number_in(word))
        except TypeError:
            raise TypeError(f"{self._described()} takes word numbers, not {word!r}") from None
        if not 0 <= number < len(self.weight):
            raise IndexError(f"{self._described()}: word {number} is out of range, words are 0 to {len(self.weight) - 1}")
        return self.weight[number]

    def first_index(self, attribute: str, n_dimensions: int) -> tuple[int, ...]:
        """Number the rows from 0, as the words are."""
        return (0,) + (1,) * (n_dimensions - 1)

    def _described(self) -> str:
        return f"{self.label}, {self!r}" if self.label else repr(self)

    def __repr__(self) -> str:
        return f"Embedding({self.n_words}, {self.n_dimensions})"
