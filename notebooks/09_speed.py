# %% [markdown]
# # 9 · Speed
#
# A graph of single numbers is good for looking at, and slow. Yet you don't have to rewrite a model to train it fast: Chalkgrad
# runs your function once, looks at what it recorded, and writes a program that computes the same for many examples. At the end
# you will be able to
#
# - compile a function of scalars, and read the program that comes out, forward and backward;
# - recognise the textbook's matrix form in it: a layer for a whole batch as one product;
# - write a choice so that a compiled program can make it for each example;
# - say when machine code is better than arrays.
#
# This notebook needs NumPy. Its last part is about machine code, which needs llvmlite; without llvmlite, everything runs on
# NumPy instead.
#
# [Open this lesson in Colab](https://colab.research.google.com/github/chalkgrad/chalkgrad/blob/main/notebooks/09_speed.ipynb)

# %%
# In Colab, or wherever Chalkgrad is missing, remove the next two "#". The first line takes away another package that is
# called autograd. If this cell has failed before, restart the session (or kernel), since Python remembers that package.
# # %pip uninstall --yes --quiet autograd chalkgrad
# # %pip install chalkgrad

from importlib.util import find_spec
from random import Random
from time import process_time

from autograd import FrozenChoiceError, Value, mean, tanh, vectorize, where
from nn import MLP, SGD, binary_cross_entropy_from_logit, squared_error, train
from tasks.exercises import check

# %% [markdown]
# ## Number by number
#
# A small network, and a hundred points of the plane to classify: 1 if both coordinates have the same sign. That is XOR, with
# many points.

# %%
random = Random(0)
points = [(random.uniform(-1, 1), random.uniform(-1, 1)) for _ in range(100)]
labels = [1.0 if x1 * x2 > 0 else 0.0 for x1, x2 in points]
network = MLP(2, [3, 1], seed=1)


def loss(x, y):
    """The loss of one example."""
    return binary_cross_entropy_from_logit(network(x), y)


eager_loss = mean([loss(x, y) for x, y in zip(points, labels, strict=True)])
eager_loss.backward()
print(f"mean loss {eager_loss.data:.6f}")

# %% [markdown]
# This is the *eager* way: each operation is computed and recorded at once. For every example anew, Python makes about twenty
# nodes, and goes back through each of them.
#
# ## Array by array
#
# `vectorize` runs the function on *one* example, in which the numbers stand for any numbers. In the recorded graph, it finds
# the scalars that are computed in the same way and makes arrays of them. The program is printed as a person could have written
# it:

# %%
program = vectorize(loss, points[0], labels[0], engine="numpy")
print(program.source)

# %% [markdown]
# Nothing in the network said "matrix". Its three hidden units each computed a dot product of their weights and the inputs; in
# the program, they are the rows of a matrix W, and the m examples are the rows of X. `A = X @ W.T + b1` is a layer for a whole
# batch: the textbook's step from the equations for one example to the matrix form, in its section on feedforward networks.
#
# Read on, line by line:
#
# - `theta` has all parameters in a row. The first lines cut it into W, b1, w and b2.
# - The lines under *forward* are the network and its loss, for all examples together.
# - The lines under *backward* are upstream × local = downstream once more, in the opposite order: the name of each gradient
#   begins with d. `dA = dH * sech2(A)` is the way back through tanh, whose derivative is sech², and `dW = dA.T @ X` is the
#   gradient of the weights: for each weight the sum over all examples, done by a product.
# - `da` is an old friend. With t = 1 − y it is ((1 − y) σ(a) − y σ(−a)) ÷ m, and as σ(−a) = 1 − σ(a), that is (σ(a) − y) ÷ m:
#   what was predicted minus what was right, from notebook 7.
#
# **Exercise 9.1.** For m = 100 examples, X has 100 rows and 2 columns, and dA has 100 rows and 3 columns. How many rows and
# columns has dW? (Answer with two numbers, as in `(100, 2)`.)

# %%
answer = ...
check("9.1", answer)

# %% [markdown]
# A call gives the mean loss of a batch and its gradient, for all examples at once. They are the numbers of the eager engine:

# %%
theta = program.parameters.read()
value, gradient = program.value_and_grad(theta, points, labels)
print(f"mean loss {value:.6f}")
largest = max(abs(slope - weight.gradient) for slope, weight in zip(gradient, program.parameters.values, strict=True))
print("largest difference of a gradient below 1e-12:", largest < 1e-12)

# %% [markdown]
# What is gained? Take away the `#` before the last two lines, and see what your machine says. Fifty times as fast would be no
# surprise: one call of NumPy costs about as much as one operation on Values, and does a hundred examples.


# %%
def milliseconds(function, repeats):
    """The processor's time that a call takes, on average."""
    function()
    start = process_time()
    for _ in range(repeats):
        function()
    return 1000 * (process_time() - start) / repeats


def eager_step():
    mean([loss(x, y) for x, y in zip(points, labels, strict=True)]).backward()


# print(f"eager  {milliseconds(eager_step, 5):8.3f} ms")
# print(f"arrays {milliseconds(lambda: program.value_and_grad(theta, points, labels), 200):8.3f} ms")

# %% [markdown]
# `report()` tells what was found: how many scalars became how many array operations, and which of them are products of
# matrices.

# %%
print(program.report())

# %% [markdown]
# ## Choices
#
# The function runs once, on one example. If it asks for a number and takes one of two branches, it has only seen that one. A
# program made of it would be wrong for other examples. So the engine doesn't let that happen:

# %%
slope_below = Value(0.1, "slope_below")


def leaky_relu(x):
    return x if x > 0 else slope_below * x


try:
    vectorize(leaky_relu, 1.0)
except FrozenChoiceError as error:
    print(str(error).partition(": ")[2])  # without the place, which is a file of the notebook's own

# %% [markdown]
# `where(condition, a, b)` is a choice that is recorded: a where the condition holds, else b, for each example by itself.

# %%
leaky_program = vectorize(lambda x: where(x > 0, x, slope_below * x), 1.0, engine="numpy")
print(leaky_program.losses([0.1], [2.0, -2.0, 3.0]))

# %% [markdown]
# **Exercise 9.2.** The Huber loss of an error e is e²/2 where e is between −1 and 1, and |e| − 1/2 elsewhere. It grows less
# than a square for examples that are far off. Write it so that it can be compiled, with `where` and `abs`.


# %%
def answer(e):
    return ...


check("9.2", answer)

# %% [markdown]
# ## Sequences, and machine code
#
# In a recurrent computation, each step needs the result of the step before. No array can hold steps that have to wait for each
# other, so an array program has to do them one by one, one call of NumPy for each operation of each step. Here is such a
# program, for a sequence of four numbers: a state that forgets and is driven by what it sees.

# %%
decay, drive = Value(0.9, "decay"), Value(0.5, "drive")


def sequence_loss(numbers, target):
    state = 0.0
    for number in numbers:
        state = tanh(decay * state + drive * number)
    return squared_error(state, target)


print(vectorize(sequence_loss, [0.0] * 4, 0.25, engine="numpy").source)

# %% [markdown]
# For two hundred numbers, it would be two hundred times these lines. Such graphs are better off as machine code, which computes
# the scalars themselves. In the recorded graph, Chalkgrad finds that the same operations repeat, and makes a loop of them
# again:

# %%
engine = "native" if find_spec("llvmlite") else "numpy"
if engine == "numpy":
    print('llvmlite is not installed, so the loop is written out below. To see it: pip install "chalkgrad[native]"')
sequence_program = vectorize(sequence_loss, [0.0] * 200, 0.25, engine=engine)
print(sequence_program.source)

# %% [markdown]
# `h` has the state after each step, because the way back needs them all. The second loop runs backwards, from the last step to
# the first. In each, what arrives at a step (`dh[t + 1]`) is multiplied by the local derivatives, handed on to the step before,
# and added to the gradients of `decay` and `drive`, which all steps share. This is *backpropagation through time*, and you
# didn't have to write it.
#
# This source is for reading. What runs is the same in the language of LLVM, the compiler that is behind Clang and Rust
# (`sequence_program.buffered_source`), and is dozens of times as fast as NumPy here, or more. The report names the loop:

# %%
print(sequence_program.report())

# %% [markdown]
# **Exercise 9.3.** Suppose that the sequence had 1,000 numbers instead of 200. How many more lines would the program above
# have, as machine code?

# %%
answer = ...
check("9.3", answer)

# %% [markdown]
# ## Which engine?
#
# You needn't decide. Without `engine=`, `vectorize` estimates what each would cost for your graph and takes the cheaper one;
# `program.report()` says which, and why. As a rule, arrays are best for large matrices, machine code for everything else, if
# the program is called often enough to be worth compiling.
#
# `nn.train` compiles for you, in the same way. The engine changes the time, never the result:

# %%
results = []
for name in ("eager", "numpy", engine):
    trained = MLP(2, [3, 1], seed=1)
    history = train(
        trained,
        lambda x, y, model=trained: binary_cross_entropy_from_logit(model(x), y),
        list(zip(points, labels, strict=True)),
        epochs=5,
        optimizer=SGD(trained.parameters(), learning_rate=1.0),
        progress=False,
        engine=name,
    )
    results.append(history.train_loss[-1])
print("loss after five epochs, by three engines:", [f"{result:.9f}" for result in results])

# %% [markdown]
# ## What to take along
#
# - Write the loss of one example, in scalars. `vectorize`, and `train`, make the program for a batch of it.
# - The program's source shows the matrix form, forward and backward, and every line of it follows from your scalars.
# - A choice that depends on the data has to be recorded: `where`, not `if`.
# - Steps that wait for each other become loops in machine code. More in the documentation's page on machine code.
