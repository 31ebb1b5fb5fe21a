"""Times to an event, some cut off before it: Weibull regression."""

import numpy

from scalar_programs.work import Work

N = 4


def scalars(m, theta, x, time, happened):
    shape = m.exp(theta[0])
    log_scale = theta[1] + m.dot(theta[2:], x)
    z = shape * (m.log(time) - log_scale)
    return m.exp(z) - happened * (theta[0] - m.log(time) + z)


def arrays(xp, theta, x, time, happened):
    z = xp.exp(theta[0]) * (xp.log(time) - theta[1] - x @ theta[2:])
    return xp.exp(z) - happened * (theta[0] - xp.log(time) + z)


def make():
    def batch(m, seed):
        generator = numpy.random.default_rng(seed)
        x = generator.normal(size=(m, N))
        time = numpy.exp(0.3 * x[:, 0]) * generator.weibull(1.5, m) + 0.01
        return x, numpy.minimum(time, 1.5), (time < 1.5).astype(float)

    return Work("survival", f"Weibull regression, {N} covariates", scalars, (0.3, 0.1, 0.2, 0.1, -0.1, 0.05), batch, arrays)
