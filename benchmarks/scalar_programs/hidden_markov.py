"""The likelihood of a sequence under a hidden Markov model, by the forward algorithm in logarithms (Rabiner 1989)."""

import numpy

from scalar_programs.work import Work, matrix, split, vector

N_STEPS, N_STATES, N_SYMBOLS = 40, 4, 5


def scalars(m, theta, symbols):
    numbers = iter(theta)

    def normalized(logits):
        whole = m.logsumexp(logits)
        return [z - whole for z in logits]

    first = normalized(vector(numbers, N_STATES))
    moves = [normalized(row) for row in matrix(numbers, N_STATES, N_STATES)]
    emits = [normalized(row) for row in matrix(numbers, N_STATES, N_SYMBOLS)]
    alpha = [first[k] + m.pick(emits[k], symbols[0]) for k in range(N_STATES)]
    for symbol in symbols[1:]:
        alpha = [
            m.logsumexp([alpha[j] + moves[j][k] for j in range(N_STATES)]) + m.pick(emits[k], symbol) for k in range(N_STATES)
        ]
    return -m.logsumexp(alpha)


def arrays(xp, theta, symbols):
    first, moves, emits = split(theta, (N_STATES,), (N_STATES, N_STATES), (N_STATES, N_SYMBOLS))
    first, moves, emits = (z - xp.logsumexp(z, -1, keepdims=True) for z in (first, moves, emits))
    emits = emits.T

    def step(alpha, symbol):
        return xp.logsumexp(alpha[..., :, None] + moves, -2) + xp.rows(emits, symbol)

    return -xp.logsumexp(xp.scan(step, first + xp.rows(emits, symbols[..., 0]), (symbols[..., 1:], 0)))


def make():
    generator = numpy.random.default_rng(4)
    n = N_STATES * (1 + N_STATES + N_SYMBOLS)

    def batch(m, seed):
        return (numpy.random.default_rng(seed).integers(0, N_SYMBOLS, (m, N_STEPS)),)

    title = f"hidden Markov model, {N_STATES} states, {N_STEPS} symbols"
    return Work("hidden_markov", title, scalars, tuple(generator.normal(size=n).tolist()), batch, arrays)
