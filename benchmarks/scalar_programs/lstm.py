"""A long short-term memory that predicts each next symbol of a text (Hochreiter & Schmidhuber 1997)."""

from itertools import pairwise

import numpy

from scalar_programs.work import Work, matrix, split, vector

N_STEPS, N_SYMBOLS, N_UNITS = 15, 6, 8


def scalars(m, theta, text):
    numbers = iter(theta)
    # The product of a matrix and a one-hot vector is a column: a row of E for each symbol.
    gates = [(matrix(numbers, N_SYMBOLS, N_UNITS), matrix(numbers, N_UNITS, N_UNITS), vector(numbers, N_UNITS)) for _ in range(4)]
    V, c = matrix(numbers, N_SYMBOLS, N_UNITS), vector(numbers, N_SYMBOLS)

    def affine(gate, symbol, h):
        E, U, b = gate
        return [m.pick([row[k] for row in E], symbol) + m.dot(U[k], h) + b[k] for k in range(N_UNITS)]

    h, memory, loss = [0.0] * N_UNITS, [0.0] * N_UNITS, 0.0
    for symbol, following in pairwise(text):
        i, f, o = ([m.sigmoid(z) for z in affine(gate, symbol, h)] for gate in gates[:3])
        g = [m.tanh(z) for z in affine(gates[3], symbol, h)]
        memory = [f_k * c_k + i_k * g_k for f_k, c_k, i_k, g_k in zip(f, memory, i, g, strict=True)]
        h = [o_k * m.tanh(c_k) for o_k, c_k in zip(o, memory, strict=True)]
        z = [m.dot(v, h) + c_k for v, c_k in zip(V, c, strict=True)]
        loss = loss + m.logsumexp(z) - m.pick(z, following)
    return loss * (1.0 / N_STEPS)


def arrays(xp, theta, text):
    shapes = [(N_SYMBOLS, N_UNITS), (N_UNITS, N_UNITS), (N_UNITS,)]
    *gates, V, c = split(theta, *shapes, *shapes, *shapes, *shapes, (N_SYMBOLS, N_UNITS), (N_SYMBOLS,))
    E = xp.concatenate(gates[0::3], -1)
    U = xp.concatenate(gates[1::3], 0)
    b = xp.concatenate(gates[2::3], 0)

    def step(state, symbol, following):
        h, memory, loss = state
        a = xp.rows(E, symbol) + h @ U.T + b
        i, f, o = (xp.sigmoid(a[..., k * N_UNITS : (k + 1) * N_UNITS]) for k in range(3))
        memory = f * memory + i * xp.tanh(a[..., 3 * N_UNITS :])
        h = o * xp.tanh(memory)
        z = h @ V.T + c
        return h, memory, loss + xp.logsumexp(z) - xp.pick(z, following)

    start = xp.zeros(N_UNITS), xp.zeros(N_UNITS), xp.zeros()
    return xp.scan(step, start, (text[..., :-1], 0), (text[..., 1:], 0))[2] * (1.0 / N_STEPS)


def make():
    generator = numpy.random.default_rng(3)
    n = 4 * N_UNITS * (N_SYMBOLS + N_UNITS + 1) + N_SYMBOLS * (N_UNITS + 1)

    def batch(m, seed):
        return (numpy.random.default_rng(seed).integers(0, N_SYMBOLS, (m, N_STEPS + 1)),)

    title = f"long short-term memory, {N_UNITS} units, {N_STEPS} symbols"
    return Work("lstm", title, scalars, tuple((0.4 * generator.normal(size=n)).tolist()), batch, arrays)
