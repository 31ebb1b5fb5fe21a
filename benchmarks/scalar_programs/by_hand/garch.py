"""GARCH(1, 1) by hand."""

import math

import numpy
from numba import njit


@njit
def value_and_grad(theta, gradient, returns):
    m, n = returns.shape
    base, share, memory = math.exp(theta[0]), 1.0 / (1.0 + math.exp(-theta[1])), 1.0 / (1.0 + math.exp(-theta[2]))
    first = math.exp(theta[3])
    variances = numpy.empty(n)
    d_base = d_share = d_memory = d_first = loss = 0.0
    for k in range(m):
        variance = first
        for t in range(n):
            variances[t] = variance
            square = returns[k, t] * returns[k, t]
            loss += 0.5 * (math.log(variance) + square / variance)
            variance = base + memory * (share * square + (1.0 - share) * variance)
        d = 0.0
        for t in range(n - 1, -1, -1):
            variance, square = variances[t], returns[k, t] * returns[k, t]
            d_base += d
            d_memory += d * (share * square + (1.0 - share) * variance)
            d_share += d * memory * (square - variance)
            d = d * memory * (1.0 - share) + 0.5 * (1.0 / variance - square / (variance * variance))
        d_first += d
    scale = 1.0 / (m * n)
    gradient[0] = d_base * base * scale
    gradient[1] = d_share * share * (1.0 - share) * scale
    gradient[2] = d_memory * memory * (1.0 - memory) * scale
    gradient[3] = d_first * first * scale
    return loss * scale
