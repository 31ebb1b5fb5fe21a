"""XOR 2-2-1 by hand."""

import math

from numba import njit


@njit
def value_and_grad(theta, gradient, X, Y):
    m = len(Y)
    gradient[:] = 0.0
    loss = 0.0
    for k in range(m):
        x0, x1, y = X[k, 0], X[k, 1], Y[k]
        h0 = math.tanh(theta[0] * x0 + theta[1] * x1 + theta[4])
        h1 = math.tanh(theta[2] * x0 + theta[3] * x1 + theta[5])
        o = math.tanh(theta[6] * h0 + theta[7] * h1 + theta[8])
        error = o - y
        loss += error * error
        d_z = 2.0 * error * (1.0 - o * o)
        d_0 = d_z * theta[6] * (1.0 - h0 * h0)
        d_1 = d_z * theta[7] * (1.0 - h1 * h1)
        gradient[0] += d_0 * x0
        gradient[1] += d_0 * x1
        gradient[2] += d_1 * x0
        gradient[3] += d_1 * x1
        gradient[4] += d_0
        gradient[5] += d_1
        gradient[6] += d_z * h0
        gradient[7] += d_z * h1
        gradient[8] += d_z
    for k in range(9):
        gradient[k] /= m
    return loss / m
