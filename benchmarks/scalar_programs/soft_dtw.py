"""Soft dynamic time warping between a series and a learned one (Cuturi & Blondel 2017)."""

import numpy

from scalar_programs.work import Scalar, Work

N_ROWS, N_COLUMNS = 12, 12
FAR = 1e8  # stands where no path is


def scalars(m, theta, series):
    template, softness = theta[:N_ROWS], m.exp(theta[N_ROWS])
    table: list[list[Scalar]] = []
    for i in range(N_ROWS):
        row: list[Scalar] = []
        for j in range(N_COLUMNS):
            cost = m.square(template[i] - series[j])
            before = []
            if i:
                before.append(table[i - 1][j])
            if j:
                before.append(row[j - 1])
            if i and j:
                before.append(table[i - 1][j - 1])
            if before:
                cost = cost - softness * m.logsumexp([-d / softness for d in before])
            row.append(cost)
        table.append(row)
    return table[-1][-1]


def arrays(xp, theta, series):
    """By diagonals, whose cells don't depend on each other."""
    template, softness = theta[:N_ROWS], xp.exp(theta[N_ROWS])
    rows, diagonals = numpy.arange(N_ROWS), numpy.arange(N_ROWS + N_COLUMNS - 1)
    columns = diagonals[:, None] - rows
    inside = (columns >= 0) & (columns < N_COLUMNS)
    costs = xp.square(template - series[..., columns.clip(0, N_COLUMNS - 1)])
    first = xp.where(xp.constant(rows == 0), costs[..., 0, :], FAR)

    def shifted(x):
        return xp.concatenate([xp.expanded(FAR, (*x.shape[:-1], 1)), x[..., :-1]])

    def step(state, cost, within):
        previous, one_earlier = state
        before = xp.stack([shifted(previous), previous, shifted(one_earlier)])
        now = cost - softness * xp.logsumexp(-before / softness)
        return xp.where(within, now, FAR), previous

    start = first, xp.expanded(FAR, first.shape)
    last, _ = xp.scan(step, start, (costs[..., 1:, :], 1), (xp.constant(inside[1:]), 1))
    return last[..., -1]


def make():
    template = numpy.sin(numpy.linspace(0, 5, N_ROWS)).tolist()

    def batch(m, seed):
        generator = numpy.random.default_rng(seed)
        times = numpy.cumsum(generator.uniform(0, 2, (m, N_COLUMNS)), 1) * 5 / N_COLUMNS
        return (numpy.sin(times) + 0.1 * generator.normal(size=(m, N_COLUMNS)),)

    title = f"soft dynamic time warping, {N_ROWS} × {N_COLUMNS}"
    return Work("soft_dtw", title, scalars, (*template, -0.7), batch, arrays)
