"""The likelihood of returns whose variance follows their past, GARCH(1, 1) (Bollerslev 1986)."""

import numpy

from scalar_programs.work import Work

N_STEPS = 100


def scalars(m, theta, returns):
    base, share, memory = m.exp(theta[0]), m.sigmoid(theta[1]), m.sigmoid(theta[2])
    variance, loss = m.exp(theta[3]), 0.0
    for r in returns:
        loss = loss + 0.5 * (m.log(variance) + r * r / variance)
        variance = base + memory * (share * r * r + (1.0 - share) * variance)
    return loss * (1.0 / N_STEPS)


def arrays(xp, theta, returns):
    base, share, memory = xp.exp(theta[0]), xp.sigmoid(theta[1]), xp.sigmoid(theta[2])

    def step(state, r):
        variance, loss = state
        loss = loss + 0.5 * (xp.log(variance) + r * r / variance)
        return base + memory * (share * r * r + (1.0 - share) * variance), loss

    return xp.scan(step, (xp.exp(theta[3]), 0.0), (returns, 0))[1] * (1.0 / N_STEPS)


def make():
    def batch(m, seed):
        generator = numpy.random.default_rng(seed)
        spread = numpy.exp(0.5 * numpy.sin(numpy.arange(N_STEPS) / 10.0 + generator.uniform(0, 6, (m, 1))))
        return (spread * generator.normal(size=(m, N_STEPS)),)

    return Work("garch", f"GARCH(1, 1), {N_STEPS} returns", scalars, (-1.5, -1.0, 1.5, 0.1), batch, arrays)
