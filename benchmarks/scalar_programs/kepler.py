"""The elements of an orbit found from positions; Kepler's equation is solved by Newton's method."""

import numpy

from scalar_programs.work import Work

N_ITERATIONS = 8


def scalars(m, theta, time, x_seen, y_seen):
    axis, eccentricity = m.exp(theta[0]), m.sigmoid(theta[1])
    mean_anomaly = theta[2] + time * m.exp(-1.5 * theta[0])
    anomaly = mean_anomaly + eccentricity * m.sin(mean_anomaly)
    for _ in range(N_ITERATIONS):
        error = anomaly - eccentricity * m.sin(anomaly) - mean_anomaly
        anomaly = anomaly - error / (1.0 - eccentricity * m.cos(anomaly))
    a = axis * (m.cos(anomaly) - eccentricity)
    b = axis * m.sqrt(1.0 - eccentricity * eccentricity) * m.sin(anomaly)
    cosine, sine = m.cos(theta[3]), m.sin(theta[3])
    return m.square(cosine * a - sine * b - x_seen) + m.square(sine * a + cosine * b - y_seen)


def make():
    def batch(m, seed):
        generator = numpy.random.default_rng(seed)
        return generator.uniform(0, 20, m), generator.normal(size=m), generator.normal(size=m)

    return Work("kepler", f"Kepler orbit, {N_ITERATIONS} iterations", scalars, (0.1, -0.8, 0.3, 0.5), batch)
