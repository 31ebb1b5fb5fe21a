"""A conditional random field that tags a sequence (Lafferty, McCallum & Pereira 2001)."""

import numpy

from scalar_programs.work import Work, matrix, split

N_STEPS, N_TAGS, N_FEATURES = 12, 5, 6


def scalars(m, theta, x, tags):
    numbers = iter(theta)
    W, moves = matrix(numbers, N_TAGS, N_FEATURES), matrix(numbers, N_TAGS, N_TAGS)
    flat = [move for row in moves for move in row]
    scores = [[m.dot(w, x_t) for w in W] for x_t in x]
    gold = m.pick(scores[0], tags[0])
    for t in range(1, N_STEPS):
        gold = gold + m.pick(flat, N_TAGS * tags[t - 1] + tags[t]) + m.pick(scores[t], tags[t])
    alpha = scores[0]
    for score in scores[1:]:
        alpha = [m.logsumexp([alpha[j] + moves[j][k] for j in range(N_TAGS)]) + score[k] for k in range(N_TAGS)]
    return m.logsumexp(alpha) - gold


def arrays(xp, theta, x, tags):
    W, moves = split(theta, (N_TAGS, N_FEATURES), (N_TAGS, N_TAGS))
    scores = x @ W.T
    pairs = N_TAGS * tags[..., :-1] + tags[..., 1:]
    gold = xp.rows(moves.reshape((-1,)), pairs).sum(-1) + xp.pick_each(scores, tags).sum(-1)

    def step(alpha, score):
        return xp.logsumexp(alpha[..., :, None] + moves, -2) + score

    return xp.logsumexp(xp.scan(step, scores[..., 0, :], (scores[..., 1:, :], 1))) - gold


def make():
    generator = numpy.random.default_rng(5)
    n = N_TAGS * (N_FEATURES + N_TAGS)

    def batch(m, seed):
        generator = numpy.random.default_rng(seed)
        return generator.normal(size=(m, N_STEPS, N_FEATURES)), generator.integers(0, N_TAGS, (m, N_STEPS))

    title = f"conditional random field, {N_TAGS} tags, {N_STEPS} words"
    return Work("random_field", title, scalars, tuple((0.5 * generator.normal(size=n)).tolist()), batch, arrays)
