"""Labelled sentences: what a corpus is, and the one that ships with the project."""

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from tasks.support.text_files import read_matches

SHIPPED_FOLDER = Path(__file__).parent.parent / "corpus"
"""The folder of the corpus and the lexicon that ship with the project."""


THREE_CLASSES = ("negative", "neutral", "positive")


@dataclass(frozen=True)
class Sentence:
    """A text and its label, the index of its class in the corpus's `class_names`."""

    text: str
    label: int


@dataclass(frozen=True)
class Corpus:
    """Labelled sentences under a name.

    `class_names` run from the most negative class to the most positive one. `test` holds the sentences that the
    publishers set aside for testing, or None, in which case one cross-validates; `validation` likewise. `tokenised`
    says that the texts are published as tokens between spaces.
    """

    name: str
    class_names: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    test: tuple[Sentence, ...] | None = None
    validation: tuple[Sentence, ...] | None = None
    tokenised: bool = False

    def class_counts(self) -> tuple[int, ...]:
        """Return how many of `sentences` each class has.

        >>> Corpus("two", ("negative", "positive"), (Sentence("dull", 0), Sentence("fine", 1))).class_counts()
        (1, 1)
        """
        counts = Counter(sentence.label for sentence in self.sentences)
        return tuple(counts[label] for label in range(len(self.class_names)))

    def without_class(self, class_name: str) -> "Corpus":
        """Return the corpus without the sentences of one class; the labels are numbered anew.

        Raises ValueError when there is no such class.

        >>> three = Corpus("c", ("negative", "neutral", "positive"), (Sentence("it is red", 1), Sentence("fine", 2)))
        >>> three.without_class("neutral").sentences
        (Sentence(text='fine', label=1),)
        """
        if class_name not in self.class_names:
            raise ValueError(f"corpus {self.name} has no class {class_name!r}; its classes: {', '.join(self.class_names)}")
        left_out = self.class_names.index(class_name)

        def keep(sentences: tuple[Sentence, ...]) -> tuple[Sentence, ...]:
            return tuple(
                Sentence(sentence.text, sentence.label - (sentence.label > left_out))
                for sentence in sentences
                if sentence.label != left_out
            )

        return replace(
            self,
            class_names=tuple(name for name in self.class_names if name != class_name),
            sentences=keep(self.sentences),
            test=None if self.test is None else keep(self.test),
            validation=None if self.validation is None else keep(self.validation),
        )


def shipped_corpus(path: Path = SHIPPED_FOLDER / "reviews.tsv") -> Corpus:
    """Return the corpus that ships with the project: review sentences in three classes.

    Its format: a label (negative, neutral, positive), a tab and a sentence on each line. Raises UserError that names
    the file and the line when it is not like that.
    """
    pattern, expected = r"(negative|neutral|positive)\t(.*\S.*)", "negative, neutral or positive, then a tab, then a sentence"
    sentences = tuple(Sentence(line[2], THREE_CLASSES.index(line[1])) for line in read_matches(path, pattern, expected))
    return Corpus("shipped reviews", THREE_CLASSES, sentences)
