"""A network whose output is a mixture of normal densities (Bishop 1994)."""

import numpy

from scalar_programs.work import Work, matrix, split, vector

N_UNITS, N_PARTS = 12, 3
LOG_ROOT_TAU = 0.9189385332046727


def scalars(m, theta, x, y):
    numbers = iter(theta)
    w, b = vector(numbers, N_UNITS), vector(numbers, N_UNITS)
    V, c = matrix(numbers, 3 * N_PARTS, N_UNITS), vector(numbers, 3 * N_PARTS)
    h = [m.tanh(w_k * x + b_k) for w_k, b_k in zip(w, b, strict=True)]
    z = [m.dot(v, h) + c_k for v, c_k in zip(V, c, strict=True)]
    weights, means, log_spreads = z[:N_PARTS], z[N_PARTS : 2 * N_PARTS], z[2 * N_PARTS :]
    parts = []
    for weight, mean, log_spread in zip(weights, means, log_spreads, strict=True):
        distance = (y - mean) * m.exp(-log_spread)
        parts.append(weight - log_spread - 0.5 * distance * distance - LOG_ROOT_TAU)
    return m.logsumexp(weights) - m.logsumexp(parts)


def arrays(xp, theta, x, y):
    w, b, V, c = split(theta, (N_UNITS,), (N_UNITS,), (3 * N_PARTS, N_UNITS), (3 * N_PARTS,))
    z = xp.tanh(w * x[..., None] + b) @ V.T + c
    weights, means, log_spreads = z[..., :N_PARTS], z[..., N_PARTS : 2 * N_PARTS], z[..., 2 * N_PARTS :]
    distances = (y[..., None] - means) * xp.exp(-log_spreads)
    parts = weights - log_spreads - 0.5 * xp.square(distances) - LOG_ROOT_TAU
    return xp.logsumexp(weights) - xp.logsumexp(parts)


def make():
    generator = numpy.random.default_rng(10)
    n = N_UNITS * 2 + 3 * N_PARTS * (N_UNITS + 1)

    def batch(m, seed):
        generator = numpy.random.default_rng(seed)
        y = generator.uniform(-1, 1, m)
        return y + 0.6 * numpy.sin(4 * y) + 0.1 * generator.normal(size=m), y

    start = tuple((0.5 * generator.normal(size=n)).tolist())
    return Work("mixture_density", f"mixture density network, 1-{N_UNITS}-{3 * N_PARTS}", scalars, start, batch, arrays)
