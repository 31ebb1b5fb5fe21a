# %% [markdown]
# # 6 · Training
#
# A network learns by being wrong, and by moving each of its weights a little to the side on which it would have been less
# wrong. This notebook follows the textbook's section on training neural nets. At the end you will be able to
#
# - say how wrong one prediction is, with the cross-entropy loss;
# - compute the gradient of that loss for a single unit by hand, and check it with a backward pass;
# - take a step of gradient descent, first by hand, then in a loop, then with `nn.train`;
# - read a loss curve, and tell from it whether the learning rate is too small or too large.
#
# *The textbook* is Jurafsky & Martin, *Speech and Language Processing*, 3rd edition; unless another chapter is named, its
# chapter on neural networks.
#
# [Open this lesson in Colab](https://colab.research.google.com/github/chalkgrad/chalkgrad/blob/main/notebooks/06_training.ipynb)

# %%
# In Colab, or wherever Chalkgrad is missing, remove the next two "#". The first line takes away another package that is
# called autograd. If this cell has failed before, restart the session (or kernel), since Python remembers that package.
# # %pip uninstall --yes --quiet autograd chalkgrad
# # %pip install chalkgrad

from autograd import Value, mean, sigmoid
from nn import MLP, SGD, Adam, binary_cross_entropy, binary_cross_entropy_from_logit, train, watch
from tasks.exercises import check

# %% [markdown]
# ## How wrong is one prediction?
#
# A unit reads a film review and says how probable it is that the review is positive: ŷ. The right answer y is 1 (positive) or
# 0. The textbook's loss is the *cross-entropy*
#
# L = −[y ln ŷ + (1 − y) ln(1 − ŷ)].
#
# Only one of the two terms is there: −ln ŷ for a positive review, −ln(1 − ŷ) for a negative one. The loss is small where the
# right answer got a high probability, and grows without a bound where it got almost none.

# %%
for guess in (0.99, 0.7, 0.5, 0.3, 0.01):
    if_positive, if_negative = binary_cross_entropy(guess, 1), binary_cross_entropy(guess, 0)
    print(f"ŷ = {guess:4}   loss if y = 1: {if_positive.data:.2f}   loss if y = 0: {if_negative.data:.2f}")

# %% [markdown]
# ## The gradient of one unit, by hand
#
# The textbook works through one step of training in its chapter on logistic regression, in the section on gradient descent. A
# review has x₁ = 3 positive words and x₂ = 2 negative ones, and it is positive, y = 1. The unit is ŷ = σ(w₁x₁ + w₂x₂ + b), and
# all three of its parameters start at 0. So the weighted sum is 0 and ŷ = σ(0) = 0.5: the unit doesn't know.
#
# How does the loss change when a weight changes? The chain rule gives, for the cross-entropy of a sigmoid,
#
# ∂L/∂wⱼ = (ŷ − y) xⱼ, and ∂L/∂b = ŷ − y.
#
# The error ŷ − y is −0.5 here, which gives −1.5, −1 and −0.5. A negative derivative means that the loss falls if the parameter
# grows. The engine knows nothing of this formula. It records the operations and multiplies their local derivatives:

# %%
w1, w2, b = Value(0.0, "w_1"), Value(0.0, "w_2"), Value(0.0, "b")
unit = [w1, w2, b]


def loss_of(x1, x2, y):
    """The loss of the unit for one review, recorded as a graph."""
    return binary_cross_entropy(sigmoid(w1 * x1 + w2 * x2 + b), y)


first_loss = loss_of(3, 2, 1)
first_loss.backward()
print(f"loss {first_loss.data:.4f}")
print("gradient", [parameter.gradient for parameter in unit])

# %% [markdown]
# ## One step downhill
#
# The gradient points to where the loss grows fastest. So each parameter moves the other way, by a small part of it: the
# *learning rate* η. The textbook writes θ for all parameters together, and the step as θ ← θ − η∇L. With η = 0.1:

# %%
for parameter in unit:
    parameter.data -= 0.1 * parameter.gradient
print("parameters", [round(parameter.data, 6) for parameter in unit])

# %% [markdown]
# These are the numbers of the textbook. All three grew, since each of them makes this review look more positive.
#
# **Exercise 6.1.** What is the loss of the same review after this step? Compute z = w₁x₁ + w₂x₂ + b from the three numbers
# above, then −ln σ(z), to three digits. (`log` is in the module `math`. Of course you could call `loss_of(3, 2, 1)`, but then
# you would learn less.)

# %%
answer = ...
check("6.1", answer)

# %% [markdown]
# ## Many steps, all examples
#
# What we want to be small is the mean of the losses of all examples, because a step that helps one review may harm another.
# Here are eight reviews, each with its number of positive words, its number of negative words, and its right answer. The last
# one is negative without more negative words than positive ones, and one positive review (1, 2) has more negative words: there
# is irony in the world, and no unit can be right about everything.

# %%
reviews = [(3, 2, 1), (4, 1, 1), (2, 0, 1), (1, 2, 1), (1, 3, 0), (0, 2, 0), (2, 4, 0), (3, 3, 0)]


def gradient_descent(learning_rate, epochs):
    """Train the unit from zeros, and return the mean loss before each step."""
    for parameter in unit:
        parameter.data = 0.0
    losses = []
    for _ in range(epochs):
        loss = mean([loss_of(*review) for review in reviews])
        for parameter in unit:
            parameter.gradient = None  # what the last backward pass has left
        loss.backward()
        for parameter in unit:
            parameter.data -= learning_rate * parameter.gradient
        losses.append(loss.data)
    return losses


def show(losses, every=1):
    """The loss curve as text: a bar for each epoch."""
    for epoch in range(0, len(losses), every):
        print(f"{epoch + 1:4} {losses[epoch]:7.3f} {'█' * round(25 * losses[epoch])}")


show(gradient_descent(learning_rate=0.3, epochs=20))

# %% [markdown]
# This is what a healthy loss curve looks like: steep at first, then flatter and flatter. One pass through all examples is
# called an *epoch*.
#
# Two lines of the loop are easy to forget. Gradients are *added up* by `backward`, so each step has to begin with empty ones.
# And `loss` has to be computed anew in each step, because the graph of the last step belongs to the old parameters. (If you
# forget that, Chalkgrad raises an error instead of giving you an old gradient.)
#
# The learning rate decides how far a step goes. Too small, and it takes forever:

# %%
show(gradient_descent(learning_rate=0.01, epochs=8))

# %% [markdown]
# Too large, and each step jumps over the valley, to a place on the other side that may be higher than where it came from:

# %%
show(gradient_descent(learning_rate=3.0, epochs=12))

# %% [markdown]
# A learning rate that is somewhat too large makes a loss curve that rises, falls and rises again. When you see that, divide the
# learning rate by three and try again.
#
# **Exercise 6.2.** Write the step as a function. It takes a list of parameters that have their gradients, and the learning
# rate; it moves each parameter, and leaves each with the gradient None, ready for the next backward pass. A parameter whose
# gradient is None already, because no backward pass has reached it, stays where it is.


# %%
def answer(parameters, learning_rate):
    return ...


check("6.2", answer)

# %% [markdown]
# ## A whole network
#
# Nothing changes for a network, however many layers it has: the loss is a Value, `backward` gives every parameter its gradient,
# and each parameter moves. Here is a network with four hidden units that learns XOR, which no single unit can. Its output is a
# *logit* z, the number before the sigmoid; `binary_cross_entropy_from_logit(z, y)` is the same loss, and keeps all its digits
# where σ(z) would be rounded to 0 or 1.

# %%
xor = [((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)]
by_hand = MLP(2, [4, 1], seed=3)

for _ in range(300):
    network_loss = mean([binary_cross_entropy_from_logit(by_hand(x), y) for x, y in xor])
    for weight in by_hand.parameters():
        weight.gradient = None
    network_loss.backward()
    for weight in by_hand.parameters():
        weight.data -= 0.5 * weight.gradient
for x, y in xor:
    print(x, "right answer", y, f"  ŷ = {sigmoid(by_hand(x)).data:.3f}")

# %% [markdown]
# That loop is always the same, so it is a function: `nn.train`. It takes the model, the loss of one example, the examples, and
# an *optimizer*, which knows the parameters and how they move. `SGD` (stochastic gradient descent) moves them as we did.

# %%
network = MLP(2, [4, 1], seed=3)


def network_loss_of(x, y):
    return binary_cross_entropy_from_logit(network(x), y)


history = train(
    network,
    network_loss_of,
    xor,
    epochs=300,
    optimizer=SGD(network.parameters(), learning_rate=0.5),
    progress=False,
)
show(history.train_loss, every=20)
pairs = zip(by_hand.parameters(), network.parameters(), strict=True)
print("the same parameters as by hand:", all(abs(one.data - other.data) < 1e-9 for one, other in pairs))

# %% [markdown]
# `train` did the same 300 steps, and arrived at the same parameters. Yet it was much faster: it compiles the loss into a
# program for all examples at once, as [notebook 9](09_speed.ipynb) shows. With `engine="eager"`, it records every example, as
# our loop does.
#
# ## Watch it
#
# A recording keeps what the network was like at some epochs. Drag the slider, or press *Play*: on the left the plane of the
# inputs, coloured where the network says 1, then the loss, and below the weights as lines, wider for larger ones. *Gradients*
# shows the gradients in their place. When does the network find out what XOR is, and how large are its gradients then?

# %%
watched = MLP(2, [4, 1], seed=3)
recording = watch(watched, frames=30)
_ = train(
    watched,
    lambda x, y: binary_cross_entropy_from_logit(watched(x), y),
    xor,
    epochs=300,
    optimizer=SGD(watched.parameters(), learning_rate=0.5),
    watch=recording,
    progress=False,
)
recording

# %% [markdown]
# (`history.plot()` draws the loss curve alone, if matplotlib is installed.)
#
# ## Batches, and another way to move
#
# With a million examples, one wouldn't want to go through all of them for a single step. The mean loss of a small *batch*
# points in about the same direction, and costs far less: this is mini-batch training. `batch_size=` says how many examples a
# batch has; an epoch then takes several steps, and the examples come in another order each time.
#
# There are other optimizers too. `Adam` keeps a running mean of the gradients of each parameter and of their squares, and so
# gives each parameter a step size of its own. On the reviews:


# %%
classifier = MLP(2, [3, 1], seed=1)


def classifier_loss_of(x1, x2, y):
    return binary_cross_entropy_from_logit(classifier([x1, x2]), y)


adam_history = train(
    classifier,
    classifier_loss_of,
    reviews,
    epochs=60,
    batch_size=3,
    optimizer=Adam(classifier.parameters(), learning_rate=0.03),
    progress=False,
)
show(adam_history.train_loss, every=5)

# %% [markdown]
# **Exercise 6.3.** How many steps did this training take in all? (Eight examples make batches of 3, 3 and 2.)

# %%
answer = ...
check("6.3", answer)

# %% [markdown]
# ## What to take along
#
# - The loss says how wrong a model is; its gradient says in which direction each parameter makes it worse; a step goes the
#   other way.
# - For a sigmoid with the cross-entropy, the gradient at the weighted sum is simply ŷ − y. [Notebook
#   7](07_computation_graphs.ipynb) shows how the backward pass finds that without being told.
# - A loss curve that hardly falls asks for a larger learning rate, one that jumps up and down for a smaller one.
