# %% [raw]
# # ASSIGNMENT CONFIG
# init_cell: true
# check_all_cell: true
# solutions_pdf: false
# generate: true

# %% [markdown]
# # Feedforward networks
#
# After the textbook's sections on the XOR problem and on feedforward networks.

# %%
from autograd import Value, assert_gradients, exp, relu, total

# %% [raw]
# # BEGIN QUESTION
# name: xor
# points: 2

# %% [markdown]
# Write a network of two ReLU units and one output that computes XOR: 0 for (0, 0) and (1, 1), and 1 for (0, 1) and (1, 0).
# Choose the weights by thinking. `relu` takes a Value or a number.

# %% [raw]
# # BEGIN SOLUTION


# %%
def xor_network(x1, x2):
    # BEGIN SOLUTION
    return relu(x1 + x2) - 2 * relu(x1 + x2 - 1)
    # END SOLUTION


# %% [raw]
# # END SOLUTION

# %% [raw]
# # BEGIN TESTS

# %%
for first in (0, 1):
    for second in (0, 1):
        assert xor_network(Value(first), Value(second)).data == (first != second)

# %%
# HIDDEN
_ = assert_gradients(xor_network, 0.3, 0.9)

# %% [raw]
# # END TESTS

# %% [raw]
# # END QUESTION

# %% [raw]
# # BEGIN QUESTION
# name: softmax
# points: 2

# %% [markdown]
# Write the softmax of a list of Values, with `exp` and `total`. It returns a list.

# %% [raw]
# # BEGIN SOLUTION


# %%
def softmax_by_hand(z):
    # BEGIN SOLUTION
    powers = [exp(one) for one in z]
    return [power / total(powers) for power in powers]
    # END SOLUTION


# %% [raw]
# # END SOLUTION

# %% [raw]
# # BEGIN TESTS

# %%
shares = softmax_by_hand([Value(0.6), Value(1.1), Value(-1.5)])
assert abs(sum(share.data for share in shares) - 1) < 1e-12
_ = assert_gradients(lambda z: softmax_by_hand(z)[0], [0.6, 1.1, -1.5])

# %%
# HIDDEN
assert abs(softmax_by_hand([Value(0.6), Value(1.1), Value(-1.5), Value(1.2), Value(3.2), Value(-1.1)])[4].data - 0.74) < 0.005

# %% [raw]
# # END TESTS

# %% [raw]
# # END QUESTION
