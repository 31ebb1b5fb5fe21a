"""The exercises of `notebooks/05_language_models.py`."""

from math import log

from tasks.exercises.exercise import Exercise
from tasks.exercises.judges import number
from tasks.language_model.model import perplexity
from tasks.language_model.ngrams import AddKModel
from tasks.language_model.vocabulary import Vocabulary

LINES = ["the dog sleeps"] * 3 + ["the dog runs"] * 2 + ["the cat sleeps"] * 4 + ["i love the dog"]
PROBABILITIES = (1 / 2, 1 / 4, 1 / 8, 1 / 4)
WINDOW, WORDS, DIMENSIONS, HIDDEN = 3, 1000, 50, 100


def sleeps_after_dog() -> float:
    """Return what a model that has counted the bigrams says."""
    text = [tuple(line.split()) for line in LINES]
    vocabulary = Vocabulary.of(text)
    bigrams = AddKModel(vocabulary.encode_all(text), order=2, k=0, n_words=len(vocabulary))
    return bigrams.probability(vocabulary.encode(("dog",)), vocabulary.number("sleeps"))


EMBEDDINGS = WORDS * DIMENSIONS
TO_HIDDEN, TO_SCORES = WINDOW * DIMENSIONS * HIDDEN, HIDDEN * WORDS
BIASES = HIDDEN + WORDS
RIGHT = EMBEDDINGS + TO_HIDDEN + TO_SCORES + BIASES

EXERCISES = (
    Exercise(
        "5.1",
        number(
            sleeps_after_dog(),
            "Divide two counts: that of the pair of words, and that of the first word of the pair.",
            digits=None,
            mistakes={
                3 / 5: "After one of the dogs the sentence ends. That is a prediction too.",
                3 / 7: "That is the share of the dogs among those who sleep; the condition is the other word.",
                3 / 10: "Not every sentence has the first word of the pair in it.",
            },
        ),
        "The cats don't matter: they don't change what is counted after the dog.",
    ),
    Exercise(
        "5.2",
        number(
            perplexity(sum(-log(p) for p in PROBABILITIES) / len(PROBABILITIES)),
            "Write each probability as a power of 2, take the mean of the exponents, and turn its sign around.",
            digits=None,
            mistakes={
                2: "That is the cross-entropy in bits. The perplexity is its exponential, with the base 2.",
                sum(1 / p for p in PROBABILITIES) / 4: "Take the mean of the logarithms, not of the numbers themselves.",
                256: "That is for the whole text; take the mean for one word.",
            },
        ),
        "It is as uncertain as when guessing among that many words.",
    ),
    Exercise(
        "5.3",
        number(
            RIGHT,
            "Add up the embeddings of all words, the weights into the hidden layer, which sees three of them, the weights into "
            "the scores, and the biases of both layers.",
            digits=None,
            mistakes={
                RIGHT - BIASES: "The biases are missing.",
                RIGHT - EMBEDDINGS: "The embeddings are parameters too.",
                RIGHT - TO_HIDDEN + TO_HIDDEN // WINDOW: "The hidden layer sees the embeddings of the whole window.",
                RIGHT + (WINDOW - 1) * EMBEDDINGS: "The three places of the window look their words up in the same matrix.",
            },
        ),
        "The window adds little: most parameters come with the vocabulary, at the first and at the last layer.",
    ),
)
