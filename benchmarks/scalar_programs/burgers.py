"""A network that solves Burgers' equation uₜ + u·uₓ = ν·uₓₓ, with ν to be found too (Raissi, Perdikaris & Karniadakis 2019)."""

import numpy

from scalar_programs.work import Work, matrix, split, vector

N_UNITS = 10


def scalars(m, theta, x, t):
    numbers = iter(theta)
    W1, b1 = matrix(numbers, N_UNITS, 2), vector(numbers, N_UNITS)
    W2, b2 = matrix(numbers, N_UNITS, N_UNITS), vector(numbers, N_UNITS)
    w3, b3, viscosity = vector(numbers, N_UNITS), next(numbers), m.exp(next(numbers))
    x, t = m.variable(x), m.variable(t)
    h = [m.tanh(m.dot(w, [x, t]) + b) for w, b in zip(W1, b1, strict=True)]
    h = [m.tanh(m.dot(w, h) + b) for w, b in zip(W2, b2, strict=True)]
    u = m.dot(w3, h) + b3
    u_x, u_t = m.derivatives(u, [x, t])
    (u_xx,) = m.derivatives(u_x, [x])
    return m.square(u_t + u * u_x - viscosity * u_xx)


def arrays(xp, theta, x, t):
    shapes = (N_UNITS, 2), (N_UNITS,), (N_UNITS, N_UNITS), (N_UNITS,), (N_UNITS,), (), ()
    W1, b1, W2, b2, w3, b3, log_viscosity = split(theta, *shapes)

    def network(x, t):
        h = xp.tanh(xp.stack([x, t]) @ W1.T + b1)
        return xp.tanh(h @ W2.T + b2) @ w3 + b3

    def along_x(function, x):
        return xp.derivative(function, x)

    u, u_x = network(x, t), along_x(lambda x: network(x, t), x)
    u_xx = along_x(lambda x: along_x(lambda x: network(x, t), x), x)
    u_t = xp.derivative(lambda t: network(x, t), t)
    return xp.square(u_t + u * u_x - xp.exp(log_viscosity) * u_xx)


def make():
    generator = numpy.random.default_rng(8)
    n = N_UNITS * (2 + 1 + N_UNITS + 1 + 1) + 1

    def batch(m, seed):
        generator = numpy.random.default_rng(seed)
        return generator.uniform(-1, 1, m), generator.uniform(0, 1, m)

    start = (*(0.5 * generator.normal(size=n)).tolist(), -2.0)
    return Work("burgers", f"Burgers' equation, 2-{N_UNITS}-{N_UNITS}-1", scalars, start, batch, arrays)
