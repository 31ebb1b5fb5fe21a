"""Writing with a language model: words drawn one after the other, each from the distribution after the words before it.

Source: Jurafsky & Martin, *Speech and Language Processing*, the chapter on n-gram language models: "Sampling sentences from a
language model".
"""

import math
from collections.abc import Sequence
from random import Random

from tasks.language_model.model import BOUNDARY, LanguageModel


def sample_sentence(
    model: LanguageModel,
    random: Random,
    *,
    beginning: Sequence[int] = (),
    temperature: float = 1.0,
    longest: int = 30,
    never: frozenset[int] = frozenset(),
) -> tuple[int, ...]:
    """Return the words of a sentence that the model writes, until it ends it or the sentence has `longest` words.

    The sentence has one word at least.

    Args:
        model: gives the next word its distribution.
        random: where chance comes from; the same state gives the same sentence.
        beginning: words that the sentence begins with.
        temperature: probabilities are raised to the power 1/temperature, so below 1 likely words become likelier.
        longest: the number of words at which the sentence is cut.
        never: words that are not drawn, such as that for unknown words.

    Raises:
        ValueError: the temperature is not above 0, or the model gives all words that may be drawn no probability.

    >>> from tasks.language_model.ngrams import AddKModel
    >>> sample_sentence(AddKModel([[1, 2, 3]], order=2, k=0, n_words=4), Random(0))
    (1, 2, 3)
    """
    words = [BOUNDARY, *beginning]
    while len(words) <= longest:
        distribution = model.distribution(words)
        excluded = never if len(words) > 1 else never | {BOUNDARY}
        word = draw([0.0 if word in excluded else p for word, p in enumerate(distribution)], random, temperature)
        if word == BOUNDARY:
            break
        words.append(word)
    return tuple(words[1:])


def draw(probabilities: Sequence[float], random: Random, temperature: float = 1.0) -> int:
    """Return an index, drawn with probabilities that are proportional to pᵢ^(1/temperature).

    Raises ValueError when the temperature is not above 0 or all probabilities are 0.

    >>> draw([0.0, 1.0, 0.0], Random(5))
    1
    """
    if not temperature > 0:
        raise ValueError(f"the temperature of sampling must be above 0, not {temperature}")
    likeliest = max(probabilities)
    if not likeliest > 0:
        raise ValueError("the model gives no word a probability after these words, so none can be drawn")
    # Relative to the likeliest, so that a low temperature can't make all of them underflow to 0.
    weights = [math.exp(math.log(p / likeliest) / temperature) if p > 0 else 0.0 for p in probabilities]
    # Only `random()` gives the same numbers in every version of Python.
    left = random.random() * sum(weights)
    drawn = 0
    for index, weight in enumerate(weights):
        if weight > 0:
            drawn = index
            left -= weight
            if left < 0:
                break
    return drawn
