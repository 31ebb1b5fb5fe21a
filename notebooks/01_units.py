# %% [markdown]
# # 1 · Units
#
# A neural network is made of units, and a unit is one short formula. This lesson takes about ten minutes. At the end you will be
# able to
#
# - compute by hand what a unit gives, and let Chalkgrad compute and draw it;
# - say what sigmoid, tanh and ReLU do to a number, and where each of them is flat;
# - read from a picture how much the output changes when a weight changes.
#
# It follows the section "Units" of the chapter on neural networks in *Speech and Language Processing* by Jurafsky and Martin
# (3rd edition draft), which these notebooks call "the textbook".
#
# [Open this lesson in Colab](https://colab.research.google.com/github/chalkgrad/chalkgrad/blob/main/notebooks/01_units.ipynb)

# %%
# In Colab, or wherever Chalkgrad is missing, remove the next two "#". The first line takes away another package that is
# called autograd. If this cell has failed before, restart the session (or kernel), since Python remembers that package.
# # %pip uninstall --yes --quiet autograd chalkgrad
# # %pip install chalkgrad

from autograd import Value, dot, draw, grad, relu, sigmoid, step_through, tanh
from tasks.exercises import check

# %% [markdown]
# ## A weighted sum
#
# A unit has a *weight* for each of its inputs, and one more number, its *bias*. First it multiplies each input by its weight and
# adds everything up:
#
# z = w₁x₁ + w₂x₂ + w₃x₃ + b
#
# Here is the textbook's example, with three inputs. A `Value` is a number that remembers how it was computed; its second
# argument is a label, which is shown in pictures.

# %%
w1, w2, w3 = Value(0.2, "w_1"), Value(0.3, "w_2"), Value(0.9, "w_3")
x1, x2, x3 = Value(0.5, "x_1"), Value(0.6, "x_2"), Value(0.1, "x_3")
b = Value(0.5, "b")

written_out = w1 * x1 + w2 * x2 + w3 * x3 + b
written_out.label = "z"
written_out

# %% [markdown]
# (The last digit is a rounding error: a computer keeps about 16 digits.) Since z remembers how it was computed, it can be drawn.
# Read the picture from left to right: each box is one operation with its result.

# %%
draw(written_out, gradients=False)

# %% [markdown]
# Mathematicians write a sum of products as a *dot product*, z = w · x + b. It is one operation instead of five, and gives the
# same number:

# %%
w, x = (w1, w2, w3), (x1, x2, x3)
z = dot(w, x) + b
z.label = "z"
z

# %% [markdown]
# ## An activation
#
# The weighted sum may be any number, however large. The unit now applies a function f to it, its *activation function*, and
# gives y = f(z). The textbook's example takes the *sigmoid*, σ(z) = 1 / (1 + e⁻ᶻ), which presses every number into the range
# from 0 to 1, so that the output can be read as a probability.

# %%
y = sigmoid(z)
y.label = "y"
print(f"z = {z.data:.2f}, y = {y.data:.3f}")

# %% [markdown]
# In practice two other functions are more common. *tanh* has the same shape, but goes from −1 to 1. *ReLU*, the rectified linear
# unit, is z where z is positive and 0 elsewhere.

# %%
print("    z     σ(z)  tanh(z)  ReLU(z)")
for number in (-10, -2, -0.5, 0, 0.5, 2, 10):
    print(f"{number:5} {sigmoid(number).data:8.4f} {tanh(number).data:8.4f} {relu(number).data:8.1f}")

# %% [markdown]
# Two things can be read off this table. σ(−z) = 1 − σ(z), while tanh(−z) = −tanh(z). And the first two functions are almost the
# same at 2 and at 10: they are *saturated*. ReLU never is, on the right.
#
# ## Slopes
#
# How much does y change when z changes a little? That is the slope of the activation function, its derivative, and `grad`
# computes it.

# %%
print("    z  slope of σ  of tanh  of ReLU")
for number in (-10, -2, 0, 2, 10):
    at = Value(number)
    print(f"{number:5} {grad(sigmoid(at), at):11.6f} {grad(tanh(at), at):9.6f} {grad(relu(at), at):8.1f}")

# %% [markdown]
# Learning will mean changing weights in the direction in which the output gets better. Where a slope is almost 0, small changes
# do almost nothing, and learning stops. That is why ReLU is so common: for positive z its slope is 1, however large z is. (At 0
# itself it has a kink. The textbook, and so Chalkgrad, takes 1 there.)
#
# ## Which input matters most?
#
# `y.backward()` computes the derivative of y with respect to every number it was computed from, all in one go. It is called the
# *gradient*.

# %%
y.backward()
for leaf in (*w, *x, b):
    print(f"{leaf.label:4} {leaf.gradient:.4f}")

# %% [markdown]
# If w₁ grows by a small amount, say 0.01, then y grows by about its gradient times 0.01. The largest gradient among the inputs
# is that of x₃, since x₃ has the largest weight. The picture now shows the gradient of each box in its last line, and at every
# arrow the slope of that one operation, its *local derivative*. From right to left, each gradient is the next one times the
# number at the arrow.

# %%
draw(y, local_derivatives=True)

# %% [markdown]
# The same, one step at a time: use the buttons, the slider, or the arrow keys. If you choose *Predict*, you have to say each
# gradient before it is shown.

# %%
step_through(y)

# %% [markdown]
# A number that has been computed stays as it is when you change what it was computed from. Chalkgrad notices that it is out of
# date:

# %%
b.data = -0.5
try:
    y.backward()
except RuntimeError as error:
    print(error)

# %% [markdown]
# `refresh()` computes everything again, with the new number.

# %%
y.refresh()
print(f"With b = {b.data}, z = {z.data:.2f} and y = {y.data:.3f}")

# %% [markdown]
# ## A picture of the three functions (with matplotlib)

# %%
import matplotlib.pyplot as plt

from tasks.units import ACTIVATIONS, trace_activation

numbers = [step / 20 for step in range(-80, 81)]
figure, panels = plt.subplots(1, 3, figsize=(9, 2.4), layout="constrained")
for panel, (name, activation) in zip(panels, ACTIVATIONS.items(), strict=True):
    outputs, slopes = trace_activation(activation, numbers)
    panel.plot(numbers, outputs, label=f"{name}(z)")
    panel.plot(numbers, slopes, "--", label="slope")
    panel.legend()

# %% [markdown]
# ## Exercises
#
# Put your answer in place of the dots and run the cell. You may compute by hand, with Python, or with Values.
#
# **1.1** A unit has the weights w = (1.5, −2, 0.5) and the bias b = 0.5, and sees x = (2, 1, −4). What is z?

# %%
answer = ...
check("1.1", answer)

# %% [markdown]
# **1.2** What does that unit give if its activation is the sigmoid, if it is tanh, and if it is ReLU? Give three numbers, as in
# `answer = (1.5, 2.5, 3.5)`. Two digits are enough.

# %%
answer = ...
check("1.2", answer)

# %% [markdown]
# **1.3** The slope of the sigmoid can be computed from its output alone, without z: find out how. (Compare the outputs and the
# slopes above for z = 0 and for z = 2.) Give a function that takes y = σ(z) and returns the slope there.


# %%
def answer(y):
    return ...


check("1.3", answer)
