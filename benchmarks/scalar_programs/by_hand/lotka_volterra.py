"""Lotka-Volterra by hand: one loop forwards, which keeps the states, and one back."""

import numpy
from numba import njit

from scalar_programs.lotka_volterra import DT, N_STEPS


@njit
def value_and_grad(theta, gradient, X, Y, X_seen, Y_seen):
    m = len(X)
    xs, ys = numpy.empty(N_STEPS), numpy.empty(N_STEPS)
    a, b, c, d = theta[0], theta[1], theta[2], theta[3]
    g_a = g_b = g_c = g_d = loss = 0.0
    for k in range(m):
        x, y = X[k], Y[k]
        for t in range(N_STEPS):
            xs[t], ys[t] = x, y
            met = x * y
            x, y = x + DT * (a * x - b * met), y + DT * (d * met - c * y)
        loss += (x - X_seen[k]) ** 2 + (y - Y_seen[k]) ** 2
        dx, dy = 2.0 * (x - X_seen[k]), 2.0 * (y - Y_seen[k])
        for t in range(N_STEPS - 1, -1, -1):
            x, y = xs[t], ys[t]
            sx, sy = DT * dx, DT * dy
            g_a += sx * x
            g_b -= sx * x * y
            g_d += sy * x * y
            g_c -= sy * y
            d_met = sy * d - sx * b
            dx, dy = dx + sx * a + d_met * y, dy - sy * c + d_met * x
    gradient[0], gradient[1], gradient[2], gradient[3] = g_a / m, g_b / m, g_c / m, g_d / m
    return loss / m
