"""A Kalman filter for position and velocity, of which positions are observed with noise (Kalman 1960)."""

import numpy

from scalar_programs.work import Work

N_STEPS, DT = 50, 0.1


def _step(m, theta, state, z):
    drift_variance, noise_variance = m.exp(theta[0]), m.exp(theta[1])
    x, v, p_xx, p_xv, p_vv, loss = state
    # One step ahead; a friction slows the velocity.
    x, v = x + DT * v, v * (1.0 - DT * theta[2])
    keep = 1.0 - DT * theta[2]
    p_xx = p_xx + DT * (2.0 * p_xv + DT * p_vv) + DT**3 / 3.0 * drift_variance
    p_xv = keep * (p_xv + DT * p_vv) + DT**2 / 2.0 * drift_variance
    p_vv = keep * keep * p_vv + DT * drift_variance
    # What the observation changes.
    s = p_xx + noise_variance
    error = z - x
    k_x, k_v = p_xx / s, p_xv / s
    loss = loss + 0.5 * (m.log(s) + error * error / s)
    return x + k_x * error, v + k_v * error, (1.0 - k_x) * p_xx, (1.0 - k_x) * p_xv, p_vv - k_v * p_xv, loss


def scalars(m, theta, observed):
    state = (0.0, theta[3], 1.0, 0.0, m.exp(theta[4]), 0.0)
    for z in observed:
        state = _step(m, theta, state, z)
    return state[-1] * (1.0 / N_STEPS)


def arrays(xp, theta, observed):
    start = (0.0, theta[3], 1.0, 0.0, xp.exp(theta[4]), 0.0)
    state = xp.scan(lambda state, z: _step(xp, theta, state, z), start, (observed, 0))
    return state[-1] * (1.0 / N_STEPS)


def make():
    def batch(m, seed):
        generator = numpy.random.default_rng(seed)
        velocity = numpy.cumsum(0.3 * generator.normal(size=(m, N_STEPS)), 1)
        return (numpy.cumsum(DT * velocity, 1) + 0.2 * generator.normal(size=(m, N_STEPS)),)

    return Work("kalman", f"Kalman filter, {N_STEPS} steps", scalars, (-0.5, -2.5, 0.1, 0.2, -1.0), batch, arrays)
