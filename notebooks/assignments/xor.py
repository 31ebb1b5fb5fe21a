# %% [raw]
# # ASSIGNMENT CONFIG
# init_cell: true
# check_all_cell: true
# solutions_pdf: false
# generate: true

# %% [markdown]
# # The XOR problem
#
# After the textbook's section on the XOR problem. What a perceptron computes and learns, what it can't compute, and why the units
# of a hidden layer learn by slopes.
#
# Inputs are 0 or 1. These are the four cases, and the right outputs of three gates for them.

# %%
from autograd import assert_gradients, relu

CASES = [(0, 0), (0, 1), (1, 0), (1, 1)]
AND, OR, XOR = (0, 0, 0, 1), (0, 1, 1, 1), (0, 1, 1, 0)

# %% [raw]
# # BEGIN QUESTION
# name: perceptron
# points: 1

# %% [markdown]
# Write a perceptron: a unit whose output is 1 if w₁x₁ + w₂x₂ + b is greater than 0, and else 0.

# %% [raw]
# # BEGIN SOLUTION


# %%
def perceptron(w1, w2, b, x1, x2):
    return int(w1 * x1 + w2 * x2 + b > 0)  # SOLUTION


# %% [raw]
# # END SOLUTION

# %% [raw]
# # BEGIN TESTS

# %%
assert tuple(perceptron(1, 1, -1, x1, x2) for x1, x2 in CASES) == AND

# %%
# HIDDEN
assert tuple(perceptron(2, 2, -1, x1, x2) for x1, x2 in CASES) == OR
assert tuple(perceptron(-1, 1, 0, x1, x2) for x1, x2 in CASES) == (0, 1, 0, 0)

# %% [raw]
# # END TESTS

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: perceptron_rule
# points: 2

# %% [markdown]
# The perceptron rule learns from one case at a time. If the output was right, nothing changes. Otherwise it adds (right output −
# given output) to the bias, and to the weight of each input that is 1. Write one step of it: from the weights and the bias, a
# case and its right output, return the new (w₁, w₂, b).

# %% [raw]
# # BEGIN SOLUTION


# %%
def learn_case(w1, w2, b, x1, x2, right):
    # BEGIN SOLUTION
    error = right - perceptron(w1, w2, b, x1, x2)
    return w1 + error * x1, w2 + error * x2, b + error
    # END SOLUTION


# %% [raw]
# # END SOLUTION

# %% [raw]
# # BEGIN TESTS

# %%
assert tuple(learn_case(0, 0, 0, 0, 1, 1)) == (0, 1, 1)
assert tuple(learn_case(2, 1, 0, 1, 0, 0)) == (1, 1, -1)
assert tuple(learn_case(2, 1, 0, 1, 1, 1)) == (2, 1, 0)

# %%
# HIDDEN
for gate in (AND, OR):
    weights = (0, 0, 0)
    for _ in range(10):
        for (x1, x2), right in zip(CASES, gate, strict=True):
            weights = learn_case(*weights, x1, x2, right)
    assert tuple(int(weights[0] * x1 + weights[1] * x2 + weights[2] > 0) for x1, x2 in CASES) == gate

# %% [raw]
# # END TESTS

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: separable
# points: 2

# %% [markdown]
# Some functions of two inputs can be computed by a perceptron, others, like XOR, can't. For all that can, there are weights and a
# bias among the whole numbers from −2 to 2. Write a function that takes the outputs for the four cases, in the order of `CASES`,
# and says whether a perceptron can compute them: True or False.

# %% [raw]
# # BEGIN SOLUTION


# %%
def is_separable(outputs):
    # BEGIN SOLUTION
    numbers = range(-2, 3)
    return any(
        tuple(perceptron(w1, w2, b, x1, x2) for x1, x2 in CASES) == tuple(outputs)
        for w1 in numbers
        for w2 in numbers
        for b in numbers
    )
    # END SOLUTION


# %% [raw]
# # END SOLUTION

# %% [raw]
# # BEGIN TESTS

# %%
assert is_separable(AND)
assert is_separable(OR)
assert not is_separable(XOR)

# %%
# HIDDEN
every = [(a, b, c, d) for a in (0, 1) for b in (0, 1) for c in (0, 1) for d in (0, 1)]
assert [outputs for outputs in every if not is_separable(outputs)] == [XOR, (1, 0, 0, 1)]

# %% [raw]
# # END TESTS

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: hidden_unit
# points: 2

# %% [markdown]
# Networks learn by slopes, which a perceptron doesn't have. Take a ReLU unit and the weight u with which the last unit sees it:
# z = u · ReLU(w₁x₁ + w₂x₂ + b). Write the derivatives of z for w₁, w₂, b and u, from numbers. What if the unit gives 0?

# %% [raw]
# # BEGIN SOLUTION


# %%
def slopes_of_hidden_unit(w1, w2, b, u, x1, x2):
    # BEGIN SOLUTION
    weighted_sum = w1 * x1 + w2 * x2 + b
    slope = u if weighted_sum > 0 else 0
    return slope * x1, slope * x2, slope, max(weighted_sum, 0)
    # END SOLUTION


# %% [raw]
# # END SOLUTION

# %% [raw]
# # BEGIN TESTS

# %%
_ = assert_gradients(
    lambda w1, w2, b, u: u * relu(w1 * 1 + w2 * 0 + b),
    1.5,
    1.0,
    -0.5,
    -2.0,
    gradient=lambda w1, w2, b, u: slopes_of_hidden_unit(w1, w2, b, u, 1, 0),
)

# %%
# HIDDEN
for weight in (1.5, -1.5):
    _ = assert_gradients(
        lambda w1, w2, b, u: u * relu(w1 * 1 + w2 * 1 + b),
        weight,
        1.0,
        -0.25,
        3.0,
        gradient=lambda w1, w2, b, u: slopes_of_hidden_unit(w1, w2, b, u, 1, 1),
    )

# %% [raw]
# # END TESTS

# %% [raw]
# # END QUESTION
