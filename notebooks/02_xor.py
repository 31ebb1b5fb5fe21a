# %% [markdown]
# # 2 · XOR
#
# One unit can do a lot, but not everything. The shortest example of what it can't do is XOR, and it is the reason why networks
# have layers. This lesson takes about fifteen minutes. At the end you will be able to
#
# - find weights with which one unit computes AND, OR and NAND;
# - prove that no weights make it compute XOR;
# - explain what a hidden layer does to its inputs, and why that helps;
# - let a network learn XOR, and say why it sometimes fails.
#
# It follows the textbook's section "The XOR problem".
#
# [Open this lesson in Colab](https://colab.research.google.com/github/chalkgrad/chalkgrad/blob/main/notebooks/02_xor.ipynb)

# %%
# In Colab, or wherever Chalkgrad is missing, remove the next two "#". The first line takes away another package that is
# called autograd. If this cell has failed before, restart the session (or kernel), since Python remembers that package.
# # %pip uninstall --yes --quiet autograd chalkgrad
# # %pip install chalkgrad

from autograd import Value, draw, mean, relu, sigmoid
from nn import MLP, SGD, binary_cross_entropy_from_logit, train, watch
from tasks.boolean.gates import GATES, describe_line, learn_until_settled
from tasks.boolean.separability import CASES, decide, explain_contradiction
from tasks.boolean.xor import TARGETS, learn_network
from tasks.exercises import check

# %% [markdown]
# ## Gates
#
# A logic gate takes two inputs, each 0 or 1, and gives 0 or 1. Here are the three of this lesson. XOR, the *exclusive or*, is 1
# if exactly one input is 1.

# %%
print("x₁ x₂  AND  OR  XOR")
for case, *outputs in zip(CASES, *GATES.values(), strict=True):
    print(" {}  {}    {}   {}    {}".format(*case, *outputs))

# %% [markdown]
# A *perceptron* is a unit whose activation is a step: it gives 1 if w₁x₁ + w₂x₂ + b > 0, and 0 otherwise. With the right weights
# it is a gate. For example, it computes AND with w₁ = w₂ = 1 and b = −1, because only 1 + 1 − 1 is greater than 0:


# %%
def perceptron(w1, w2, b):
    """The outputs of a perceptron for all four inputs."""
    return [int(w1 * x1 + w2 * x2 + b > 0) for x1, x2 in CASES]


print("AND:", perceptron(1, 1, -1))
print("OR: ", perceptron(1, 1, 0))

# %% [markdown]
# ## A perceptron learns
#
# Nobody has to find the weights by thinking. The *perceptron rule* of 1958 starts with zeros, goes through the cases again and
# again, and after each wrong answer adds (right answer − given answer) to the bias, and to the weight of each input that is 1.

# %%
epochs, _ = learn_until_settled(GATES["AND"])
print("round  mistakes  w₁  w₂   b")
for epoch in epochs:
    print(f"{epoch.number:5} {epoch.mistakes:9} {epoch.w1:3} {epoch.w2:3} {epoch.b:3}")
print("The boundary between 0 and 1 is the line", describe_line(*epochs[-1].weights))

# %% [markdown]
# The inputs (x₁, x₂) are points in a plane, and w₁x₁ + w₂x₂ + b = 0 is a straight line in it. On one side of the line the
# perceptron gives 1, on the other side 0. Now the same for XOR:

# %%
xor_epochs, earlier = learn_until_settled(GATES["XOR"])
print("round  mistakes  w₁  w₂   b")
for epoch in xor_epochs:
    print(f"{epoch.number:5} {epoch.mistakes:9} {epoch.w1:3} {epoch.w2:3} {epoch.b:3}")
print(f"Round {xor_epochs[-1].number} ends with the weights of round {earlier.number}, and so on forever.")

# %% [markdown]
# ## Why it can't
#
# That is no fault of the rule. There are no such weights, as four inequalities show:

# %%
print(explain_contradiction(GATES["XOR"], decide(GATES["XOR"])))

# %% [markdown]
# In the plane: the points of XOR's ones, (0, 1) and (1, 0), lie opposite each other, and so do those of its zeros. No straight
# line has one pair on its left and the other pair on its right. The textbook says that XOR is *not linearly separable*.
#
# ## Two layers
#
# Two units before the last one are enough. This is the textbook's solution: two ReLU units h₁ and h₂, which both add up the
# inputs, and of which the second has the bias −1. They are called a *hidden layer*, since they are neither input nor output.

# %%
x1, x2 = Value(1, "x_1"), Value(0, "x_2")
h1 = relu(x1 + x2)
h2 = relu(x1 + x2 - 1)
y = relu(h1 - 2 * h2)
h1.label, h2.label, y.label = "h_1", "h_2", "y"
draw(y, gradients=False, direction="down")

# %% [markdown]
# Change the inputs and compute the graph again: here are all four cases.

# %%
print("x₁ x₂   h₁ h₂   y")
for case in CASES:
    x1.data, x2.data = case
    y.refresh()
    print("{:2} {:2}   {:2.0f} {:2.0f}   {:.0f}".format(*case, h1.data, h2.data, y.data))

# %% [markdown]
# Look at the columns h₁ and h₂. The inputs (0, 1) and (1, 0), which both need the answer 1, have become *the same point* (1, 0).
# In the space of h₁ and h₂, the two zeros are at (0, 0) and (2, 1), and now a straight line does separate them: h₁ − 2h₂ is 1 at
# (1, 0), and 0 at the others. A hidden layer makes a new space, in which the task is easy.
#
# ## Learning it
#
# The step of a perceptron has no slope, so its weights have no gradient. ReLU has one, and with it a network can learn. The last
# unit gives z here, and σ(z) is the probability of the answer 1; the loss is small if the right answers have a high probability.
# Lesson 6 explains how a step of learning works.

# %%
network = MLP(2, [2, 1], activation="relu", seed=1)
optimizer = SGD(network.parameters(), learning_rate=1.0)

for number in range(66):
    losses = [binary_cross_entropy_from_logit(network(x), t) for x, t in zip(CASES, TARGETS, strict=True)]
    loss = mean(losses)
    if number % 13 == 0:
        print(f"after {number:2} steps: loss {loss.data:.2f}")
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

# %%
for x, target in zip(CASES, TARGETS, strict=True):
    hidden = ", ".join(f"{h.data:.2f}" for h in network.layers[0](x))
    print(f"x = {x}, h = ({hidden}), ŷ = {sigmoid(network(x)).data:.2f}, right: {target}")

# %% [markdown]
# It has found weights of its own. They aren't those of the textbook, but again the two ones and the two zeros are on different
# sides of one line in the hidden space. Here is the network with the input (1, 0); each box is one unit.

# %%
logit = network((1, 0))[0]
logit.label = "z"
draw(logit, level="neuron", gradients=False)

# %% [markdown]
# ## Watching it learn
#
# `train` does such a loop by itself, and `watch` records what happens. Move the slider through the epochs. Filled circles are
# the ones of XOR, and where it is blue, the network says 1. On the left are the inputs, where one line would not do. Beside them
# is the hidden space: the network moves the points in it until one line does.

# %%
watched = MLP(2, [2, 1], activation="relu", seed=1)
recording = watch(watched, frames=26)
train(
    watched,
    lambda x, target: binary_cross_entropy_from_logit(watched(x), target),
    list(zip(CASES, TARGETS, strict=True)),
    epochs=100,
    optimizer=SGD(watched.parameters(), learning_rate=1.0),
    watch=recording,
    engine="eager",
    progress=False,
)
recording

# %% [markdown]
# ## It doesn't always work
#
# Learning starts with random weights. With other seeds the same network gets stuck, often because a ReLU unit gives 0 for all
# four inputs: then its slope is 0 too, and it never changes again. (Put `seed=2` into the cell above and watch.) With more
# units, learning is more likely to succeed.

# %%
for size, activation in ((2, "relu"), (3, "tanh")):
    right = [learn_network(size, activation, seed=seed).right for seed in range(10)]
    print(f"{size} {activation} units, seeds 0 to 9: cases right {right}")

# %% [markdown]
# ## Exercises
#
# **2.1** Find a perceptron for NAND, which is 0 if both inputs are 1, and 1 otherwise. Give (w₁, w₂, b).

# %%
answer = ...
check("2.1", answer)

# %% [markdown]
# **2.2** There are 16 functions of two inputs that are 0 or 1, because each of the four cases may have either output. How many
# of them can a perceptron compute? (You may count by hand or let Python try many weights with the function `perceptron` above.)

# %%
answer = ...
check("2.2", answer)

# %% [markdown]
# **2.3** Keep the textbook's hidden layer, and choose the last unit y = ReLU(u₁h₁ + u₂h₂ + b) so that the network is 1 if both
# inputs are *equal*, and 0 if they differ. Give (u₁, u₂, b).

# %%
answer = ...
check("2.3", answer)
