"""From a sentence to numbers: the tokeniser and the textbook's six features.

Source: Jurafsky & Martin, *Speech and Language Processing*: the example of the chapter on logistic regression, whose
features the chapter on neural networks feeds into one unit and then into a two-layer network.
"""

import html
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from tasks.sentiment.lexicons import Lexicon
from tasks.support.characters import LETTER, SYMBOL, SYMBOL_ENDS, fold

FEATURE_NAMES = ("positive words", "negative words", 'has "no"', "pronouns I, you", 'has "!"', "ln(word count)")
"""Short names of x₁ … x₆, in order."""

_FIRST_PERSON = frozenset({"i", "me", "my", "mine", "myself", "we", "us", "our", "ours", "ourselves"})
_SECOND_PERSON = frozenset({"you", "your", "yours", "yourself", "yourselves"})
PRONOUNS = _FIRST_PERSON | _SECOND_PERSON
"""The pronouns of the first and second person, which x₄ counts."""

# Tried from left to right at each place, so what must stay whole comes before what would take a part of it.
_TOKEN = re.compile(
    rf"""
      https?://\S+ | www\.\S+                             # an address
    | [@\#]\w{LETTER}*                                    # a user's name or a topic
    | (?<!\w)[<>]?[:;=][-o*'^]?[()\[\]dDpP/\\|@*]+(?!\w)  # an emoticon with its eyes on the left  :-)
    | (?<!\w)[()\[\]dD/\\|@]+[-o*'^]?[:;=](?!\w)          # and with its eyes on the right         (-:
    | </?3                                                # a heart
    | \d+(?:[.,:/]\d+)+                                   # a number with marks inside             4.5  9:30
    | (?!{SYMBOL})\w(?:{LETTER}|[-'&*]+(?=\w))*\+?        # a word             it's  second-rate  f**k  a+
    | (?P<mark>{SYMBOL})(?:(?P=mark){SYMBOL_ENDS})*       # a mark or emoji, or a run of the same  !!!
    """,
    re.VERBOSE,
)


def tokenise(text: str, *, tokenised: bool = False) -> list[str]:
    """Return the tokens of `text` in lower case: words, numbers, punctuation marks, emoticons.

    A word keeps its apostrophes and hyphens ("it's" and "second-rate" are one token each); a run of the same mark is
    one token, and so is an emoji with all its parts. Letters are brought into the form of `fold`. With `tokenised` the
    text is only split at white space: published sets of that kind write "did n't" and "-lrb-", which must stay what they
    are.

    >>> tokenise("It's hokey -- second-rate!!! :-)")
    ["it's", 'hokey', '--', 'second-rate', '!!!', ':-)']
    >>> tokenise("i did n't like it .", tokenised=True)
    ['i', 'did', "n't", 'like', 'it', '.']
    """
    if tokenised:
        return fold(text).split()
    # Tweets are published with the escapes of HTML (&amp;).
    return [match.group() for match in _TOKEN.finditer(fold(html.unescape(text)))]


def six_features(tokens: Sequence[str], lexicon: Lexicon) -> tuple[float, ...]:
    """Return x₁ … x₆ of a document: six numbers, named by `FEATURE_NAMES`.

    x₁ and x₂ count the tokens in the positive and in the negative list, x₃ is 1 if "no" is among the tokens, x₄ counts
    pronouns of the first and second person (also within "I'm" and "you're"), x₅ is 1 if there is an exclamation mark,
    x₆ is the natural logarithm of the number of tokens, punctuation included as in the textbook's example (ln 66 = 4.19).
    A document without tokens, which has no logarithm, has x₆ = 0; published sets do hold one.

    >>> lexicon = Lexicon("small", positive=frozenset({"good"}), negative=frozenset({"dull"}))
    >>> six_features(tokenise("No, I'm not saying it is good!"), lexicon)
    (1.0, 0.0, 1.0, 1.0, 1.0, 2.1972245773362196)
    """
    return (
        float(sum(token in lexicon.positive for token in tokens)),
        float(sum(token in lexicon.negative for token in tokens)),
        float("no" in tokens),
        float(sum(token.partition("'")[0] in PRONOUNS for token in tokens)),
        float(any("!" in token for token in tokens)),
        math.log(max(len(tokens), 1)),
    )


@dataclass(frozen=True)
class Standardiser:
    """What brings each feature to mean 0 and standard deviation 1 over the rows it was fitted on.

    It is fitted on training rows only and then applied to any row: a mean over the rows to be classified would be
    knowledge about them. A feature that is the same in all rows is only shifted.

    >>> standardise = Standardiser.fit([(1.0, 5.0), (3.0, 5.0)])
    >>> standardise((4.0, 5.0))
    (2.0, 0.0)
    """

    means: tuple[float, ...]
    deviations: tuple[float, ...]

    @classmethod
    def fit(cls, rows: Sequence[Sequence[float]]) -> "Standardiser":
        """Return the standardiser of `rows`, which all have the same number of features.

        Raises ValueError when there are no rows.
        """
        if not rows:
            raise ValueError("a mean and a standard deviation need at least one row of features, got none")
        columns = list(zip(*rows, strict=True))
        means = tuple(math.fsum(column) / len(rows) for column in columns)
        # Asked of a constant feature, the formula gives a rounding error rather than 0, and dividing by that explodes.
        deviations = tuple(
            math.sqrt(math.fsum((x - mean) ** 2 for x in column) / len(rows)) if min(column) < max(column) else 0.0
            for column, mean in zip(columns, means, strict=True)
        )
        return cls(means, deviations)

    def __call__(self, row: Sequence[float]) -> tuple[float, ...]:
        """Return (x - mean) / deviation of each feature."""
        return tuple((x - mean) / (deviation or 1.0) for x, mean, deviation in zip(row, self.means, self.deviations, strict=True))
