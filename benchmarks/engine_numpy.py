"""One training step written by hand with NumPy, as fast as the author could make it.

All arrays are made beforehand; products write into them (`a.dot(b, out)`), and so do all other functions. Parameters and
gradient are one vector each, so that SGD is two calls. A method or function that is a local name is found faster.

Two ways to lay the numbers out, of which the faster may depend on the work:

- `make`, an example a row, as in equation (7.22) of the textbook: H = f(X Wᵀ + b).
- `make_folded`, an example a column, with b as one more column of W and a row of ones under the inputs, so that a product adds
  the bias and another one sums its gradient: H = f([W b] [X; 1]).
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy
from engines import Array, Engine
from numpy import add, copyto, exp, log, maximum, multiply, sign, subtract, tanh
from works import Work


def make(work: Work, threads: int) -> Engine:
    """An example a row."""
    return _PROGRAMS[work.network](work)


def make_folded(work: Work, threads: int) -> Engine:
    """An example a column, biases folded into the products."""
    return _FOLDED_PROGRAMS[work.network](work)


class _Plain:
    """Parameters in the works' order."""

    def __init__(self, work: Work) -> None:
        self.theta = work.start()
        self.gradient = numpy.zeros_like(self.theta)
        self.parameters, self.gradients = work.split(self.theta), work.split(self.gradient)
        self.scratch = numpy.empty_like(self.theta)
        # A 0-dimensional array is taken as it is, where a Python number would be converted in each call.
        self.rate = numpy.array(work.rate, work.dtype)

    def read(self) -> Array:
        return self.theta.copy()

    def write(self, flat: Array) -> None:
        self.theta[:] = flat


class _Folded:
    """Parameters as the matrices [W b] of the layers, behind the embedding matrix if there is one."""

    def __init__(self, work: Work) -> None:
        self.work = work
        shapes = [shape for shape in work.shapes if len(shape) == 2]
        self.shapes = [(n, k) if number < bool(work.vocabulary) else (n, k + 1) for number, (n, k) in enumerate(shapes)]
        size = sum(map(prod, self.shapes))
        self.theta, self.gradient, self.scratch = (numpy.zeros(size, work.dtype) for _ in range(3))
        self.parameters, self.gradients = self._split(self.theta), self._split(self.gradient)
        self.rate = numpy.array(work.rate, work.dtype)
        self.write(work.start())

    def _split(self, flat: Array) -> list[Array]:
        ends = numpy.cumsum([prod(shape) for shape in self.shapes])
        return [flat[end - prod(shape) : end].reshape(shape) for end, shape in zip(ends, self.shapes, strict=True)]

    def _parts(self) -> list[Array]:
        n_embeddings = bool(self.work.vocabulary)
        layers = self.parameters[n_embeddings:]
        return [*self.parameters[:n_embeddings], *(part for W in layers for part in (W[:, :-1], W[:, -1]))]

    def read(self) -> Array:
        return numpy.concatenate([part.ravel() for part in self._parts()])

    def write(self, flat: Array) -> None:
        for part, array in zip(self._parts(), self.work.split(flat), strict=True):
            part[...] = array


def _constants(dtype: str, *numbers: float) -> list[Array]:
    return [numpy.array(number, dtype) for number in numbers]


def _hinge(work: Work) -> Engine:
    p = _Plain(work)
    W1, b1, W2, b2, W3, b3 = p.parameters
    gW1, gb1, gW2, gb2, gW3, gb3 = p.gradients
    theta, gradient, scratch, rate = p.theta, p.gradient, p.scratch, p.rate
    m, units = work.n_examples, work.sizes[1]
    zero, one, minus_share = _constants(work.dtype, 0.0, 1.0, -1.0 / m)
    ones, shares = numpy.ones(m), numpy.full(m, 1.0 / m)
    # Both hidden layers in one array: then one call gives where they are active.
    H = numpy.empty((2, m, units))
    active = numpy.empty_like(H)
    H1, H2, active1, active2 = *H, *active
    dH1, dH2, s, margin, ds = (numpy.empty(shape) for shape in ((m, units), (m, units), m, m, m))
    W1T, W2T, w3, dH1T, dH2T, ds_column = W1.T, W2.T, W3[0], dH1.T, dH2.T, ds[:, None]
    gw3, gb3 = gW3[0], gb3.reshape(())

    def step(X: Array, y: Array) -> float:
        X.dot(W1T, H1)
        add(H1, b1, H1)
        maximum(H1, zero, out=H1)
        H1.dot(W2T, H2)
        add(H2, b2, H2)
        maximum(H2, zero, out=H2)
        H2.dot(w3, s)
        add(s, b3, s)
        multiply(s, y, margin)
        subtract(one, margin, margin)
        maximum(margin, zero, out=margin)
        loss = margin.dot(shares)
        sign(margin, ds)
        multiply(ds, y, ds)
        multiply(ds, minus_share, ds)
        sign(H, active)
        ds.dot(H2, gw3)
        ds.dot(ones, gb3)
        multiply(ds_column, w3, dH2)
        multiply(dH2, active2, dH2)
        dH2T.dot(H1, gW2)
        ones.dot(dH2, gb2)
        dH2.dot(W2, dH1)
        multiply(dH1, active1, dH1)
        dH1T.dot(X, gW1)
        ones.dot(dH1, gb1)
        multiply(gradient, rate, scratch)
        subtract(theta, scratch, theta)
        return loss

    return Engine(step, p.read, p.write)


def _hinge_folded(work: Work) -> Engine:
    p = _Folded(work)
    W1, W2, W3 = p.parameters
    gW1, gW2, gW3 = p.gradients
    theta, gradient, scratch, rate = p.theta, p.gradient, p.scratch, p.rate
    m, units = work.n_examples, work.sizes[1]
    zero, one, minus_share = _constants(work.dtype, 0.0, 1.0, -1.0 / m)
    shares = numpy.full(m, 1.0 / m)
    inputs = numpy.ones((3, m))
    H = numpy.ones((2, units + 1, m))
    active = numpy.empty_like(H)
    H1, H2 = H
    units1, units2, active1, active2 = H1[:units], H2[:units], active[0, :units], active[1, :units]
    dH1, dH2, s, margin, ds = (numpy.empty(shape) for shape in ((units, m), (units, m), m, m, m))
    points, inputsT, H1T, W2T, w3, w3_column = inputs[:2], inputs.T, H1.T, W2[:, :units].T, W3[0], W3[:, :units].T
    gw3 = gW3[0]

    def step(X: Array, y: Array) -> float:
        copyto(points, X.T)
        W1.dot(inputs, units1)
        maximum(units1, zero, out=units1)
        W2.dot(H1, units2)
        maximum(units2, zero, out=units2)
        w3.dot(H2, s)
        multiply(s, y, margin)
        subtract(one, margin, margin)
        maximum(margin, zero, out=margin)
        loss = margin.dot(shares)
        sign(margin, ds)
        multiply(ds, y, ds)
        multiply(ds, minus_share, ds)
        sign(H, active)
        H2.dot(ds, gw3)
        multiply(w3_column, ds, dH2)
        multiply(dH2, active2, dH2)
        dH2.dot(H1T, gW2)
        W2T.dot(dH2, dH1)
        multiply(dH1, active1, dH1)
        dH1.dot(inputsT, gW1)
        multiply(gradient, rate, scratch)
        subtract(theta, scratch, theta)
        return loss

    return Engine(step, p.read, p.write)


def _xor(work: Work) -> Engine:
    p = _Plain(work)
    W1, b1, W2, b2 = p.parameters
    gW1, gb1, gW2, gb2 = p.gradients
    theta, gradient, scratch, rate = p.theta, p.gradient, p.scratch, p.rate
    m = work.n_examples
    one, twice_share = _constants(work.dtype, 1.0, 2.0 / m)
    share, ones = 1.0 / m, numpy.ones(m)
    H, dH, slope, o, error, do = (numpy.empty(shape) for shape in ((m, 2), (m, 2), (m, 2), m, m, m))
    W1T, w2, dHT, do_column = W1.T, W2[0], dH.T, do[:, None]
    gw2, gb2 = gW2[0], gb2.reshape(())

    def step(X: Array, y: Array) -> float:
        X.dot(W1T, H)
        add(H, b1, H)
        tanh(H, H)
        H.dot(w2, o)
        add(o, b2, o)
        tanh(o, o)
        subtract(o, y, error)
        loss = error.dot(error) * share
        multiply(o, o, do)
        subtract(one, do, do)
        multiply(do, error, do)
        multiply(do, twice_share, do)
        do.dot(H, gw2)
        do.dot(ones, gb2)
        multiply(H, H, slope)
        subtract(one, slope, slope)
        multiply(do_column, w2, dH)
        multiply(dH, slope, dH)
        dHT.dot(X, gW1)
        ones.dot(dH, gb1)
        multiply(gradient, rate, scratch)
        subtract(theta, scratch, theta)
        return loss

    return Engine(step, p.read, p.write)


def _xor_folded(work: Work) -> Engine:
    p = _Folded(work)
    W1, W2 = p.parameters
    gW1, gW2 = p.gradients
    theta, gradient, scratch, rate = p.theta, p.gradient, p.scratch, p.rate
    m = work.n_examples
    one, twice_share = _constants(work.dtype, 1.0, 2.0 / m)
    share = 1.0 / m
    inputs = numpy.ones((3, m))
    # The hidden units, a row of ones, the output: so one call squares them all.
    H = numpy.ones((4, m))
    slope = numpy.empty_like(H)
    hidden, units, o, slope1, do = H[:3], H[:2], H[3], slope[:2], slope[3]
    dH, error = numpy.empty((2, m)), numpy.empty(m)
    points, inputsT, w2, w2_column, gw2 = inputs[:2], inputs.T, W2[0], W2[:, :2].T, gW2[0]

    def step(X: Array, y: Array) -> float:
        copyto(points, X.T)
        W1.dot(inputs, units)
        tanh(units, units)
        w2.dot(hidden, o)
        tanh(o, o)
        subtract(o, y, error)
        loss = error.dot(error) * share
        multiply(H, H, slope)
        subtract(one, slope, slope)
        multiply(do, error, do)
        multiply(do, twice_share, do)
        hidden.dot(do, gw2)
        multiply(w2_column, do, dH)
        multiply(dH, slope1, dH)
        dH.dot(inputsT, gW1)
        multiply(gradient, rate, scratch)
        subtract(theta, scratch, theta)
        return loss

    return Engine(step, p.read, p.write)


def _digits(work: Work) -> Engine:
    p = _Plain(work)
    W1, b1, W2, b2 = p.parameters
    gW1, gb1, gW2, gb2 = p.gradients
    theta, gradient, scratch, rate = p.theta, p.gradient, p.scratch, p.rate
    m, units, classes = work.n_examples, *work.sizes[1:]
    zero, share = _constants(work.dtype, 0.0, 1.0 / m)
    ones, class_ones = numpy.ones(m, work.dtype), numpy.ones(classes, work.dtype)
    shares = numpy.full(m, 1.0 / m, work.dtype)
    H, dH, active = (numpy.empty((m, units), work.dtype) for _ in range(3))
    # Logits an example a column: so maximum and sum over the few classes run along whole rows.
    ZT, P = (numpy.empty((classes, m), work.dtype) for _ in range(2))
    ZT_flat, P_flat, columns, chosen = ZT.ravel(), P.ravel(), numpy.arange(m), numpy.empty(m, int)
    largest, sums, correct = (numpy.empty(m, work.dtype) for _ in range(3))
    width, W1T, HT, PT, dHT, b2_column = numpy.array(m), W1.T, H.T, P.T, dH.T, b2[:, None]
    largest_of: Any = maximum.reduce

    def step(X: Array, y: Array) -> float:
        X.dot(W1T, H)
        add(H, b1, H)
        maximum(H, zero, out=H)
        W2.dot(HT, ZT)
        add(ZT, b2_column, ZT)
        largest_of(ZT, 0, None, largest)
        subtract(ZT, largest, ZT)
        multiply(y, width, chosen)
        add(chosen, columns, chosen)
        ZT_flat.take(chosen, 0, correct, "clip")
        exp(ZT, P)
        class_ones.dot(P, sums)
        loss = log(sums).dot(shares) - correct.dot(shares)
        numpy.divide(share, sums, sums)
        multiply(P, sums, P)
        P_flat[chosen] -= share
        P.dot(H, gW2)
        P.dot(ones, gb2)
        PT.dot(W2, dH)
        sign(H, active)
        multiply(dH, active, dH)
        dHT.dot(X, gW1)
        ones.dot(dH, gb1)
        multiply(gradient, rate, scratch)
        subtract(theta, scratch, theta)
        return loss

    return Engine(step, p.read, p.write)


def _words(work: Work) -> Engine:
    p = _Folded(work)
    E, W, U = p.parameters
    _, gW, gU = p.gradients
    m, n_inputs, units, vocabulary = work.n_examples, *work.sizes
    dimensions, n_words = work.dimensions, work.sizes[0] // work.dimensions
    one, share = _constants(work.dtype, 1.0, 1.0 / m)
    # Examples are columns up to the hidden layer, so that the biases are part of the products; logits are rows again.
    X, dX = (numpy.empty((m, n_inputs), work.dtype) for _ in range(2))
    X_rows, dX_rows = X.reshape(m * n_words, dimensions), dX.reshape(m * n_words, dimensions)
    inputs, H = numpy.ones((n_inputs + 1, m), work.dtype), numpy.ones((units + 1, m), work.dtype)
    hidden, vectors, HT = H[:units], inputs[:n_inputs], H.T
    slope, dH = numpy.empty((units, m), work.dtype), numpy.empty((m, units + 1), work.dtype)
    Z = numpy.empty((m, vocabulary), work.dtype)
    scaled = numpy.empty((m, units + 1), work.dtype)
    Z_flat, starts, chosen = Z.ravel(), numpy.arange(m) * vocabulary, numpy.empty(m, int)
    largest, sums, correct = (numpy.empty(m, work.dtype) for _ in range(3))
    largest_column, sums_column, ones, shares = (
        largest[:, None], sums[:, None], numpy.ones(vocabulary, work.dtype), numpy.full(m, 1.0 / m, work.dtype))  # fmt: skip
    UT, ZT, dhidden, W_inputs, XT = U.T, Z.T, dH[:, :units].T, W[:, :n_inputs], X.T
    dZ1, inputsT = numpy.empty((units, m), work.dtype), inputs.T
    dZ1T, sums_of = dZ1.T, add.reduceat
    largest_of: Any = maximum.reduce
    # All parameters but E's, which learn row by row.
    start = E.size
    rest, gradient, scratch, rate = p.theta[start:], p.gradient[start:], p.scratch[start:], p.rate
    first = numpy.ones(m * n_words, bool)

    def step(words: Array, y: Array) -> float:
        flat_words = words.ravel()
        E.take(flat_words, 0, X_rows, "clip")
        copyto(vectors, XT)
        W.dot(inputs, hidden)
        tanh(hidden, hidden)
        HT.dot(UT, Z)
        largest_of(Z, 1, None, largest)
        subtract(Z, largest_column, Z)
        add(starts, y, chosen)
        Z_flat.take(chosen, 0, correct, "clip")
        exp(Z, Z)
        Z.dot(ones, sums)
        loss = log(sums).dot(shares) - correct.dot(shares)
        # The rows of Z stay exponentials: it is the much smaller factors of its products that are divided by the sums.
        Z_flat[chosen] -= sums
        numpy.divide(share, sums, sums)
        multiply(HT, sums_column, scaled)
        ZT.dot(scaled, gU)
        Z.dot(U, dH)
        multiply(dH, sums_column, dH)
        multiply(hidden, hidden, slope)
        subtract(one, slope, slope)
        multiply(dhidden, slope, dZ1)
        dZ1.dot(inputsT, gW)
        dZ1T.dot(W_inputs, dX)
        multiply(gradient, rate, scratch)
        subtract(rest, scratch, rest)
        # The gradients of a word that occurs repeatedly add up: sorted, they are neighbours.
        order = flat_words.argsort(kind="stable")
        rows = flat_words[order]
        numpy.not_equal(rows[1:], rows[:-1], first[1:])
        begins = first.nonzero()[0]
        d = sums_of(dX_rows.take(order, 0), begins, 0)
        multiply(d, rate, d)
        E[rows[begins]] -= d
        return loss

    return Engine(step, p.read, p.write)


_PROGRAMS: dict[str, Callable[[Work], Engine]] = {"hinge": _hinge, "xor": _xor, "digits": _digits, "words": _words}
_FOLDED_PROGRAMS: dict[str, Callable[[Work], Engine]] = {"hinge": _hinge_folded, "xor": _xor_folded}
