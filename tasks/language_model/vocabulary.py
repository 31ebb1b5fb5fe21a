"""Numbers for words: a language model knows words only by them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from tasks.language_model.model import BOUNDARY
from tasks.language_model.texts import UNKNOWN, Words

BOUNDARY_WORD = "<s>"
"""How the mark at both ends of a sentence is written."""


class Vocabulary:
    """The words of a text, each with a number; 0 is the mark at the ends of a sentence.

    Words are numbered from 1 in the order given. A word outside the vocabulary has the number of `UNKNOWN` when that is
    one of the words, and otherwise is an error.

    Raises ValueError for a word that is given twice or is the boundary mark.

    >>> vocabulary = Vocabulary(["the", "cat", "<unk>"])
    >>> vocabulary.encode(("the", "dog"))
    (1, 3)
    >>> vocabulary.decode([2, 0])
    ('cat', '<s>')
    """

    def __init__(self, words: Iterable[str]) -> None:
        self.words = (BOUNDARY_WORD, *words)
        self._numbers = {word: number for number, word in enumerate(self.words)}
        if len(self._numbers) < len(self.words):
            repeated = next(word for word, count in Counter(self.words).items() if count > 1)
            raise ValueError(f"the word {repeated!r} has two numbers; give each word once, and {BOUNDARY_WORD!r} never")
        self._unknown = self._numbers.get(UNKNOWN)
        del self._numbers[BOUNDARY_WORD]

    @classmethod
    def of(cls, sentences: Iterable[Words], largest: int | None = None, further_words: Iterable[str] = ()) -> "Vocabulary":
        """Return the vocabulary of the words in `sentences`: `UNKNOWN`, then the others, the most frequent first.

        Equally frequent words are in the order of their spelling; `further_words` count as not occurring. With `largest`,
        only as many entries are kept, the boundary and `UNKNOWN` among them; when all fit, there is no `UNKNOWN` unless a
        sentence holds it. Raises ValueError when `largest` is below 3.

        >>> Vocabulary.of([("a", "b", "b", "c", "c", "d")], largest=4).words
        ('<s>', '<unk>', 'b', 'c')
        """
        if largest is not None and largest < 3:
            raise ValueError(f"a vocabulary of {largest} has no room for {BOUNDARY_WORD}, {UNKNOWN} and a word")
        counts = Counter(word for sentence in sentences for word in sentence)
        counts.update(dict.fromkeys(further_words, 0))
        words = sorted(counts, key=lambda word: (word != UNKNOWN, -counts[word], word))
        if largest is not None and len(words) + 1 > largest:
            words = [UNKNOWN, *(word for word in words if word != UNKNOWN)][: largest - 1]
        return cls(words)

    def __len__(self) -> int:
        return len(self.words)

    def __iter__(self) -> Iterator[str]:
        return iter(self.words)

    def __contains__(self, word: str) -> bool:
        return word in self._numbers

    def number(self, word: str) -> int:
        """Return the number of a word; that of `UNKNOWN` for a word outside the vocabulary.

        Raises KeyError for a word outside a vocabulary without `UNKNOWN`.
        """
        number = self._numbers.get(word, self._unknown)
        if number is None:
            raise KeyError(f"{word!r} is not in the vocabulary of {len(self)} words, which has no {UNKNOWN!r}")
        return number

    def encode(self, words: Words) -> tuple[int, ...]:
        """Return the numbers of the words of a sentence. Raises KeyError as `number` does."""
        return tuple(map(self.number, words))

    def encode_all(self, sentences: Iterable[Words]) -> list[tuple[int, ...]]:
        """Return the numbers of each sentence's words. Raises KeyError as `number` does."""
        return [self.encode(sentence) for sentence in sentences]

    def decode(self, numbers: Sequence[int]) -> Words:
        """Return the words with the given numbers. Raises IndexError when there is no such number."""
        for number in numbers:
            if not BOUNDARY <= number < len(self.words):
                raise IndexError(f"the vocabulary has the numbers 0 to {len(self.words) - 1}, not {number}")
        return tuple(self.words[number] for number in numbers)
