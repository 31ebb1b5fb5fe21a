"""Thousands of operations at random on whatever was there before: no two stretches are alike."""

from random import Random

import numpy

from scalar_programs.work import Work

N_OPERATIONS, N_PARAMETERS, N_INPUTS = 3200, 40, 8


def scalars(m, theta, x):
    random = Random(27)
    values = [*theta, *x]
    # Every result is used by another, so that none is computed for nothing.
    unused = list(values)
    count = 0
    while count < N_OPERATIONS:
        a, b = unused.pop(random.randrange(len(unused))), random.choice(values[-200:])
        kind = random.random()
        if kind < 0.3:
            y, n = 0.7 * a + b, 2
        elif kind < 0.55:
            y, n = a * b, 1
        elif kind < 0.75:
            y, n = a - b * 0.6, 2
        elif kind < 0.85:
            y, n = a / (1.5 + m.square(b)), 3
        elif kind < 0.9:
            y, n = m.sqrt(1.0 + m.square(a)) - b, 4
        elif kind < 0.94:
            y, n = m.relu(a) + 0.1 * b, 3
        elif kind < 0.97:
            y, n = m.tanh(a), 1
        elif kind < 0.99:
            y, n = m.sin(a) + b * 0.3, 3
        else:
            y, n = m.exp(-m.square(a)), 3
        # Numbers that could grow without end are bent back.
        if random.random() < 0.12:
            y, n = y / (1.0 + m.square(y)), n + 3
        values.append(y)
        unused.append(y)
        count += n
    return m.square(sum(unused, 0.0) * 0.1)


def make():
    generator = numpy.random.default_rng(27)

    def batch(m, seed):
        return (numpy.random.default_rng(seed).uniform(-1, 1, (m, N_INPUTS)),)

    start = tuple(generator.uniform(-1, 1, N_PARAMETERS).tolist())
    return Work("straight_line", f"{N_OPERATIONS:,} operations at random", scalars, start, batch)
