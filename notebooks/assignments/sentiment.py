# %% [raw]
# # ASSIGNMENT CONFIG
# init_cell: true
# check_all_cell: true
# solutions_pdf: false
# generate: true

# %% [markdown]
# # Sentiment
#
# After the textbook's sections on classification with feedforward networks: six features of a review, a fair split of the data,
# and the embeddings of its words, pooled.
#
# Two short lists of words, and the pronouns that are counted:

# %%
from math import log

import nn
from autograd import Value, assert_gradients, dot, maximum, mean

POSITIVE = {"delicious", "good", "love", "warm"}
NEGATIVE = {"annoyed", "bad", "late", "rude"}
PRONOUNS = {"i", "me", "my", "we", "us", "our", "you", "your"}

# %% [raw]
# # BEGIN QUESTION
# name: features
# points: 2

# %% [markdown]
# Write the six features of a review, which is a list of words and punctuation marks in lower case: how many are in the positive
# list, how many in the negative one, whether "no" occurs (1 or 0), how many are pronouns, whether "!" occurs (1 or 0), and the
# natural logarithm of the length of the list. A word that occurs twice counts twice.

# %% [raw]
# # BEGIN SOLUTION


# %%
def features(words):
    # BEGIN SOLUTION
    return [
        sum(word in POSITIVE for word in words),
        sum(word in NEGATIVE for word in words),
        int("no" in words),
        sum(word in PRONOUNS for word in words),
        int("!" in words),
        log(len(words)),
    ]
    # END SOLUTION


# %% [raw]
# # END SOLUTION

# %% [raw]
# # BEGIN TESTS

# %%
review = "no , i did not like the soup , but the cake was delicious and you must try it !"
assert [round(float(x), 2) for x in features(review.split())] == [1, 0, 1, 2, 1, 3.0]

# %%
# HIDDEN
review = "no , no : bad food , bad wine and good coffee"
assert [round(float(x), 2) for x in features(review.split())] == [1, 2, 1, 0, 0, 2.48]

# %% [raw]
# # END TESTS

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: split
# points: 1

# %% [markdown]
# A classifier is judged on reviews that it hasn't learned from. Divide a list of documents into five parts: the document with the
# index i belongs to part i mod 5. Write a function that returns two lists, those to learn from and those to judge on. The latter
# are the part with the given number, from 0 to 4, and both keep the order.

# %% [raw]
# # BEGIN SOLUTION


# %%
def split(documents, part):
    # BEGIN SOLUTION
    training = [document for index, document in enumerate(documents) if index % 5 != part]
    return training, documents[part::5]
    # END SOLUTION


# %% [raw]
# # END SOLUTION

# %% [raw]
# # BEGIN TESTS

# %%
training, held_out = split(["a", "b", "c", "d", "e", "f", "g"], 0)
assert list(held_out) == ["a", "f"]
assert list(training) == ["b", "c", "d", "e", "g"]

# %%
# HIDDEN
parts = [split(list(range(23)), part) for part in range(5)]
assert sorted(document for _, held_out in parts for document in held_out) == list(range(23))
assert all(sorted([*training, *held_out]) == list(range(23)) for training, held_out in parts)
assert list(parts[3][1]) == [3, 8, 13, 18]

# %% [raw]
# # END TESTS

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: pool
# points: 2

# %% [markdown]
# Write the pooling of a list of embeddings, each of which is a list of Values. Return two lists: the mean at each position, and
# the maximum at each position. `mean` and `maximum` take a list of Values.

# %% [raw]
# # BEGIN SOLUTION


# %%
def pool(vectors):
    # BEGIN SOLUTION
    positions = list(zip(*vectors, strict=True))
    return [mean(position) for position in positions], [maximum(position) for position in positions]
    # END SOLUTION


# %% [raw]
# # END SOLUTION

# %% [raw]
# # BEGIN TESTS

# %%
means, maxima = pool([[Value(2.0), Value(-3.0)], [Value(4.0), Value(1.0)], [Value(0.0), Value(5.0)]])
assert [one.data for one in means] == [2.0, 1.0]
assert [one.data for one in maxima] == [4.0, 5.0]

# %%
# HIDDEN
means, maxima = pool([[Value(1.0), Value(-2.0), Value(-8.0)], [Value(-4.0), Value(-5.0), Value(-6.0)]])
assert [one.data for one in means] == [-1.5, -3.5, -7.0]
assert [one.data for one in maxima] == [1.0, -2.0, -6.0]
_ = assert_gradients(lambda vectors: [one for pooled in pool(vectors) for one in pooled], [[0.5, -1.0], [2.0, -0.3]])

# %% [raw]
# # END TESTS

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: embeddings
# points: 2

# %% [markdown]
# The score of a review is z = w · x. Here x is the mean of the embeddings of its words, and the words are numbers of rows of E.
# Write the derivatives of z for all numbers in E, from numbers, as a list of rows like E. What is the row of a word that occurs
# twice, and of one that doesn't occur?

# %% [raw]
# # BEGIN SOLUTION


# %%
def slopes_of_embeddings(E, words, w):
    # BEGIN SOLUTION
    return [[words.count(word) / len(words) * weight for weight in w] for word in range(len(E))]
    # END SOLUTION


# %% [raw]
# # END SOLUTION

# %% [raw]
# # BEGIN TESTS

# %%
_ = assert_gradients(
    lambda E: dot([1.5, -2.0], nn.mean_pool([E[0], E[2]])),
    [[0.1, 0.2], [0.3, -0.4], [-0.5, 0.6]],
    gradient=lambda E: slopes_of_embeddings(E, [0, 2], [1.5, -2.0]),
)

# %%
# HIDDEN
_ = assert_gradients(
    lambda E: dot([0.5, 3.0], nn.mean_pool([E[1], E[2], E[1]])),
    [[0.1, 0.2], [0.3, -0.4], [-0.5, 0.6]],
    gradient=lambda E: slopes_of_embeddings(E, [1, 2, 1], [0.5, 3.0]),
)

# %% [raw]
# # END TESTS

# %% [raw]
# # END QUESTION
