# %% [markdown]
# # 8 · Checking derivatives
#
# A wrong derivative rarely raises an error. The network trains, only worse, and nobody knows why. So derivatives have to be
# checked, and this notebook shows how. At the end you will be able to
#
# - approximate any derivative by a finite difference, and say why a smaller step doesn't always help;
# - read the three numbers of `gradcheck`, and tell a wrong formula from lost digits and from a kink;
# - find the operation that is at fault in a computation of many;
# - check a gradient that you have derived by hand, and put such a check among your tests.
#
# [Open this lesson in Colab](https://colab.research.google.com/github/chalkgrad/chalkgrad/blob/main/notebooks/08_checking.ipynb)

# %%
# In Colab, or wherever Chalkgrad is missing, remove the next two "#". The first line takes away another package that is
# called autograd. If this cell has failed before, restart the session (or kernel), since Python remembers that package.
# # %pip uninstall --yes --quiet autograd chalkgrad
# # %pip install chalkgrad

import autograd
from autograd import assert_gradients, finite_differences, gradcheck, relu, sqrt, tanh
from nn import MLP, binary_cross_entropy_from_logit
from tasks.exercises import check

# %% [markdown]
# ## A derivative from two numbers
#
# The derivative of f at x is the limit of (f(x + h) − f(x)) ÷ h. So take some small h, and compute that quotient: a *forward
# difference*. It needs nothing but f. The function here is a bell, 1/(1 + x²), whose derivative is known: −2x/(1 + x²)².


# %%
def bell(x):
    return 1 / (1 + x * x)


point = 0.7
exact = -2 * point / (1 + point * point) ** 2
print(f"exact                {exact:.12f}")
for h in (0.1, 0.001, 1e-5, 1e-8, 1e-11, 1e-14):
    quotient = (bell(point + h) - bell(point)) / h
    print(f"h = {h:<7}  {quotient:17.12f}   off by {abs(quotient - exact):.0e}")

# %% [markdown]
# At first, each smaller step is better. Then it gets worse again! There are two errors:
#
# - The *truncation error*: the function is curved, and the quotient takes it for a straight line. This error shrinks with h.
# - The *rounding error*: f(x + h) and f(x) have 16 digits, most of which are equal and cancel in the difference. What is left
#   of the 16 digits is then divided by h. This error grows as h shrinks.
#
# A *central* difference, (f(x + h) − f(x − h)) ÷ 2h, has a truncation error that falls with h² and not just with h.
# `finite_differences` compares both, and two more kinds, for sixteen steps; an arrow marks the best step of each. (*Richardson*
# combines central differences of two steps, so that their errors cancel. The *complex step* goes in the direction of the
# imaginary unit i. It subtracts nothing, so that there is nothing to cancel: but only functions that can be computed for
# complex numbers have it.)

# %%
differences = finite_differences(bell, 0.7)
print(differences)

# %% [markdown]
# On logarithmic axes, each column is a V: down with the truncation error, up with the rounding error. *(The picture needs
# matplotlib. This cell is optional.)*

# %%
import matplotlib.pyplot as plt

for kind in ("forward", "central"):
    plt.loglog(differences.steps, differences.errors(kind), "o-", label=kind)
plt.gca().invert_xaxis()
plt.xlabel("step h, smaller to the right")
plt.ylabel("relative error")
_ = plt.legend()

# %% [markdown]
# **Exercise 8.1.** For the forward difference, the best step is where h is about as large as ε ÷ h, with ε ≈ 2.2 · 10⁻¹⁶, the
# precision of floats. That gives h ≈ √ε ≈ 1.5 · 10⁻⁸, as the table says. For the central difference it is where h² is about as
# large as ε ÷ h. Which h is that? (The right power of ten is enough.)

# %%
answer = ...
check("8.1", answer)

# %% [markdown]
# ## Three numbers instead of two
#
# Comparing a gradient with a difference leaves you with a question: if they agree in six digits, is that the error of the
# difference, or of the gradient? `gradcheck` avoids it. It records the function, and computes each derivative three times:
#
# | | how | what it tells |
# | --- | --- | --- |
# | A | the backward pass, with floats | what you get |
# | B | the same rules, with 60 digits | what the formulas say |
# | C | a difference of the function itself, with 60 digits | the truth |
#
# With 60 digits, h can be 10⁻²⁰ without any harm from rounding. So there is no step size to guess, and no tolerance.

# %%
print(gradcheck(lambda a, b: a * tanh(b), 0.5, 0.3))

# %% [markdown]
# All three agree, in all digits that floats have. Now a formula that is right, while floats aren't up to it: (√(1 + x) − 1) ÷
# x, close to 0, where its derivative is −1/8.

# %%
print(gradcheck(lambda x: (sqrt(1 + x) - 1) / x, 1e-7))

# %% [markdown]
# B and C agree, so the rules are right. A differs: the subtraction of two nearly equal numbers has lost the digits, as it does
# in a finite difference. The cure is another formula, not another rule: 1 ÷ (√(1 + x) + 1) is the same function, and keeps them
# all.

# %%
print(gradcheck(lambda x: 1 / (sqrt(1 + x) + 1), 1e-7))

# %% [markdown]
# And a function that has no derivative at the point: it has a kink there. The ReLU's slope is 0 on the left of 0 and 1 on the
# right. A program has to use some number, and Chalkgrad takes 1, as the textbook does; a central difference takes the mean,
# which is no better. Nothing is wrong, but you should know.

# %%
print(gradcheck(relu, 0.0))

# %% [markdown]
# ## A planted bug
#
# The function x · σ(x) is called swish. Somebody has added it to the engine as an operation of its own, and stated its
# derivative as σ(x), as if the sigmoid were a constant. (How to add an operation is the subject of [notebook
# 10](10_your_own_primitive.ipynb).)

# %%
swish = autograd.primitive(
    "swish",
    "swish",
    lambda m, x: x * m.sigmoid(x),
    lambda m, x, y: m.sigmoid(x),
)


def long_computation(x, w):
    hidden = tanh(w * x) + 0.5 * x
    gate = swish(hidden - w)
    return gate * hidden


report = gradcheck(long_computation, 0.8, -0.4)
print(report)

# %% [markdown]
# Both gradients are wrong, in a computation of seven operations. As A and B agree with each other and not with C, it isn't the
# floats. So `gradcheck` looks at each operation by itself, and names the one whose local derivative is wrong, with its line and
# its numbers.
#
# **Exercise 8.2.** What is the right derivative of x · σ(x)? Write it as a function of a number x, with `exp` from the module
# `math`. (The derivative of σ(x) is σ(x) (1 − σ(x)).)


# %%
def answer(x):
    return ...


check("8.2", answer)

# %% [markdown]
# ## Your own gradient
#
# Perhaps you have derived a gradient with pencil and paper, or written one in NumPy. `gradient=` checks it against the
# function. Here is the squared error of a unit with two inputs, and somebody's gradient of it:


# %%
def squared_error_of_unit(w1, w2, b):
    z = w1 * 1.5 + w2 * 2.0 + b
    return (z - 1.0) ** 2


def derived_by_hand(w1, w2, b):
    error = w1 * 1.5 + w2 * 2.0 + b - 1.0
    return 2 * error * 1.5, error * 2.0, 2 * error


hand_report = gradcheck(squared_error_of_unit, 0.4, 0.3, 0.2, gradient=derived_by_hand)
print("all right?", bool(hand_report))

# %% [markdown]
# **Exercise 8.3.** Which of the three derivatives is wrong? Print `hand_report` to find out, and answer with the name of the
# input: "w1", "w2" or "b". Then look at the line that computes it. What is missing?

# %%
answer = ...
check("8.3", answer)

# %% [markdown]
# ## Checks that stay
#
# A check belongs into the tests of a project, so that it is done again after each change. `assert_gradients` raises an
# `AssertionError` with the explanation above if a derivative isn't right, and is silent otherwise. It takes functions, and
# whole networks with their parameters:

# %%
network = MLP(2, [3, 1], seed=0)


def loss(x1, x2):
    return binary_cross_entropy_from_logit(network([x1, x2]), 1)


checked = assert_gradients(loss, 0.5, -1.0, parameters=network)
print(len(checked.inputs), "derivatives are right")

# %% [markdown]
# ## What to take along
#
# - A finite difference has two errors, and the best step is a compromise. With floats, expect 8 digits of a forward difference
#   and 10 or 11 of a central one.
# - With more digits there is no compromise. B ≠ C: a rule is wrong. A ≠ B: floats lose digits. Two slopes: a kink.
# - Check each operation that you write, at a few points, and let a test do it again.
