# %% [raw]
# # ASSIGNMENT CONFIG
# init_cell: true
# check_all_cell: true
# solutions_pdf: false
# generate: true

# %% [markdown]
# # Language models
#
# After the textbook's sections on feedforward neural language models and the beginning of its chapter on n-grams: windows,
# counts, perplexity, and the gradient with which a network learns to predict.
#
# A sentence is a list of words. `<s>` marks both its ends. This is the text to count in:

# %%
from itertools import pairwise
from math import exp, log

from autograd import assert_gradients
from nn import cross_entropy_from_logits

TEXT = [line.split() for line in ("the dog sleeps", "the cat sleeps", "the cat gets fed", "we feed the dog", "the dog runs")]

# %% [raw]
# # BEGIN QUESTION
# name: windows
# points: 1

# %% [markdown]
# Write the predictions of a sentence: a list of pairs (window, word), one for each word of the sentence and one for its end. The
# window holds the last words before it, as many as `size` says, or all there are at the beginning, where `<s>` comes first.

# %% [raw]
# # BEGIN SOLUTION


# %%
def windows(sentence, size):
    # BEGIN SOLUTION
    words = ["<s>", *sentence, "<s>"]
    return [(words[max(0, place - size) : place], words[place]) for place in range(1, len(words))]
    # END SOLUTION


# %% [raw]
# # END SOLUTION

# %% [raw]
# # BEGIN TESTS

# %%
assert [(list(window), word) for window, word in windows(["we", "run"], 2)] == [
    (["<s>"], "we"),
    (["<s>", "we"], "run"),
    (["we", "run"], "<s>"),
]

# %%
# HIDDEN
found = [(" ".join(window), word) for window, word in windows(["the", "cat", "sleeps", "in", "the", "barn"], 3)]
assert found[:3] == [("<s>", "the"), ("<s> the", "cat"), ("<s> the cat", "sleeps")]
assert found[3:] == [("the cat sleeps", "in"), ("cat sleeps in", "the"), ("sleeps in the", "barn"), ("in the barn", "<s>")]

# %% [raw]
# # END TESTS

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: bigram
# points: 2

# %% [markdown]
# Write the bigram probability P(word | before) in the text: how often the pair occurs, divided by how often `before` is followed
# by anything, the end of a sentence included. With a k other than 0 it is smoothed: k is added to the count of every pair, as if
# each of the `n_words` words had come k times more after `before`. So the probabilities of all words still sum to 1.

# %% [raw]
# # BEGIN SOLUTION


# %%
def bigram_probability(word, before, k, n_words):
    # BEGIN SOLUTION
    pairs = [pair for sentence in TEXT for pair in pairwise(["<s>", *sentence, "<s>"])]
    starts = [first for first, _ in pairs]
    return (pairs.count((before, word)) + k) / (starts.count(before) + k * n_words)
    # END SOLUTION


# %% [raw]
# # END SOLUTION

# %% [raw]
# # BEGIN TESTS

# %%
assert abs(bigram_probability("sleeps", "dog", 0, 10) - 1 / 3) < 1e-12
assert abs(bigram_probability("sleeps", "cat", 0, 10) - 1 / 2) < 1e-12
assert bigram_probability("fed", "dog", 0, 10) == 0

# %%
# HIDDEN
assert abs(bigram_probability("the", "<s>", 0, 10) - 4 / 5) < 1e-12
assert abs(bigram_probability("fed", "dog", 1, 10) - 1 / 13) < 1e-12
assert abs(bigram_probability("sleeps", "cat", 0.5, 10) - 1.5 / 7) < 1e-12
vocabulary = {"<s>", *(word for sentence in TEXT for word in sentence)}
assert abs(sum(bigram_probability(word, "dog", 1, len(vocabulary)) for word in vocabulary) - 1) < 1e-12

# %% [raw]
# # END TESTS

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: perplexity
# points: 1

# %% [markdown]
# Write the perplexity of a model that gave the words of a text these probabilities, with `exp` and `log`: the exponential of the
# mean of −ln P.

# %% [raw]
# # BEGIN SOLUTION


# %%
def perplexity(probabilities):
    return exp(-sum(log(p) for p in probabilities) / len(probabilities))  # SOLUTION


# %% [raw]
# # END SOLUTION

# %% [raw]
# # BEGIN TESTS

# %%
assert abs(perplexity([0.2, 0.2, 0.2]) - 5) < 1e-9

# %%
# HIDDEN
assert abs(perplexity([1 / 2, 1 / 8]) - 4) < 1e-9
assert abs(perplexity([1.0, 1.0]) - 1) < 1e-9

# %% [raw]
# # END TESTS

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: scores
# points: 2

# %% [markdown]
# The network gives a score to each word of the vocabulary. Their softmax is the probabilities, and the loss is −ln P(right word).
# Write the derivatives of the loss for all scores, from numbers, as a list. `right` is the index of the right word.

# %% [raw]
# # BEGIN SOLUTION


# %%
def slopes_of_scores(scores, right):
    # BEGIN SOLUTION
    powers = [exp(score) for score in scores]
    return [power / sum(powers) - (word == right) for word, power in enumerate(powers)]
    # END SOLUTION


# %% [raw]
# # END SOLUTION

# %% [raw]
# # BEGIN TESTS

# %%
_ = assert_gradients(
    lambda scores: cross_entropy_from_logits(scores, 1),
    [0.5, -1.0, 2.0],
    gradient=lambda scores: slopes_of_scores(scores, 1),
)

# %%
# HIDDEN
_ = assert_gradients(
    lambda scores: cross_entropy_from_logits(scores, 3),
    [1.2, 0.0, -0.7, 0.3, 2.5],
    gradient=lambda scores: slopes_of_scores(scores, 3),
)

# %% [raw]
# # END TESTS

# %% [raw]
# # END QUESTION
