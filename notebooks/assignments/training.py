# %% [raw]
# # ASSIGNMENT CONFIG
# init_cell: true
# check_all_cell: true
# solutions_pdf: false
# generate: true

# %% [markdown]
# # Training
#
# After the textbook's section on training neural nets.

# %%
import math

from autograd import Value, assert_gradients
from nn import binary_cross_entropy_from_logit

# %% [raw]
# # BEGIN QUESTION
# name: gradient
# points: 2

# %% [markdown]
# The loss of logistic regression for one example is the cross-entropy of σ(w₁x₁ + w₂x₂ + b) and y. Write its gradient from
# numbers: the three derivatives for w₁, w₂ and b.

# %% [raw]
# # BEGIN SOLUTION


# %%
def gradient_of_loss(w1, w2, b, x1, x2, y):
    # BEGIN SOLUTION
    error = 1 / (1 + math.exp(-(w1 * x1 + w2 * x2 + b))) - y
    return error * x1, error * x2, error
    # END SOLUTION


# %% [raw]
# # END SOLUTION

# %% [raw]
# # BEGIN TESTS


# %%
_ = assert_gradients(
    lambda w1, w2, b: binary_cross_entropy_from_logit(w1 * 3 + w2 * 2 + b, 1),
    0.0,
    0.0,
    0.0,
    gradient=lambda w1, w2, b: gradient_of_loss(w1, w2, b, 3, 2, 1),
)

# %%
# HIDDEN
_ = assert_gradients(
    lambda w1, w2, b: binary_cross_entropy_from_logit(w1 * 3 + w2 * 2 + b, 1),
    0.4,
    -0.3,
    0.2,
    gradient=lambda w1, w2, b: gradient_of_loss(w1, w2, b, 3, 2, 1),
)

# %% [raw]
# # END TESTS

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: descent
# points: 2

# %% [markdown]
# Write a step of gradient descent: each parameter of a list moves against its gradient, times the learning rate. Then its
# gradient is None.

# %% [raw]
# # BEGIN SOLUTION


# %%
def descend(parameters, learning_rate):
    # BEGIN SOLUTION
    for parameter in parameters:
        parameter.data -= learning_rate * parameter.gradient
        parameter.gradient = None
    # END SOLUTION


# %% [raw]
# # END SOLUTION

# %% [raw]
# # BEGIN TESTS

# %%
moved = Value(1.0)
(moved * moved).backward()
descend([moved], 0.25)
assert moved.data == 0.5 and moved.gradient is None

# %%
# HIDDEN
several = [Value(1.0), Value(-2.0)]
(several[0] * several[1]).backward()
descend(several, 0.5)
assert [one.data for one in several] == [2.0, -2.5]

# %% [raw]
# # END TESTS

# %% [raw]
# # END QUESTION
