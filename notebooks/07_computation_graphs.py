# %% [markdown]
# # 7 · Computation graphs
#
# How does a program find the gradient of a loss, however the loss was computed? It records every operation, and then goes back
# through the record. This notebook follows the textbook's sections on computation graphs and on backward differentiation. At
# the end you will be able to
#
# - draw the graph of any computation, and read its gradients off the picture;
# - go through a backward pass edge by edge, and predict each number before you see it;
# - say why a gradient is a sum over paths;
# - do the backward pass of a two-layer network, and say what comes out at the end: a − y.
#
# *The textbook* is Jurafsky & Martin, *Speech and Language Processing*, 3rd edition, its chapter on neural networks.
#
# [Open this lesson in Colab](https://colab.research.google.com/github/chalkgrad/chalkgrad/blob/main/notebooks/07_computation_graphs.ipynb)

# %%
# In Colab, or wherever Chalkgrad is missing, remove the next two "#". The first line takes away another package that is
# called autograd. If this cell has failed before, restart the session (or kernel), since Python remembers that package.
# # %pip uninstall --yes --quiet autograd chalkgrad
# # %pip install chalkgrad

from autograd import Value, draw, explain, grad, log, paths, relu, sigmoid, softmax, step_through
from nn import MLP
from tasks.exercises import check

# %% [markdown]
# ## The graph of L = c(a + 2b)
#
# The textbook gives each step a name: d = 2b, e = a + d, L = ce.

# %%
a, b, c = Value(3.0, "a"), Value(1.0, "b"), Value(-2.0, "c")
d = 2 * b
e = a + d
L = c * e
d.label, e.label, L.label = "d", "e", "L"
draw(L)

# %% [markdown]
# This was the *forward pass*. Each box has an operation, and under it the number that it gave. The gradients are still missing,
# which a dash says. The *backward pass* gives every node its gradient, the derivative of L with respect to it.

# %%
L.backward()
draw(L, local_derivatives=True)

# %% [markdown]
# Each edge now has the *local derivative*: of the operation that it leads to, with respect to what comes in. An operation only
# has to know its own: the derivative of e = a + d for d is 1, that of L = ce for e is c. Everything else is multiplication
# along the edges,
#
# **upstream × local = downstream.**
#
# The gradient of e is −2, the local derivative from d to e is 1, so the gradient of d is −2 · 1 = −2. From b to d it is 2, so
# the gradient of b is −2 · 2 = −4: if b grows by a little, L falls by four times as much.
#
# ## One edge at a time
#
# `step_through` goes through the forward pass node by node, and back edge by edge. Use the buttons, the slider or the arrow
# keys. *Predict* asks you for each downstream gradient before it shows it.

# %%
step_through(L)

# %% [markdown]
# **Exercise 7.1.** Suppose that c is 5 instead of −2, while a and b stay 3 and 1. What is ∂L/∂b then? Find it with the picture:
# start at L with 1, and multiply on the way down to b.

# %%
answer = ...
check("7.1", answer)

# %% [markdown]
# ## Why is it −4?
#
# You can ask for the derivation of any gradient, and for the steps as sentences.

# %%
explain(b, L)

# %%
print(step_through(L).goto("b").sentence)
print(paths(b, L))

# %% [markdown]
# From b to L there is only one path, and the gradient is the product of the local derivatives along it. Where a value is used
# more than once, there are several paths, and the gradient is their sum. Here x goes into both factors of a product, and into
# one of them twice.

# %%
x = Value(3.0, "x")
u = x * x
y = u * (x + 1)
u.label, y.label = "u", "y"
paths(x, y)

# %% [markdown]
# The backward pass doesn't go along each path by itself, since there may be astronomically many of them. It visits each node
# once, after all nodes that use it, and adds up what arrives. So it takes about as long as the forward pass, however many paths
# there are: that is the whole trick of backpropagation.
#
# **Exercise 7.2.** For p = qr + q with q = 2 and r = 5, what is ∂p/∂q? Count the paths from q to p first.

# %%
answer = ...
check("7.2", answer)

# %% [markdown]
# ## When a number changes
#
# The graph remembers what was computed from what. If you assign another number to a leaf, everything above it is out of date,
# and the engine doesn't give you gradients of a mixture. `refresh` computes the graph again.

# %%
a.data = 4
try:
    L.backward()
except RuntimeError as error:
    print(error)
L.refresh()
print("L is now", L.data)

# %% [markdown]
# ## The two-layer network
#
# The textbook's network for its backward pass has two inputs, a hidden layer of two ReLU units, and one sigmoid output:
#
# z<sup>[1]</sup> = W<sup>[1]</sup>x + b<sup>[1]</sup>,  a<sup>[1]</sup> = ReLU(z<sup>[1]</sup>),  z<sup>[2]</sup> =
# W<sup>[2]</sup>a<sup>[1]</sup> + b<sup>[2]</sup>,  a<sup>[2]</sup> = σ(z<sup>[2]</sup>) = ŷ.
#
# The loss of one example, whose right answer is y, is the cross-entropy L = −[y ln ŷ + (1 − y) ln(1 − ŷ)]. The right answer of
# this example is y = 1, so only the first term is left, −ln ŷ.

# %%
x1, x2, right_answer = Value(0.5, "x_1"), Value(0.6, "x_2"), 1.0
w11, w12, b1 = Value(0.2, "w^{[1]}_{11}"), Value(-0.3, "w^{[1]}_{12}"), Value(-0.1, "b^{[1]}_1")
w21, w22, b2 = Value(0.4, "w^{[1]}_{21}"), Value(0.7, "w^{[1]}_{22}"), Value(-0.1, "b^{[1]}_2")
v1, v2, b3 = Value(-0.5, "w^{[2]}_{11}"), Value(0.8, "w^{[2]}_{12}"), Value(0.05, "b^{[2]}_1")

z1 = w11 * x1 + w12 * x2 + b1
z2 = w21 * x1 + w22 * x2 + b2
a1, a2 = relu(z1), relu(z2)
z3 = v1 * a1 + v2 * a2 + b3
a3 = sigmoid(z3)
loss = -log(a3)

z1.label, z2.label, z3.label = "z^{[1]}_1", "z^{[1]}_2", "z^{[2]}"
a1.label, a2.label, a3.label, loss.label = "a^{[1]}_1", "a^{[1]}_2", "a^{[2]}", "L"
loss.backward()
draw(loss, local_derivatives=True)

# %% [markdown]
# Follow the edges back from L, on the right, and find −1.628 · 0.2369 = −0.3856 on the way: the gradient of the logarithm
# arrives at the sigmoid, whose local derivative is a(1 − a).
#
# The textbook derives by hand that the loss and the sigmoid together come down to one difference: ∂L/∂z<sup>[2]</sup> =
# a<sup>[2]</sup> − y, what was predicted minus what was right. The backward pass arrives at the same number, step by step
# through the logarithm. It has never heard of the formula.

# %%
print(f"backward pass: {z3.gradient:.12f}")
print(f"a − y:         {a3.data - right_answer:.12f}")

# %% [markdown]
# That number goes down to everything below it. For a weight of the output unit, the local derivative is the activation that it
# multiplies. So its gradient is (a<sup>[2]</sup> − y) times that activation.
#
# One hidden unit is off: z<sup>[1]</sup><sub>1</sub> is negative, so the ReLU gives 0 and passes nothing back. The weights of
# that unit have the gradient 0, and learn nothing from this example.

# %%
units = {"output unit": (v1, v2, b3), "hidden unit 1": (w11, w12, b1), "hidden unit 2": (w21, w22, b2)}
for unit, parameters in units.items():
    slopes = [f"{parameter.gradient + 0:8.4f}" for parameter in parameters]  # + 0 makes 0 of −0
    print(f"{unit:14} weights {slopes[0]} {slopes[1]}   bias {slopes[2]}")

# %% [markdown]
# **Exercise 7.3.** Another network has predicted a<sup>[2]</sup> = 0.8 for an example whose right answer is y = 0. One of its
# hidden units had the activation 0.3. What is the gradient of the weight with which the output unit multiplies that activation?

# %%
answer = ...
check("7.3", answer)

# %% [markdown]
# ## The same with many classes
#
# A classifier with several classes ends in a softmax, and its loss is −ln of the probability of the correct class. The gradient
# at its logits is again what was predicted minus what was right: ŷ − y, where y is 1 for the correct class and 0 for all
# others.

# %%
logits = [Value(0.5, "z_1"), Value(2.0, "z_2"), Value(-1.0, "z_3")]
predicted = softmax(logits)
class_loss = -log(predicted[0])  # class 1 is correct
for name, gradient, probability in zip("123", grad(class_loss, logits), predicted, strict=True):
    print(f"class {name}:   ŷ = {probability.data:.4f}   gradient at its logit = {gradient:7.4f}")

# %% [markdown]
# ## Bigger graphs, folded
#
# Nobody wants to see the hundreds of nodes of a real network one by one. Networks of `nn` fold to neurons, layers, or a single
# box.

# %%
network = MLP(2, [3, 1], seed=1)
output = network([Value(0.5, "x_1"), Value(-1.0, "x_2")])[0]
draw(output, level="neuron")

# %%
draw(output, level="layer")

# %% [markdown]
# `level="value"` unfolds everything, and `focus=` shows what is around one node.

# %% [markdown]
# ## Derivatives of derivatives
#
# The backward pass is itself a computation, and so it can be recorded too. With `create_graph=True`, a gradient is a Value with
# a graph of its own. Here is the derivative of s² for s = σ(t), at t = 1; it can be drawn, and differentiated again.

# %%
t = Value(1.0, "t")
s = sigmoid(t)
s.label = "s"
slope = grad(s * s, t, create_graph=True)
slope.label = "slope"
draw(slope)

# %%
print(f"slope {slope.data:.4f}, and the slope of the slope {grad(slope, t):.4f}")

# %% [markdown]
# ## What to take along
#
# - A graph records what was computed from what. Each operation knows its local derivatives, and nothing else.
# - Going back: upstream × local = downstream, and what arrives at a node by several edges is added up.
# - The gradient at the last weighted sum of a classifier is what it predicted minus what was right.
#
# In [notebook 8](08_checking.ipynb) you will find out whether to believe a gradient at all.
