"""A damped, driven pendulum by the classical method of Runge and Kutta, seen ten times."""

import numpy

from scalar_programs.work import Work

N_SEEN, N_BETWEEN, DT = 10, 10, 0.02


def _slope(m, theta, angle, speed, push):
    return speed, push - theta[0] * m.sin(angle) - theta[1] * speed


def _step(m, theta, angle, speed, push):
    a1, s1 = _slope(m, theta, angle, speed, push)
    a2, s2 = _slope(m, theta, angle + 0.5 * DT * a1, speed + 0.5 * DT * s1, push)
    a3, s3 = _slope(m, theta, angle + 0.5 * DT * a2, speed + 0.5 * DT * s2, push)
    a4, s4 = _slope(m, theta, angle + DT * a3, speed + DT * s3, push)
    return angle + DT / 6.0 * (a1 + 2.0 * a2 + 2.0 * a3 + a4), speed + DT / 6.0 * (s1 + 2.0 * s2 + 2.0 * s3 + s4)


def scalars(m, theta, angle, push, seen):
    speed, loss = theta[2], 0.0
    for angle_seen in seen:
        for _ in range(N_BETWEEN):
            angle, speed = _step(m, theta, angle, speed, push)
        loss = loss + m.square(angle - angle_seen)
    return loss


def arrays(xp, theta, angle, push, seen):
    def until_seen(state, angle_seen):
        angle, speed, loss = state
        angle, speed = xp.repeat(lambda state: _step(xp, theta, state[0], state[1], push), (angle, speed), N_BETWEEN)
        return angle, speed, loss + xp.square(angle - angle_seen)

    return xp.scan(until_seen, (angle, theta[2], 0.0), (seen, 0))[2]


def make():
    def batch(m, seed):
        generator = numpy.random.default_rng(seed)
        return generator.uniform(-1, 1, m), generator.uniform(-1, 1, m), generator.normal(size=(m, N_SEEN))

    title = f"pendulum, Runge-Kutta, {N_SEEN * N_BETWEEN} steps"
    return Work("pendulum", title, scalars, (9.0, 0.3, 0.1), batch, arrays)
