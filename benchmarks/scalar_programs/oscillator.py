"""A spring whose force has a cubic part (Duffing 1918), by leaps and turns (Verlet 1967)."""

import numpy

from scalar_programs.work import Work

N_STEPS, DT = 100, 0.05


def _force(theta, x):
    return -theta[0] * x - theta[1] * x * x * x


def _step(theta, x, v):
    half = v * (1.0 - theta[2]) + 0.5 * DT * _force(theta, x)
    x = x + DT * half
    return x, half + 0.5 * DT * _force(theta, x)


def scalars(m, theta, x, v, x_seen, v_seen):
    for _ in range(N_STEPS):
        x, v = _step(theta, x, v)
    return m.square(x - x_seen) + m.square(v - v_seen)


def arrays(xp, theta, x, v, x_seen, v_seen):
    x, v = xp.repeat(lambda state: _step(theta, *state), (x, v), N_STEPS)
    return xp.square(x - x_seen) + xp.square(v - v_seen)


def make():
    def batch(m, seed):
        return tuple(numpy.random.default_rng(seed).uniform(-1, 1, (4, m)).copy())

    return Work("oscillator", f"cubic oscillator, {N_STEPS} steps", scalars, (1.0, 0.5, 0.01), batch, arrays)
