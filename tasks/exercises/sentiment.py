"""The exercises of `notebooks/04_sentiment.py`."""

from nn import max_pool, mean_pool
from tasks.exercises.exercise import Exercise
from tasks.exercises.judges import choice, numbers
from tasks.sentiment.features import FEATURE_NAMES, six_features, tokenise
from tasks.sentiment.lexicons import Lexicon

SENTENCE = "I love this phone, and you will love it too!"
LEXICON = Lexicon("love", positive=frozenset({"love"}), negative=frozenset())
FEATURES = dict(zip((f"x for {name}" for name in FEATURE_NAMES), six_features(tokenise(SENTENCE), LEXICON), strict=True))

VECTORS = ((1.0, -2.0), (3.0, 0.0), (-1.0, 5.0))
MEAN = dict(
    zip(("The first number of the mean", "The second number of the mean"), (x.data for x in mean_pool(VECTORS)), strict=True)
)
MAX = dict(
    zip(("The first number of the maximum", "The second number of the maximum"), (x.data for x in max_pool(VECTORS)), strict=True)
)

EXERCISES = (
    Exercise(
        "4.1",
        numbers(
            FEATURES,
            "Count every occurrence of a word, and for the last feature all words, the comma and the exclamation mark.",
            digits=3,
        ),
        "A network that sees these numbers can't know what was loved.",
    ),
    Exercise(
        "4.2",
        numbers({**MEAN, **MAX}, "Go through the vectors position by position.", digits=None),
        "The maximum mixes numbers of different words into one vector.",
    ),
    Exercise(
        "4.3",
        choice(
            "concatenation",
            {
                "mean": "A sum doesn't depend on the order in which it is added up.",
                "max": "The largest of some numbers is the same in any order.",
            },
        ),
        "Each place in the sentence has weights of its own.",
    ),
)
