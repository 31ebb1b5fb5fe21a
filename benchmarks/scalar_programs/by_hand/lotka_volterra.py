"""Lotka-Volterra by hand: one loop forwards, which keeps the states, and one back."""

import numpy
from numba import njit

from scalar_programs.lotka_volterra import DT


@njit
def value_and_grad(theta, gradient, X, Y, seen):
    m, n = seen.shape[:2]
    xs, ys = numpy.empty(n + 1), numpy.empty(n + 1)
    a, b, c, d = theta[0], theta[1], theta[2], theta[3]
    g_a = g_b = g_c = g_d = loss = 0.0
    for k in range(m):
        x, y = X[k], Y[k]
        for t in range(n):
            xs[t], ys[t] = x, y
            met = x * y
            x, y = x + DT * (a * x - b * met), y + DT * (d * met - c * y)
            loss += (x - seen[k, t, 0]) ** 2 + (y - seen[k, t, 1]) ** 2
        xs[n], ys[n] = x, y
        dx = dy = 0.0
        for t in range(n - 1, -1, -1):
            dx += 2.0 * (xs[t + 1] - seen[k, t, 0])
            dy += 2.0 * (ys[t + 1] - seen[k, t, 1])
            x, y = xs[t], ys[t]
            sx, sy = DT * dx, DT * dy
            g_a += sx * x
            g_b -= sx * x * y
            g_d += sy * x * y
            g_c -= sy * y
            d_met = sy * d - sx * b
            dx, dy = dx + sx * a + d_met * y, dy - sy * c + d_met * x
    scale = 1.0 / (m * n)
    gradient[0], gradient[1], gradient[2], gradient[3] = g_a * scale, g_b * scale, g_c * scale, g_d * scale
    return loss * scale
