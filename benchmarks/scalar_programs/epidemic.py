"""An epidemic (Kermack & McKendrick 1927) fitted to the number of new cases each day."""

import numpy

from scalar_programs.work import Work

N_DAYS = 60


def _day(m, rates, state, seen):
    contact, recovery, reported = rates
    susceptible, infected, loss = state
    new = contact * susceptible * infected
    expected = 1000.0 * reported * new + 1e-3
    loss = loss + expected - seen * m.log(expected)
    return susceptible - new, infected + new - recovery * infected, loss


def _start(m, theta):
    first = m.exp(theta[3])
    return (m.exp(theta[0]), m.exp(theta[1]), m.sigmoid(theta[2])), (1.0 - first, first, 0.0)


def scalars(m, theta, cases):
    rates, state = _start(m, theta)
    for seen in cases:
        state = _day(m, rates, state, seen)
    return state[2] * (1.0 / N_DAYS)


def arrays(xp, theta, cases):
    rates, state = _start(xp, theta)
    return xp.scan(lambda state, seen: _day(xp, rates, state, seen), state, (cases, 0))[2] * (1.0 / N_DAYS)


def make():
    def batch(m, seed):
        generator = numpy.random.default_rng(seed)
        day = numpy.arange(N_DAYS)
        return (generator.poisson(20.0 * numpy.exp(-0.5 * ((day - generator.uniform(20, 40, (m, 1))) / 8.0) ** 2)).astype(float),)

    return Work("epidemic", f"epidemic, {N_DAYS} days", scalars, (-1.0, -2.0, 0.5, -5.0), batch, arrays)
