"""A soft decision tree, in which every example takes all paths in part (Frosst & Hinton 2017)."""

import numpy

from scalar_programs.work import Work, matrix, split, vector

DEPTH, N_FEATURES = 4, 5
N_CHOICES, N_LEAVES = 2**DEPTH - 1, 2**DEPTH


def scalars(m, theta, x, y):
    numbers = iter(theta)
    W, b, leaves = matrix(numbers, N_CHOICES, N_FEATURES), vector(numbers, N_CHOICES), vector(numbers, N_LEAVES)

    def below(node):
        if node >= N_CHOICES:
            return leaves[node - N_CHOICES]
        right = m.sigmoid(m.dot(W[node], x) + b[node])
        return right * below(2 * node + 2) + (1.0 - right) * below(2 * node + 1)

    return m.square(below(0) - y)


def arrays(xp, theta, x, y):
    W, b, values = split(theta, (N_CHOICES, N_FEATURES), (N_CHOICES,), (N_LEAVES,))
    right = xp.sigmoid(x @ W.T + b)
    for depth in reversed(range(DEPTH)):
        share = right[..., 2**depth - 1 : 2 ** (depth + 1) - 1]
        values = share * values[..., 1::2] + (1.0 - share) * values[..., 0::2]
    return xp.square(values[..., 0] - y)


def make():
    generator = numpy.random.default_rng(16)

    def batch(m, seed):
        x = numpy.random.default_rng(seed).normal(size=(m, N_FEATURES))
        return x, numpy.where(x[:, 0] > 0.3, x[:, 1], numpy.sin(x[:, 2]))

    start = tuple(generator.normal(size=N_CHOICES * (N_FEATURES + 1) + N_LEAVES).tolist())
    return Work("decision_tree", f"soft decision tree, depth {DEPTH}", scalars, start, batch, arrays)
