"""Predators and prey (Lotka 1920, Volterra 1926), by Euler's method, fitted to how many were seen at each step."""

from functools import partial

import numpy

from scalar_programs.work import Work

N_STEPS, DT = 200, 0.01


def _step(theta, x, y):
    a, b, c, d = theta[0], theta[1], theta[2], theta[3]
    met = x * y
    return x + DT * (a * x - b * met), y + DT * (d * met - c * y)


def scalars(m, theta, x, y, seen):
    loss = 0.0
    for x_seen, y_seen in seen:
        x, y = _step(theta, x, y)
        loss = loss + m.square(x - x_seen) + m.square(y - y_seen)
    return loss * (1.0 / len(seen))


def arrays(xp, theta, x, y, seen, n_steps):
    def step(state, seen_now):
        x, y, loss = state
        x, y = _step(theta, x, y)
        return x, y, loss + xp.square(x - seen_now[..., 0]) + xp.square(y - seen_now[..., 1])

    return xp.scan(step, (x, y, 0.0), (seen, 1))[2] * (1.0 / n_steps)


def make(n_steps=N_STEPS):
    def batch(m, seed):
        generator = numpy.random.default_rng(seed)
        x, y = generator.uniform(0.5, 2.0, (2, m))
        return x.copy(), y.copy(), generator.uniform(0.5, 2.0, (m, n_steps, 2))

    title = f"Lotka-Volterra, {n_steps:,} steps"
    return Work("lotka_volterra", title, scalars, (1.1, 0.4, 0.9, 0.3), batch, partial(arrays, n_steps=n_steps))
