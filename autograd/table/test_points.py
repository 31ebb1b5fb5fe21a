"""Points at which the rules of the table are tested: ordinary ones, tiny and huge ones, the tails, the edges of domains.

Each domain is a tuple of at least fifty floats (or of operand pairs).
"""

from __future__ import annotations

from collections.abc import Iterable

_MAGNITUDES = (
    1e-300, 1e-160, 1e-20, 1e-8, 1e-3, 0.01, 0.1, 0.25, 0.3, 0.5, 0.625, 0.7, 0.9, 0.999, 1.0, 1.001, 1.1, 1.5,
    2.0, 2.5, 3.0, 4.0, 5.0, 7.0, 10.0, 15.0, 20.0, 25.0, 30.0, 37.0, 40.0, 100.0, 300.0, 700.0,
)  # fmt: skip
_HUGE = (1e3, 1e8, 1e20, 1e160, 1e300)
_CLOSE_TO_ONE = (1 - 1e-15, 1 - 1e-9, 1 - 1e-5, 0.9999, 0.99, 0.95, 0.8, 0.6, 0.4, 0.35, 0.2, 0.05, 1e-4)


def _both_signs(magnitudes: Iterable[float]) -> tuple[float, ...]:
    kept = tuple(magnitudes)
    return tuple(-x for x in reversed(kept)) + (0.0,) + kept


MODERATE = _both_signs(_MAGNITUDES)
REAL = _both_signs(_MAGNITUDES + _HUGE)
NONZERO = tuple(x for x in REAL if x != 0.0)
POSITIVE = (5e-324, 1e-308, *_MAGNITUDES, *_CLOSE_TO_ONE, *_HUGE, 1.7e308)
NONNEGATIVE = (0.0, *POSITIVE)
ABOVE_MINUS_ONE = (*(-x for x in _CLOSE_TO_ONE), *(x for x in REAL if x > -1.0))
OPEN_UNIT = _both_signs(sorted({x for x in _MAGNITUDES if x < 1.0} | set(_CLOSE_TO_ONE)))
CLOSED_UNIT = (-1.0, *OPEN_UNIT, 1.0)
FROM_ONE = (
    1.0, *(1 + d for d in (1e-15, 1e-12, 1e-9, 1e-7, 1e-5, 1e-3, 0.02, 0.05)), *(x for x in _MAGNITUDES if x > 1.0),
    *_HUGE, *(1.0 + k / 8 for k in range(1, 26)),
)  # fmt: skip

_PARTNERS = (-700.0, -40.0, -3.0, -0.7, -1e-20, -1e-300, 1e-300, 1e-20, 0.3, 1.0, 2.5, 40.0, 700.0)
PAIRS = tuple((a, b) for a in _PARTNERS for b in _PARTNERS)
PAIRS_WITH_ZERO = (*PAIRS, *((0.0, b) for b in _PARTNERS), *((a, 0.0) for a in _PARTNERS), (0.0, 0.0))
DENOMINATORS = PAIRS + tuple((0.0, b) for b in _PARTNERS)
POWERS = (
    *((a, b) for a in (1e-300, 1e-20, 0.3, 1.0, 2.5, 40.0, 700.0) for b in (-1.0, -0.5, -1e-20, 0.0, 1e-300, 1e-20)),
    *((a, b) for a in (1e-300, 1e-20, 0.3, 1.0, 2.5, 40.0, 700.0) for b in (0.5, 1.0, 2.0)),
    *((a, b) for a in (0.3, 2.5) for b in (-40.0, 40.0, 700.0)), *((a, -3.0) for a in (1e-20, 0.3, 700.0)), (2.5, -700.0),
    *((0.0, b) for b in (0.0, 0.5, 1.0, 2.0, 3.5)),
)  # fmt: skip
POWERS_WITH_LOGARITHM = (*((a, b) for a, b in POWERS if a > 0.0), (0.0, 1.0), (0.0, 2.0), (0.0, 3.5))
NEGATIVE_BASES = tuple((-a, float(b)) for a in (1e-20, 0.3, 2.5, 40.0) for b in (-3, -2, -1, 1, 2, 3))
LOGARITHMS = (
    *((a, b) for a in _PARTNERS for b in (*(b for b in _PARTNERS if b > 0.0), 0.999, 1.001, 1e300)),
    (0.0, 0.0), (0.0, 1e-300), (0.0, 0.5), (0.0, 40.0),
)  # fmt: skip

SEQUENCES = (
    (3.0,), (1.0, 2.0), (2.0, 1.0), (0.0, 0.0, 0.0), (-1.5, 0.6, 3.2, -1.1), (1e-300, 2e-300), (40.0, -40.0, 0.5),
    (0.0, -40.0), (-700.0, 0.0, -700.0), (700.0, 699.0, -700.0), (1e6, 1e6), (-1e16, -1e16, -1e16), (1e300, 1e-300),
    (0.6, 1.1, -1.5, 1.2, 3.2, -1.1),
    *(tuple(0.37 * ((7 * k + 3 * j) % 11) - 1.7 for j in range(1 + k % 6)) for k in range(40)),
)  # fmt: skip
PARTNER_SEQUENCES = tuple(
    tuple(1.0 + 0.25 * ((5 * k + j) % 9) for j in range(len(sequence))) for k, sequence in enumerate(SEQUENCES)
)
PICKS = tuple((sequence, float(k % len(sequence))) for k, sequence in enumerate(SEQUENCES))
CHOICES = tuple(((float(k % 2), a, b),) for k, (a, b) in enumerate(PAIRS))
NEGATIVE = (-1e-300, -1e-20, -1.0, -40.0, -1e300)
