"""Ways to write a sum, a dot product and a product of matrices: in any order, as one node or as many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from random import Random

from index_patterns import Tensor

from autograd import Value, dot, mean, total

Product = Callable[[Sequence[Value], Sequence[Value | float]], Value]


def random_sum(draw: Random) -> tuple[str, Callable[[Sequence[Value]], Value]]:
    """A way to add up a sequence."""

    def as_tree(terms: Sequence[Value]) -> Value:
        half = len(terms) // 2
        return as_tree(terms[:half]) + as_tree(terms[half:]) if half else terms[0]

    ways: dict[str, Callable[[Sequence[Value]], Value]] = {
        "total(…)": lambda terms: total(terms),
        "sum(…)": lambda terms: sum(terms),  # type: ignore[dict-item, return-value]
        "a + b + …": lambda terms: reduce(lambda s, term: s + term, terms),
        "… + (b + a)": lambda terms: reduce(lambda s, term: term + s, terms),
        "a sum backwards": lambda terms: reduce(lambda s, term: s + term, terms[::-1]),
        "total backwards": lambda terms: total(terms[::-1]),
        "a sum by halves": as_tree,
        "a difference of minus": lambda terms: reduce(lambda s, term: s - -term, terms),
        "mean × length": lambda terms: mean(terms) * float(len(terms)),
        "dot with ones": lambda terms: dot(terms, [1.0] * len(terms)),
        "evens and odds apart": lambda terms: total([total(terms[k::2]) for k in (0, 1) if terms[k::2]]),
    }  # fmt: skip
    name = draw.choice(list(ways))
    return name, ways[name]


def random_product(draw: Random) -> tuple[str, Product]:
    """A way to write the product of two vectors."""
    sum_name, add_up = random_sum(draw)
    order = draw.random()

    def in_another_order(a: Sequence[Value], b: Sequence[Value | float]) -> Value:
        places = Random(order).sample(range(len(a)), len(a))
        return dot([a[k] for k in places], [b[k] for k in places])

    ways: dict[str, Product] = {
        "dot(a, b)": lambda a, b: dot(a, b),
        "dot(b, a)": lambda a, b: dot(b, a),
        "dot of tuples": lambda a, b: dot(tuple(a), tuple(b)),
        "dot backwards": lambda a, b: dot(a[::-1], b[::-1]),
        "dot in another order": in_another_order,
        f"a*b added by {sum_name}": lambda a, b: add_up([p * q for p, q in zip(a, b, strict=True)]),
        f"b*a added by {sum_name}": lambda a, b: add_up([q * p for p, q in zip(a, b, strict=True)]),
        "minus the dot with -b": lambda a, b: -dot(a, [-q for q in b]),
    }
    name = draw.choice(list(ways))
    return name, ways[name]


def transposed(matrix: Tensor) -> Tensor:
    return [list(column) for column in zip(*matrix, strict=True)]


def matrix_product(draw: Random, a: Tensor, b: Tensor) -> tuple[Tensor, str]:
    """A·B, in nested loops of any order."""
    rows, columns, inner = len(a), len(b[0]), len(b)
    if draw.random() < 0.4:
        order = draw.sample("ijk", 3)
        lengths = {"i": rows, "j": columns, "k": inner}
        c: dict[tuple[int, int], Value] = {}
        for first in range(lengths[order[0]]):
            for second in range(lengths[order[1]]):
                for third in range(lengths[order[2]]):
                    at = dict(zip(order, (first, second, third), strict=True))
                    i, j, k = at["i"], at["j"], at["k"]
                    term = a[i][k] * b[k][j]
                    c[i, j] = c[i, j] + term if (i, j) in c else term
        return [[c[i, j] for j in range(columns)] for i in range(rows)], f"loops {''.join(order)}"
    name, multiply = random_product(draw)
    turned = transposed(b)
    if draw.random() < 0.5:
        return [[multiply(row, column) for column in turned] for row in a], name
    return transposed([[multiply(row, column) for row in a] for column in turned]), f"{name}, column by column"
