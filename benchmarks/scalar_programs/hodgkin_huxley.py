"""The action potential of a nerve (Hodgkin & Huxley 1952), by Euler's method."""

import numpy

from scalar_programs.work import Work

N_STEPS, DT = 120, 0.02


def _step(m, theta, state, current):
    g_sodium, g_potassium, g_leak, e_leak = theta[0], theta[1], theta[2], theta[3]
    v, a, b, n = state
    # Opening and closing rates of the three gates; v is in millivolts from rest.
    a_opens = 0.1 * (25.0 - v) / (m.exp((25.0 - v) * 0.1) - 1.0)
    a_closes = 4.0 * m.exp(v * (-1.0 / 18.0))
    b_opens = 0.07 * m.exp(v * -0.05)
    b_closes = 1.0 / (m.exp((30.0 - v) * 0.1) + 1.0)
    n_opens = 0.01 * (10.0 - v) / (m.exp((10.0 - v) * 0.1) - 1.0)
    n_closes = 0.125 * m.exp(v * (-1.0 / 80.0))
    sodium = g_sodium * a * a * a * b * (v - 115.0)
    potassium = g_potassium * m.square(m.square(n)) * (v + 12.0)
    leak = g_leak * (v - e_leak)
    return (
        v + DT * (current - sodium - potassium - leak),
        a + DT * (a_opens * (1.0 - a) - a_closes * a),
        b + DT * (b_opens * (1.0 - b) - b_closes * b),
        n + DT * (n_opens * (1.0 - n) - n_closes * n),
    )


def scalars(m, theta, v, current, seen):
    state = (v, 0.053, 0.596, 0.318)
    for _ in range(N_STEPS):
        state = _step(m, theta, state, current)
    return m.square(0.01 * (state[0] - seen))


def arrays(xp, theta, v, current, seen):
    state = xp.repeat(lambda state: _step(xp, theta, state, current), (v, 0.053, 0.596, 0.318), N_STEPS)
    return xp.square(0.01 * (state[0] - seen))


def make():
    def batch(m, seed):
        generator = numpy.random.default_rng(seed)
        return generator.uniform(-5, 5, m), generator.uniform(5, 20, m), generator.uniform(0, 100, m)

    return Work("hodgkin_huxley", f"Hodgkin-Huxley, {N_STEPS} steps", scalars, (120.0, 36.0, 0.3, 10.6), batch, arrays)
