# %% [markdown]
# # 10 · Your own primitive
#
# The engine has some sixty operations, and each is a line or two in a table: a rule for the result, and a rule for the local
# derivative. You can add a line of your own. At the end you will be able to
#
# - define an operation with its derivative, and use it wherever those of the engine are used;
# - find out whether your derivative is right;
# - train a network with an activation function that you have invented.
#
# [Open this lesson in Colab](https://colab.research.google.com/github/chalkgrad/chalkgrad/blob/main/notebooks/10_your_own_primitive.ipynb)

# %%
# In Colab, or wherever Chalkgrad is missing, remove the next two "#". The first line takes away another package that is
# called autograd. If this cell has failed before, restart the session (or kernel), since Python remembers that package.
# # %pip uninstall --yes --quiet autograd chalkgrad
# # %pip install chalkgrad

import math

import autograd
from autograd import Value, draw, explain, grad, gradcheck, vectorize
from nn import MLP, Adam, squared_error, train
from tasks.exercises import check

# %% [markdown]
# ## A wavy line
#
# Our operation is the *snake*, x + sin²x: a line that goes up in waves. (Ziyin, Hartwig and Ueda, *Neural Networks Fail to
# Learn Periodic Functions and How to Fix It*, 2020.) The chain rule gives its derivative: 1 + 2 sin x cos x, which is 1 + sin
# 2x.

# %%
snake = autograd.primitive(
    "snake",  # its name as a function
    "snake",  # what pictures and formulas write
    lambda m, x: x + m.sin(x) * m.sin(x),  # the forward rule
    lambda m, x, y: 1 + m.sin(2 * x),  # the local derivative
    meaning="x + sin²x, a line that goes up in waves",
)
x = Value(0.8, "x")
y = 3 * snake(x)
y.label = "y"
y.backward()
print(f"y = {y.data:.4f}, and ∂y/∂x = {x.gradient:.4f}")

# %% [markdown]
# In the rules, `x` is the operand and `y` the result, for derivatives that are best computed from it. And `m`? It is a *number
# system*. It has the elementary functions, `m.sin`, `m.exp`, `m.log` and so on, and `m.where(condition, a, b)` for choices. The
# engine reads your rules with several kinds of numbers: with floats to compute, with Values for derivatives of derivatives,
# with arrays for a batch, with sixty digits to check. That is why the rules say `m.sin` and not `math.sin`, which only knows
# floats.
#
# ## Is it right?
#
# The engine believes what you state. So the first thing to do with a new operation is to check it, at a few points.

# %%
print(gradcheck(snake, 0.8))
print(all(gradcheck(snake, point) for point in (-3.0, -1.0, 0.0, 0.5, 2.0, 10.0)))

# %% [markdown]
# And this is what it looks like if somebody forgets that the chain rule has a second factor:

# %%
careless = autograd.primitive(
    "careless",
    "snake",
    lambda m, x: x + m.sin(x) * m.sin(x),
    lambda m, x, y: 1 + 2 * m.sin(x),
)
report = gradcheck(careless, 0.8)
print(report.verdict.value, [fault.operation for fault in report.faults])

# %% [markdown]
# **Exercise 10.1.** The function ln cosh x is a smooth |x|: a parabola near 0, and a straight line further out. Its forward
# rule is `m.log(m.cosh(x))`. Write the rule for its local derivative. (The derivative of cosh is sinh, and sinh x ÷ cosh x has
# a name.)


# %%
def answer(m, x, y):
    return ...


check("10.1", answer)

# %% [markdown]
# ## It draws, it explains, it differentiates again
#
# Everything that Chalkgrad does with its own operations, it now does with yours.

# %%
draw(y, local_derivatives=True)

# %%
explain(x, y)

# %%
slope = grad(snake(x), x, create_graph=True)
print(f"slope {slope.data:.6f}, slope of the slope {grad(slope, x):.6f}, by hand {2 * math.cos(1.6):.6f}")

# %% [markdown]
# ## It compiles
#
# In an array program, the local derivative that you stated is written out: look for `sin(2.0 * …)` in the backward pass.

# %%
w = Value(0.5, "w")
program = vectorize(lambda t: snake(w * t), 1.0, parameters=[w], engine="numpy")
print(program.source)

# %% [markdown]
# ## It learns
#
# A network of six hidden units shall learn a wave that climbs, from 21 points between −3 and 3. Then we ask it for points
# outside, where it has never been. A network with tanh units flattens out there. One with snake units goes on.


# %%
def climbing_wave(t):
    return 0.5 * t + math.sin(2 * t)


seen = [(t / 10 * 3, climbing_wave(t / 10 * 3)) for t in range(-10, 11)]
networks = {
    "tanh": MLP(1, [6, 1], activation="tanh", seed=1),
    "snake": MLP(1, [6, 1], activation=snake, seed=1),
}
for name, network in networks.items():
    history = train(
        network,
        lambda t, target, model=network: squared_error(model([t]), target),
        seen,
        epochs=2000,
        optimizer=Adam(network.parameters(), learning_rate=0.02),
        progress=False,
    )
    outside = [f"{network([t]).data:.1f}" for t in (4, 5, 6)]
    print(f"{name:6} loss on what it has seen: {history.train_loss[-1]:.4f}   outside: {', '.join(outside)}")
print("the wave itself outside:", ", ".join(f"{climbing_wave(t):.1f}" for t in (4, 5, 6)))

# %% [markdown]
# Both have learned the 21 points. Only the snake has learned the wave. Its training was as fast as that of tanh, as both
# networks are compiled.
#
# As a picture, if matplotlib is installed. *(This cell is optional.)*

# %%
import matplotlib.pyplot as plt

grid = [t / 20 for t in range(-60, 141)]
plt.plot(grid, [climbing_wave(t) for t in grid], color="0.7", linewidth=6, label="the wave")
for name, network in networks.items():
    plt.plot(grid, [network([t]).data for t in grid], label=name)
plt.plot(*zip(*seen, strict=True), "k.", label="seen")
_ = plt.legend()

# %% [markdown]
# ## Two operands
#
# An operation of two operands has the rules `forward(m, a, b)` and `derivatives(m, a, b, y)`, and the second gives a pair: one
# local derivative for each operand. For the geometric mean y = √(ab), the derivative for a is b ÷ 2y, and the other way round.

# %%
geometric_mean = autograd.primitive(
    "geometric_mean",
    "gm",
    lambda m, a, b: m.sqrt(a * b),
    lambda m, a, b, y: (0.5 * b / y, 0.5 * a / y),
)
print(gradcheck(geometric_mean, 2.0, 8.0))

# %% [markdown]
# **Exercise 10.2.** The harmonic mean of two numbers is 2ab ÷ (a + b). Make a primitive of it, and give `check` the function.
# (Derive it for a with the rule for quotients. For b, exchange the two letters. Ask `gradcheck` before you ask `check`!)

# %%
answer = ...
check("10.2", answer)

# %% [markdown]
# ## Rules in plain Python
#
# A rule may also be plain Python, with `math`, `if` and loops. Then it works with floats, and with nothing else. You still get
# gradients, but `gradcheck` has to compare with differences of floats, and the operation can't be compiled, because an array
# has no single answer to an `if`:

# %%
plain = autograd.primitive(
    "plain",
    "plain",
    lambda m, x: x if x > 0 else math.expm1(x),
    lambda m, x, y: 1.0 if x > 0 else math.exp(x),
)
print(gradcheck(plain, -0.5).notes[0])
try:
    vectorize(lambda t: plain(w * t), 1.0)
except TypeError as error:
    print(error)

# %% [markdown]
# **Exercise 10.3.** Here are three forward rules for the absolute value. Which of them works for floats, for arrays and in high
# precision?
#
# - "A": `lambda m, x: x if x > 0 else -x`
# - "B": `lambda m, x: math.sqrt(x * x)`
# - "C": `lambda m, x: m.where(x > 0, x, -x)`

# %%
answer = ...
check("10.3", answer)

# %% [markdown]
# ## What to take along
#
# - A primitive is a name, a symbol, a forward rule and a local derivative. All else follows: pictures, explanations, second
#   derivatives, compiled programs.
# - Rules are written with operators and with functions of `m`, so that they can be read with any kind of number.
# - The engine believes you. `gradcheck` doesn't.
#
# The documentation's page on your own primitive goes on from here: slopes with a bound, estimators that let a gradient pass
# where there is none, and the derivative of an equation's solution.
