"""Cameras and points found from where the points are seen: bundle adjustment (Triggs et al. 2000)."""

import numpy

from scalar_programs.work import Work, matrix

N_CAMERAS, N_POINTS = 4, 10


def _reprojection(m, camera, point, u, v):
    r1, r2, r3, t1, t2, t3, focal, bend = camera
    x, y, z = point
    # Rodrigues' formula for the rotation about r by its length.
    angle = m.sqrt(r1 * r1 + r2 * r2 + r3 * r3 + 1e-12)
    k1, k2, k3 = r1 / angle, r2 / angle, r3 / angle
    cosine, sine = m.cos(angle), m.sin(angle)
    along = (k1 * x + k2 * y + k3 * z) * (1.0 - cosine)
    a = x * cosine + (k2 * z - k3 * y) * sine + k1 * along + t1
    b = y * cosine + (k3 * x - k1 * z) * sine + k2 * along + t2
    c = z * cosine + (k1 * y - k2 * x) * sine + k3 * along + t3
    a, b = a / c, b / c
    scale = focal * (1.0 + bend * (a * a + b * b))
    return m.square(scale * a - u) + m.square(scale * b - v)


def scalars(m, theta, camera, point, u, v):
    numbers = iter(theta)
    cameras, points = matrix(numbers, N_CAMERAS, 8), matrix(numbers, N_POINTS, 3)
    of_camera = [m.pick([row[k] for row in cameras], camera) for k in range(8)]
    of_point = [m.pick([row[k] for row in points], point) for k in range(3)]
    return _reprojection(m, of_camera, of_point, u, v)


def arrays(xp, theta, camera, point, u, v):
    cameras, points = theta[: 8 * N_CAMERAS].reshape((N_CAMERAS, 8)), theta[8 * N_CAMERAS :].reshape((N_POINTS, 3))
    of_camera, of_point = xp.rows(cameras, camera), xp.rows(points, point)
    return _reprojection(xp, [of_camera[..., k] for k in range(8)], [of_point[..., k] for k in range(3)], u, v)


def make():
    generator = numpy.random.default_rng(13)
    cameras = numpy.concatenate(
        [
            0.2 * generator.normal(size=(N_CAMERAS, 5)),
            generator.uniform(4, 6, (N_CAMERAS, 1)),
            generator.uniform(0.8, 1.2, (N_CAMERAS, 1)),
            0.1 * generator.normal(size=(N_CAMERAS, 1)),
        ],
        1,
    )
    start = (*cameras.ravel().tolist(), *generator.normal(size=3 * N_POINTS).tolist())

    def batch(m, seed):
        generator = numpy.random.default_rng(seed)
        u, v = 0.3 * generator.normal(size=(2, m))
        return generator.integers(0, N_CAMERAS, m), generator.integers(0, N_POINTS, m), u, v

    title = f"bundle adjustment, {N_CAMERAS} cameras, {N_POINTS} points"
    return Work("bundle_adjustment", title, scalars, start, batch, arrays)
