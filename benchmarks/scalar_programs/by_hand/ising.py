"""The Ising model by hand."""

import math

from numba import njit

from scalar_programs.ising import N


@njit
def value_and_grad(theta, gradient, spins):
    m = len(spins)
    gradient[:] = 0.0
    across, down = N * N, N * N + N * (N - 1)
    loss = 0.0
    for k in range(m):
        s = spins[k]
        for i in range(N):
            for j in range(N):
                pull = theta[i * N + j]
                if j > 0:
                    pull += theta[across + i * (N - 1) + j - 1] * s[i, j - 1]
                if j < N - 1:
                    pull += theta[across + i * (N - 1) + j] * s[i, j + 1]
                if i > 0:
                    pull += theta[down + (i - 1) * N + j] * s[i - 1, j]
                if i < N - 1:
                    pull += theta[down + i * N + j] * s[i + 1, j]
                z = -2.0 * s[i, j] * pull
                small = math.exp(-abs(z))
                loss += max(z, 0.0) + math.log1p(small)
                slope = (1.0 if z >= 0.0 else small) / (1.0 + small)
                d = -2.0 * s[i, j] * slope
                gradient[i * N + j] += d
                if j > 0:
                    gradient[across + i * (N - 1) + j - 1] += d * s[i, j - 1]
                if j < N - 1:
                    gradient[across + i * (N - 1) + j] += d * s[i, j + 1]
                if i > 0:
                    gradient[down + (i - 1) * N + j] += d * s[i - 1, j]
                if i < N - 1:
                    gradient[down + i * N + j] += d * s[i + 1, j]
    for k in range(len(theta)):
        gradient[k] /= m
    return loss / m
