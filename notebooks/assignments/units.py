# %% [raw]
# # ASSIGNMENT CONFIG
# init_cell: true
# check_all_cell: true
# solutions_pdf: false
# generate: true

# %% [markdown]
# # Units
#
# After the textbook's section on units.

# %%
from autograd import Value, assert_gradients, exp, tanh

# %% [raw]
# # BEGIN QUESTION
# name: sigmoid_by_hand
# points: 1

# %% [markdown]
# Write the sigmoid σ(z) = 1 ÷ (1 + e⁻ᶻ) with `exp` and arithmetic, so that it takes a Value and gives one.

# %% [raw]
# # BEGIN SOLUTION


# %%
def sigmoid_by_hand(z):
    return 1 / (1 + exp(-z))  # SOLUTION


# %% [raw]
# # END SOLUTION

# %% [raw]
# # BEGIN TESTS

# %%
assert abs(sigmoid_by_hand(Value(0.87)).data - 0.7047) < 1e-4
_ = assert_gradients(sigmoid_by_hand, 0.87)

# %%
# HIDDEN
assert sigmoid_by_hand(Value(0.0)).data == 0.5
_ = assert_gradients(sigmoid_by_hand, -2.5)

# %% [raw]
# # END TESTS

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: unit
# points: 2

# %% [markdown]
# A unit with two inputs computes y = tanh(w₁x₁ + w₂x₂ + b). Write its derivatives ∂y/∂w₁, ∂y/∂w₂ and ∂y/∂b, from the numbers of
# its inputs, weights and bias, with `tanh` from the module `math`.

# %% [raw]
# # BEGIN SOLUTION


# %%
import math


def slopes_of_unit(w1, w2, b, x1, x2):
    # BEGIN SOLUTION
    slope = 1 - math.tanh(w1 * x1 + w2 * x2 + b) ** 2
    return slope * x1, slope * x2, slope
    # END SOLUTION


# %% [raw]
# # END SOLUTION

# %% [raw]
# # BEGIN TESTS

# %%
_ = assert_gradients(
    lambda w1, w2, b: tanh(w1 * 0.5 + w2 * -1.5 + b),
    0.2,
    0.3,
    0.1,
    gradient=lambda w1, w2, b: slopes_of_unit(w1, w2, b, 0.5, -1.5),
)

# %%
# HIDDEN
_ = assert_gradients(
    lambda w1, w2, b: tanh(w1 * 0.5 + w2 * -1.5 + b),
    -1.0,
    0.5,
    0.7,
    gradient=lambda w1, w2, b: slopes_of_unit(w1, w2, b, 0.5, -1.5),
)

# %% [raw]
# # END TESTS

# %% [raw]
# # END QUESTION
