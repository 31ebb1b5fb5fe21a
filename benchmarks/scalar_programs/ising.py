"""Couplings of an Ising model on a grid, by pseudo-likelihood (Besag 1975)."""

import numpy

from scalar_programs.work import Work, matrix, split

N = 6


def scalars(m, theta, spins):
    numbers = iter(theta)
    fields, across, down = matrix(numbers, N, N), matrix(numbers, N, N - 1), matrix(numbers, N - 1, N)
    loss = 0.0
    for i in range(N):
        for j in range(N):
            pull = fields[i][j]
            if j > 0:
                pull = pull + across[i][j - 1] * spins[i][j - 1]
            if j < N - 1:
                pull = pull + across[i][j] * spins[i][j + 1]
            if i > 0:
                pull = pull + down[i - 1][j] * spins[i - 1][j]
            if i < N - 1:
                pull = pull + down[i][j] * spins[i + 1][j]
            loss = loss + m.softplus(-2.0 * spins[i][j] * pull)
    return loss


def arrays(xp, theta, spins):
    fields, across, down = split(theta, (N, N), (N, N - 1), (N - 1, N))
    column, row = xp.zeros(*spins.shape[:-1], 1), xp.zeros(*spins.shape[:-2], 1, N)
    pull = fields + xp.concatenate([column, across * spins[..., :-1]]) + xp.concatenate([across * spins[..., 1:], column])
    pull = pull + xp.concatenate([row, down * spins[..., :-1, :]], -2) + xp.concatenate([down * spins[..., 1:, :], row], -2)
    return xp.softplus(-2.0 * spins * pull).sum((-2, -1))


def make():
    generator = numpy.random.default_rng(17)

    def batch(m, seed):
        return (numpy.where(numpy.random.default_rng(seed).random((m, N, N)) < 0.5, -1.0, 1.0),)

    start = tuple((0.4 * generator.normal(size=N * N + 2 * N * (N - 1))).tolist())
    return Work("ising", f"Ising model, {N} × {N} spins", scalars, start, batch, arrays)
