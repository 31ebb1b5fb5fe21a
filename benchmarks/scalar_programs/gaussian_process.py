"""The likelihood of a few points under a Gaussian process, by Cholesky's method (Rasmussen & Williams 2006, algorithm 2.1)."""

import numpy

from scalar_programs.work import Scalar, Work

N = 10
LOG_ROOT_TAU = 0.9189385332046727


def scalars(m, theta, x, y):
    length, strength, noise, slope = m.exp(theta[0]), m.exp(theta[1]), m.exp(theta[2]), theta[3]
    L: list[list[Scalar]] = []
    for i in range(N):
        row: list[Scalar] = []
        for j in range(i + 1):
            k = strength * m.exp(-0.5 * m.square((x[i] - x[j]) / length))
            if i == j:
                k = k + noise
            rest = k - sum(a * b for a, b in zip(row, L[j] if j < i else row, strict=False)) if j else k
            row.append(m.sqrt(rest) if i == j else rest / L[j][j])
        L.append(row)
    z: list[Scalar] = []
    loss = N * LOG_ROOT_TAU
    for i in range(N):
        rest = y[i] - slope * x[i]
        for j in range(i):
            rest = rest - L[i][j] * z[j]
        z.append(rest / L[i][i])
        loss = loss + 0.5 * m.square(z[i]) + m.log(L[i][i])
    return loss


def arrays(xp, theta, x, y):
    length, strength, noise, slope = xp.exp(theta[0]), xp.exp(theta[1]), xp.exp(theta[2]), theta[3]
    K = strength * xp.exp(-0.5 * xp.square((x[..., :, None] - x[..., None, :]) / length)) + noise * xp.constant(numpy.eye(N))
    L = xp.cholesky(K)
    z = xp.solve_lower(L, y - slope * x)
    diagonal = L[..., numpy.arange(N), numpy.arange(N)]
    return N * LOG_ROOT_TAU + 0.5 * xp.square(z).sum(-1) + xp.log(diagonal).sum(-1)


def make():
    def batch(m, seed):
        generator = numpy.random.default_rng(seed)
        x = numpy.sort(generator.uniform(0, 5, (m, N)), 1)
        return x, numpy.sin(x) + 0.1 * generator.normal(size=(m, N))

    return Work("gaussian_process", f"Gaussian process, {N} points", scalars, (0.1, 0.2, -2.0, 0.05), batch, arrays)
