# %% [raw]
# # ASSIGNMENT CONFIG
# init_cell: true
# check_all_cell: true
# solutions_pdf: false
# generate: true

# %% [markdown]
# # Computation graphs
#
# After the textbook's sections on computation graphs and on backward differentiation.

# %%
from autograd import Value, assert_gradients, primitive

# %% [raw]
# # BEGIN QUESTION
# name: backward_by_hand
# points: 2

# %% [markdown]
# Write the gradient of L = c(a + 2b) for a, b and c, by going back through the graph: d = 2b, e = a + d, L = ce.

# %% [raw]
# # BEGIN SOLUTION


# %%
def gradient_by_hand(a, b, c):
    # BEGIN SOLUTION
    e = a + 2 * b
    return c, 2 * c, e
    # END SOLUTION


# %% [raw]
# # END SOLUTION

# %% [raw]
# # BEGIN TESTS

# %%
_ = assert_gradients(lambda a, b, c: c * (a + 2 * b), 3.0, 1.0, -2.0, gradient=gradient_by_hand)

# %%
# HIDDEN
_ = assert_gradients(lambda a, b, c: c * (a + 2 * b), -0.5, 2.0, 4.0, gradient=gradient_by_hand)

# %% [raw]
# # END TESTS

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: local_derivative
# points: 2

# %% [markdown]
# Make a primitive of the function x² ÷ (1 + x²), and state its local derivative.

# %% [raw]
# # BEGIN SOLUTION


# %%
bump = primitive(
    "bump",
    "bump",
    lambda m, x: x * x / (1 + x * x),
    lambda m, x, y: 2 * x / (1 + x * x) ** 2,  # SOLUTION
)


# %% [raw]
# # END SOLUTION

# %% [raw]
# # BEGIN TESTS

# %%
assert bump(Value(1.0)).data == 0.5
_ = assert_gradients(bump, 0.7)

# %%
# HIDDEN
_ = assert_gradients(bump, -2.0)

# %% [raw]
# # END TESTS

# %% [raw]
# # END QUESTION
