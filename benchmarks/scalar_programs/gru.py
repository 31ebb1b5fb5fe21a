"""Gated recurrent units that predict the next number of a series (Cho et al. 2014)."""

import numpy

from scalar_programs.work import Work, matrix, split, vector

N_STEPS, N_UNITS = 20, 8


def scalars(m, theta, x, target):
    numbers = iter(theta)
    gates = [(vector(numbers, N_UNITS), matrix(numbers, N_UNITS, N_UNITS), vector(numbers, N_UNITS)) for _ in range(3)]
    v, c = vector(numbers, N_UNITS), next(numbers)

    def affine(gate, x_t, h):
        return [w_k * x_t + m.dot(u, h) + b_k for w_k, u, b_k in zip(*gate, strict=True)]

    h = [0.0] * N_UNITS
    for x_t in x:
        r = [m.sigmoid(z_k) for z_k in affine(gates[0], x_t, h)]
        u = [m.sigmoid(z_k) for z_k in affine(gates[1], x_t, h)]
        n = [m.tanh(z_k) for z_k in affine(gates[2], x_t, [r_k * h_k for r_k, h_k in zip(r, h, strict=True)])]
        h = [u_k * h_k + (1.0 - u_k) * n_k for u_k, h_k, n_k in zip(u, h, n, strict=True)]
    return m.square(m.dot(v, h) + c - target)


def arrays(xp, theta, x, target):
    shapes = [(N_UNITS,), (N_UNITS, N_UNITS), (N_UNITS,)]
    *gates, v, c = split(theta, *shapes, *shapes, *shapes, (N_UNITS,), ())
    (w_r, U_r, b_r), (w_u, U_u, b_u), (w_n, U_n, b_n) = gates[:3], gates[3:6], gates[6:]

    def step(h, x_t):
        x_t = x_t[..., None]
        r = xp.sigmoid(w_r * x_t + h @ U_r.T + b_r)
        u = xp.sigmoid(w_u * x_t + h @ U_u.T + b_u)
        n = xp.tanh(w_n * x_t + (r * h) @ U_n.T + b_n)
        return u * h + (1.0 - u) * n

    h = xp.scan(step, xp.zeros(N_UNITS), (x, 0))
    return xp.square(h @ v + c - target)


def make():
    generator = numpy.random.default_rng(2)
    n = 3 * N_UNITS * (N_UNITS + 2) + N_UNITS + 1

    def batch(m, seed):
        generator = numpy.random.default_rng(seed)
        series = numpy.sin(generator.uniform(0, 6, (m, 1)) + generator.uniform(0.1, 0.5, (m, 1)) * numpy.arange(N_STEPS + 1))
        return series[:, :-1].copy(), series[:, -1].copy()

    title = f"gated recurrent units, {N_UNITS} units, {N_STEPS} steps"
    return Work("gru", title, scalars, tuple((0.4 * generator.normal(size=n)).tolist()), batch, arrays)
