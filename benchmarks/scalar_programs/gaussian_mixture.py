"""The likelihood of a thousand points under a mixture of three normal densities."""

import numpy

from scalar_programs.work import Work, vector

N_PARTS = 3
LOG_ROOT_TAU = 0.9189385332046727


def scalars(m, theta, x):
    numbers = iter(theta)
    weights, means, log_spreads = (vector(numbers, N_PARTS) for _ in range(3))
    parts = []
    for weight, mean, log_spread in zip(weights, means, log_spreads, strict=True):
        distance = (x - mean) * m.exp(-log_spread)
        parts.append(weight - log_spread - 0.5 * distance * distance - LOG_ROOT_TAU)
    return m.logsumexp(weights) - m.logsumexp(parts)


def arrays(xp, theta, x):
    weights, means, log_spreads = theta.reshape((3, N_PARTS))
    distances = (x[..., None] - means) * xp.exp(-log_spreads)
    parts = weights - log_spreads - 0.5 * xp.square(distances) - LOG_ROOT_TAU
    return xp.logsumexp(weights) - xp.logsumexp(parts)


def make():
    def batch(m, seed):
        generator = numpy.random.default_rng(seed)
        part = generator.integers(0, 3, m)
        return (numpy.array([-2.0, 0.5, 3.0])[part] + numpy.array([0.5, 1.0, 0.7])[part] * generator.normal(size=m),)

    start = (0.1, -0.2, 0.3, -1.5, 0.2, 2.5, -0.3, 0.1, 0.2)
    return Work("gaussian_mixture", "mixture of three Gaussians, 1,000 points", scalars, start, batch, arrays, (1, 32, 256, 1000))
