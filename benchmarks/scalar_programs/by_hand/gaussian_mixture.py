"""The mixture of Gaussians by hand."""

import math

import numpy
from numba import njit

LOG_ROOT_TAU = 0.9189385332046727


@njit
def value_and_grad(theta, gradient, x):
    m, n = len(x), 3
    precision, offset, z, part = numpy.empty(n), numpy.empty(n), numpy.empty(n), numpy.empty(n)
    gradient[:] = 0.0
    largest = max(theta[0], theta[1], theta[2])
    whole = 0.0
    for j in range(n):
        whole += math.exp(theta[j] - largest)
        precision[j] = math.exp(-theta[6 + j])
        offset[j] = theta[j] - theta[6 + j] - LOG_ROOT_TAU
    loss = m * (largest + math.log(whole))
    for k in range(m):
        largest = -math.inf
        for j in range(n):
            z[j] = (x[k] - theta[3 + j]) * precision[j]
            part[j] = offset[j] - 0.5 * z[j] * z[j]
            largest = max(largest, part[j])
        density = 0.0
        for j in range(n):
            part[j] = math.exp(part[j] - largest)
            density += part[j]
        loss -= largest + math.log(density)
        for j in range(n):
            share = part[j] / density
            gradient[j] -= share
            gradient[3 + j] -= share * z[j] * precision[j]
            gradient[6 + j] -= share * (z[j] * z[j] - 1.0)
    largest = max(theta[0], theta[1], theta[2])
    for j in range(n):
        gradient[j] += m * math.exp(theta[j] - largest) / whole
    for j in range(3 * n):
        gradient[j] /= m
    return loss / m
