"""A gyroscope's bias and scale, from rotations added up as quaternions."""

import numpy

from scalar_programs.work import Work

N_STEPS, DT = 30, 0.1


def _product(p, q):
    return (
        p[0] * q[0] - p[1] * q[1] - p[2] * q[2] - p[3] * q[3],
        p[0] * q[1] + p[1] * q[0] + p[2] * q[3] - p[3] * q[2],
        p[0] * q[2] - p[1] * q[3] + p[2] * q[0] + p[3] * q[1],
        p[0] * q[3] + p[1] * q[2] - p[2] * q[1] + p[3] * q[0],
    )


def _step(m, theta, q, rates):
    turn = [0.5 * DT * (theta[3 + k] * rates[k] - theta[k]) for k in range(3)]
    q = _product(q, (1.0, *turn))
    length = m.sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3])
    return tuple([q_k / length for q_k in q])


def _loss(m, q, down):
    conjugate = (q[0], -q[1], -q[2], -q[3])
    turned = _product(_product(conjugate, (0.0, 0.0, 0.0, -1.0)), q)
    return sum(m.square(turned[k + 1] - down[k]) for k in range(3))


def scalars(m, theta, rates, down):
    q = (1.0, 0.0, 0.0, 0.0)
    for rates_t in rates:
        q = _step(m, theta, q, rates_t)
    return _loss(m, q, down)


def arrays(xp, theta, rates, down):
    def step(q, rates_t):
        return _step(xp, theta, q, [rates_t[..., k] for k in range(3)])

    return _loss(xp, xp.scan(step, (1.0, 0.0, 0.0, 0.0), (rates, 1)), [down[..., k] for k in range(3)])


def make():
    def batch(m, seed):
        generator = numpy.random.default_rng(seed)
        down = generator.normal(size=(m, 3))
        return generator.normal(size=(m, N_STEPS, 3)), down / numpy.linalg.norm(down, axis=1, keepdims=True)

    start = (0.05, -0.02, 0.03, 1.05, 0.97, 1.01)
    return Work("gyroscope", f"gyroscope, {N_STEPS} quaternions", scalars, start, batch, arrays)
