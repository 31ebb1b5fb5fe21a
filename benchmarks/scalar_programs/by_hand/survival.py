"""Weibull regression by hand."""

import math

from numba import njit


@njit
def value_and_grad(theta, gradient, X, time, happened):
    m, n = X.shape
    gradient[:] = 0.0
    shape, loss = math.exp(theta[0]), 0.0
    for k in range(m):
        log_time = math.log(time[k])
        log_scale = theta[1]
        for j in range(n):
            log_scale += theta[2 + j] * X[k, j]
        z = shape * (log_time - log_scale)
        hazard = math.exp(z)
        loss += hazard - happened[k] * (theta[0] - log_time + z)
        d_z = hazard - happened[k]
        gradient[0] += d_z * z - happened[k]
        d_scale = -d_z * shape
        gradient[1] += d_scale
        for j in range(n):
            gradient[2 + j] += d_scale * X[k, j]
    for j in range(n + 2):
        gradient[j] /= m
    return loss / m
