# %% [markdown]
# # 3 · Feedforward networks
#
# Units that see the same inputs stand side by side and make a layer; layers one after the other make a feedforward network. This
# lesson takes about fifteen minutes. At the end you will be able to
#
# - turn any numbers into probabilities with the softmax, and say what it leaves unchanged;
# - write a network with one hidden layer, count its parameters, and say why it needs an activation in the middle;
# - put the bias into the weight matrix;
# - read the same network as matrices, for many examples at once.
#
# It follows the textbook's sections "Feedforward Neural Networks" and "Feedforward networks for NLP: Classification".
#
# [Open this lesson in Colab](https://colab.research.google.com/github/chalkgrad/chalkgrad/blob/main/notebooks/03_feedforward_networks.ipynb)

# %%
# In Colab, or wherever Chalkgrad is missing, remove the next two "#". The first line takes away another package that is
# called autograd. If this cell has failed before, restart the session (or kernel), since Python remembers that package.
# # %pip uninstall --yes --quiet autograd chalkgrad
# # %pip install chalkgrad

from autograd import Value, dot, draw, sigmoid, softmax, vectorize
from nn import MLP, cross_entropy_from_logits
from tasks.exercises import check

# %% [markdown]
# ## Logistic regression is one layer
#
# A single unit with a sigmoid is logistic regression: σ(w · x + b) is the probability of one of two classes. For more classes
# there is a unit for each class, which gives a score z, and the scores have to become probabilities. That is what the *softmax*
# does: it takes the exponential of each score and divides by their sum. The textbook's example has six scores:

# %%
scores = [0.6, 1.1, -1.5, 1.2, 3.2, -1.1]
probabilities = softmax(scores)
print([round(p.data, 3) for p in probabilities])
print("sum:", round(sum(p.data for p in probabilities), 12))

# %% [markdown]
# All are positive, and their sum is 1. Most of it goes to the largest score. Only the differences between scores count, so that
# adding the same number to all of them changes nothing:

# %%
print([round(p.data, 3) for p in softmax([score + 100 for score in scores])])

# %% [markdown]
# And for two classes the softmax is a sigmoid, that of the difference between the two scores:

# %%
print(f"{softmax([1.5, -0.5])[0].data:.6f}  {sigmoid(1.5 - -0.5).data:.6f}")

# %% [markdown]
# ## A layer is a matrix
#
# Each unit of a layer has a row of weights, and together these rows are a matrix W. The biases are a vector b. So z = Wx + b is
# a short way of writing a dot product for each unit.


# %%
def matrix(name, rows):
    """A matrix of Values; their labels say where they stand, as in W[0,1]."""
    return [[Value(v, f"{name}[{i},{j}]") for j, v in enumerate(row)] for i, row in enumerate(rows)]


def affine(W, b, x):
    """Wx + b: a weighted sum for each row of W."""
    return [dot(row, x) + bias for row, bias in zip(W, b, strict=True)]


x = [3.0, 1.0, 2.0]
W = matrix("W", [[0.2, -0.3, 0.1], [-0.4, 0.5, 0.6]])
b = [Value(0.1, "b[0]"), Value(-0.2, "b[1]")]
print([round(z.data, 4) for z in affine(W, b, x)])

# %% [markdown]
# ## Two layers
#
# The textbook's network with one hidden layer is
#
# h = σ(Wx + b),  z = Uh,  ŷ = softmax(z)
#
# Here it has three inputs, two hidden units and three classes. (As in the textbook, the second layer has no bias.)

# %%
U = matrix("U", [[1.0, -1.0], [0.5, 0.5], [-1.0, 2.0]])


def network(x):
    """The scores z of the three classes."""
    h = [sigmoid(z) for z in affine(W, b, x)]
    return [dot(row, h) for row in U]


print("ŷ =", [round(p.data, 3) for p in softmax(network(x))])

# %% [markdown]
# `nn` has such networks ready-made, with random weights. Drawn with a box for each unit, one sees the layers:

# %%
mlp = MLP(3, [2, 3], activation="sigmoid", seed=0)
inputs = [Value(number, f"x_{i}") for i, number in enumerate(x, start=1)]
draw(mlp(inputs), level="neuron", gradients=False)

# %% [markdown]
# ## Why the activation in between?
#
# Without it, two layers would be no more than one. Take h = Wx and z = Uh with numbers that are easy to follow:

# %%
V1, V2 = [[1, 2], [3, 4]], [[1, -1], [2, 0]]
point = (5, 7)
middle = [dot(row, point) for row in V1]
print("two layers:", [dot(row, middle).data for row in V2])

product = [[dot(row, column).data for column in zip(*V1, strict=True)] for row in V2]
print("one layer with the weights", product, "gives", [dot(row, point).data for row in product])

# %% [markdown]
# The single matrix is the product of the two, UW. However many layers there are, without activations they are one layer, which
# draws straight lines only, and can't compute XOR (lesson 2).
#
# ## The bias as a weight
#
# Give every example one more input, x₀ = 1. Its weight is then added whatever the other inputs are, and that is just what a bias
# does. So b can become the first column of W, and formulas get shorter: h = σ(Wx).

# %%
with_bias = [[bias, *row] for bias, row in zip(b, W, strict=True)]
print("Wx + b:                 ", [round(z.data, 4) for z in affine(W, b, x)])
print("with x₀ = 1, and b in W:", [round(dot(row, [1.0, *x]).data, 4) for row in with_bias])

# %% [markdown]
# ## One example, and all at once
#
# So far x was one example. In practice m examples are computed together: each is a row of a matrix X, and matrix products do the
# work of all the loops. The textbook writes the network twice, for one example and for a whole batch (equations 7.21 and 7.22 in
# the drafts until 2024):
#
#     one example:  h = σ(Wx + b)     z = Uh
#     m examples:   H = σ(XWᵀ + b)    Z = HUᵀ
#
# `vectorize` finds the second form by itself. It runs a loss on one example, looks at the graph of scalars, and finds which of
# them are a matrix product.


# %%
def loss(x, y):
    """The cross-entropy of one example, whose right class is y."""
    return cross_entropy_from_logits(network(x), y)


program = vectorize(loss, x, 2, engine="numpy")
print(program.source)

# %% [markdown]
# Under "forward" stands the textbook's second form: A is XWᵀ + b, H is σ(A), and Z is HUᵀ. Under "backward" stand the gradients
# of all parameters, which are matrix products too. Nobody wrote them: they follow from the local derivatives of the operations
# above.
#
# Does the program give the same numbers? Here are three examples, one at a time and all at once.

# %%
examples = [[3.0, 1.0, 2.0], [0.0, -1.0, 1.0], [2.0, 2.0, -2.0]]
classes = [2, 0, 1]

one_at_a_time = sum(loss(row, y).data for row, y in zip(examples, classes, strict=True)) / 3
all_at_once, gradient = program.value_and_grad(program.parameters.read(), examples, classes)
print(f"mean loss {one_at_a_time:.9f} and {all_at_once:.9f}; {len(gradient)} gradients")

# %% [markdown]
# ## Exercises
#
# **3.1** The scores of three classes are 0, 0 and ln 2. What are their probabilities? Try it without a computer. Give three
# numbers.

# %%
answer = ...
check("3.1", answer)

# %% [markdown]
# **3.2** A network has 6 inputs, a hidden layer of 4 units, and 3 classes. All units have a bias. How many parameters does it
# have?

# %%
answer = ...
check("3.2", answer)

# %% [markdown]
# **3.3** Two layers without an activation: h = Wx with W = ((1, 2), (0, 1)), then z = u · h with u = (1, −1). Which single row
# of weights gives the same z for every x? Give two numbers.

# %%
answer = ...
check("3.3", answer)
