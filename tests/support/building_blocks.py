"""Building blocks of random programs: each takes tensors of a pool and gives another one, and says in words what it did."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from itertools import accumulate, product
from math import prod
from random import Random

from index_patterns import LARGEST, Shape, Tensor, flat, nested, random_pattern, shape_of, spread, taken
from sums_and_products import matrix_product, random_product, random_sum, transposed

from autograd import (
    Value,
    argmax,
    argmin,
    atan2,
    functions,
    grad,
    hypot,
    logaddexp,
    logsumexp,
    maximum,
    minimum,
    pick,
    relu,
    sigmoid,
    softmax,
    square,
    tanh,
    where,
)
from autograd.engine.operands import as_operand

SMOOTH = ("tanh", "sigmoid", "sin", "cos", "atan", "softplus", "gelu", "silu", "softsign", "erf", "asinh", "square")
KINKED = ("relu", "abs")
CONSTANTS = (0.5, 2.0, -1.0, 3.0, 1.0, -0.25, 0.7, 0.0)


class Pool:
    """The tensors that a program has made so far, with their names, and the integers among its inputs."""

    def __init__(self, tensors: dict[str, Tensor], indices: Sequence[tuple[str, Value, int]]) -> None:
        self.tensors = dict(tensors)
        self.indices = list(indices)

    def any(self, draw: Random, ranks: Sequence[int] = (0, 1, 2)) -> tuple[str, Tensor]:
        """One of them, of some ranks: more often one of the last."""
        names = [name for name, tensor in self.tensors.items() if len(shape_of(tensor)) in ranks]
        if not names:
            return self.shaped(draw, (draw.randint(1, 3),) * ranks[-1])
        name = draw.choice(names[-3:] if draw.random() < 0.6 else names)
        return name, self.tensors[name]

    def matrix(self, draw: Random) -> tuple[str, Tensor]:
        return self.any(draw, (2,))

    def vector(self, draw: Random) -> tuple[str, Tensor]:
        return self.any(draw, (1,))

    def shaped(self, draw: Random, shape: Shape, beside: str = "") -> tuple[str, Tensor]:
        """One of a shape, of another name; where there is none, elements of any, in order or not."""
        names = [name for name, tensor in self.tensors.items() if shape_of(tensor) == shape and name != beside]
        if names and draw.random() < 0.8:
            name = draw.choice(names)
            return name, self.tensors[name]
        name = draw.choice(list(self.tensors))
        size, start, step = len(flat(self.tensors[name])), draw.randrange(3), draw.choice([1, 1, 1, 2, -1])
        indices = nested([(start + step * place) % size for place in range(prod(shape))], shape)
        return f"{name}.flat[({start} + {step}*k) % {size}] as {shape}", taken(self.tensors[name], indices)

    def scalar(self, draw: Random) -> tuple[str, Value]:
        return self.shaped(draw, ())


Block = Callable[[Random, Pool], tuple[Tensor, str]]


# ------------------------------------------------------------------------------------------------ the blocks


def rearranged(draw: Random, pool: Pool) -> tuple[Tensor, str]:
    name, tensor = pool.any(draw, (1, 2))
    pattern, indices = random_pattern(draw, shape_of(tensor))
    return taken(tensor, indices), f"{name}, {pattern}"


def with_itself_rearranged(draw: Random, pool: Pool) -> tuple[Tensor, str]:
    """W + Wᵀ and its like: elements in several roles."""
    name, tensor = pool.any(draw, (1, 2))
    pattern, indices = random_pattern(draw, shape_of(tensor))
    one = taken(tensor, indices)
    other_pattern, elements = "the same in order", flat(tensor)
    if len(elements) < len(flat(one)) or draw.random() < 0.4:
        other_pattern, indices = random_pattern(draw, shape_of(tensor))
        elements = flat(taken(tensor, indices))
    pairs = [(a, elements[k % len(elements)]) for k, a in enumerate(flat(one))]
    combine, words = _binary(draw)
    return nested([combine(a, b) for a, b in pairs], shape_of(one)), f"{words} of {name}, {pattern}, and {other_pattern}"


def interleaved(draw: Random, pool: Pool) -> tuple[Tensor, str]:
    name, u = pool.vector(draw)
    other, v = pool.shaped(draw, shape_of(u), beside=name)
    if draw.random() < 0.5:
        function = draw.choice([tanh, lambda one: 1.0 * one, square, functions.sin])
        u, v = [function(one) for one in u], [function(one) for one in v]
        name = f"a function of {name}"
    kind = draw.choice([0, 0, 1, 2, 3])
    if kind == 0:
        return [one for pair in zip(u, v, strict=True) for one in pair], f"{name} and {other} interleaved"
    if kind == 1:
        return [[a, b] for a, b in zip(u, v, strict=True)], f"{name} and {other} as columns"
    if kind == 2:
        return [list(u), list(v)], f"{name} and {other} as rows"
    return [one for pair in zip(v[::-1], u, strict=True) for one in pair], f"{other} backwards and {name} interleaved"


def joined(draw: Random, pool: Pool) -> tuple[Tensor, str]:
    name, a = pool.any(draw, (1, 2))
    other, b = pool.any(draw, (1, 2))
    constant = draw.choice(CONSTANTS)
    if len(shape_of(a)) == 2 and len(shape_of(b)) == 2:
        rows = [[*p, *q] for p, q in zip(a, b, strict=False)]
        return rows, f"{name} beside {other}"
    if len(shape_of(a)) == 2:
        filler = [b[k % len(b)] for k in range(len(a[0]))] if draw.random() < 0.7 else [constant] * len(a[0])
        return [*a, filler] if draw.random() < 0.5 else [filler, *a], f"{name} with a row of {other} or of {constant}"
    kind = draw.randrange(3)
    if kind == 0:
        return [constant, *a], f"{constant} before {name}"
    return [*a, *flat(b)], f"{name}, then {other}"


def mapped(draw: Random, pool: Pool) -> tuple[Tensor, str]:
    name, tensor = pool.any(draw)
    function = draw.choice(SMOOTH if draw.random() < 0.8 else KINKED)
    scale = draw.choice(CONSTANTS[:-1])
    apply = getattr(functions, function)
    kind = draw.randrange(4)
    if kind == 0:
        return nested([apply(one) for one in flat(tensor)], shape_of(tensor)), f"{function}({name})"
    if kind == 3:
        return nested([scale * one for one in flat(tensor)], shape_of(tensor)), f"{scale} {name}"
    if kind == 1:
        return nested([apply(scale * one) for one in flat(tensor)], shape_of(tensor)), f"{function}({scale} {name})"
    return nested([apply(one + scale) for one in flat(tensor)], shape_of(tensor)), f"{function}({name} + {scale})"


def _binary(draw: Random) -> tuple[Callable[[Value, Value], Value], str]:
    ways: dict[str, Callable[[Value, Value], Value]] = {
        "a + b": lambda a, b: a + b,
        "a - b": lambda a, b: a - b,
        "a * b": lambda a, b: a * b,
        "tanh(a + b)": lambda a, b: tanh(a + b),
        "tanh(a) * b": lambda a, b: tanh(a) * b,
        "a / (b² + 1)": lambda a, b: a / (square(b) + 1.0),
        "(a - b)²": lambda a, b: (a - b) ** 2,
        "a where a < b, else 2b": lambda a, b: where(a < b, a, 2.0 * b),
        "b² where a > 0, else a": lambda a, b: where(as_operand(a) > 0.0, square(b), a),
        "maximum": lambda a, b: maximum(a, b),
        "minimum": lambda a, b: minimum(a, b),
        "(a ≥ b) b": lambda a, b: (a >= b) * b,
        "hypot(a, b² + 1)": lambda a, b: hypot(a, square(b) + 1.0),
        "atan2(a, b² + 1)": lambda a, b: atan2(a, square(b) + 1.0),
        "logaddexp": lambda a, b: logaddexp(a, b),
        "sin(a b)": lambda a, b: functions.sin(a * b),
        "a b + b a": lambda a, b: a * b + b * a,
    }  # fmt: skip
    name = draw.choice(list(ways)[:3] if draw.random() < 0.4 else list(ways))
    return ways[name], name


def broadcast(draw: Random, pool: Pool) -> tuple[Tensor, str]:
    """Two tensors in one operation, one of them repeated along some axes."""
    name, a = pool.any(draw)
    shape = shape_of(a)
    partners: list[Shape] = [shape, shape, (), (), shape[:-1] + (1,) * bool(shape), shape[-1:], (1,) * len(shape)]
    if len(shape) == 1:
        partners += [(draw.randint(1, 3), 1), (draw.randint(1, 3), *shape), (len(a), 1)]
    if len(shape) == 2 and shape[0] == 1:
        partners.append((draw.randint(1, 3), 1))
    partner = draw.choice(partners)
    combine, words = _binary(draw)
    if draw.random() < 0.2:
        other, b = "constants", nested([draw.choice(CONSTANTS) + 0.1 * k for k in range(prod(partner))], partner)
    else:
        other, b = pool.shaped(draw, partner)
    rank = max(len(shape), len(partner))
    padded = [(1,) * (rank - len(one)) + one for one in (shape, partner)]
    result = tuple([max(p, q) for p, q in zip(*padded, strict=True)])
    pairs = list(zip(spread(a, result), spread(b, result), strict=True))
    if draw.random() < 0.5:
        pairs = [(q, p) for p, q in pairs]
        words += " exchanged"
    return nested([combine(p, q) for p, q in pairs], result), f"{words} of {name} {shape} and {other} {partner}"


def reduced(draw: Random, pool: Pool) -> tuple[Tensor, str]:
    """A sum, a product or an extreme along an axis, or of everything."""
    name, a = pool.any(draw, (1, 2))
    axis = draw.choice(["rows", "columns", "everything"]) if len(shape_of(a)) == 2 else "everything"
    lines = {"rows": lambda: a, "columns": lambda: transposed(a), "everything": lambda: [flat(a)]}[axis]()
    sum_name, add_up = random_sum(draw)
    order = draw.random()
    ways: dict[str, Callable[[Sequence[Value]], Value]] = {
        sum_name: add_up,
        f"{sum_name} in another order": lambda terms: add_up(Random(order).sample(list(terms), len(terms))),
        f"{sum_name} of squares": lambda terms: add_up([one * one for one in terms]),
        "maximum": lambda terms: maximum(terms),
        "minimum": lambda terms: minimum(terms),
        "logsumexp": lambda terms: logsumexp(terms),
        "the product": lambda terms: reduce(lambda p, one: p * one, terms),
        "the place of the largest": lambda terms: argmax(terms) * 0.3,
        "the place of the smallest": lambda terms: argmin(terms) * terms[0],
    }
    way = draw.choice([sum_name] * 4 + list(ways))
    results = [ways[way](line) for line in lines]
    return results[0] if axis == "everything" else results, f"{way} over the elements of {axis} of {name}"


def normalized(draw: Random, pool: Pool) -> tuple[Tensor, str]:
    """Softmax along an axis."""
    name, a = pool.any(draw, (1, 2))
    if len(shape_of(a)) == 1:
        return softmax(a), f"softmax of {name}"
    if draw.random() < 0.5:
        return [softmax(row) for row in a], f"softmax of the rows of {name}"
    return transposed([softmax(column) for column in transposed(a)]), f"softmax of the columns of {name}"


def products(draw: Random, pool: Pool) -> tuple[Tensor, str]:
    """Products of matrices and vectors."""
    kind = draw.randrange(8)
    name, a = pool.matrix(draw)
    rows, columns = shape_of(a)
    if kind == 0:
        other, b = pool.shaped(draw, (columns, draw.randint(1, 3)))
        c, words = matrix_product(draw, a, b)
        return c, f"{name}·{other} ({words})"
    if kind == 1:
        c, words = matrix_product(draw, a, transposed(a)) if rows * rows <= LARGEST else (a, "itself")
        return c, f"{name}·{name}ᵀ ({words})"
    if kind == 2:
        c, words = matrix_product(draw, transposed(a), a) if columns * columns <= LARGEST else (a, "itself")
        return c, f"{name}ᵀ·{name} ({words})"
    if kind == 3:
        other, b = pool.shaped(draw, (draw.randint(1, 3), columns))
        c, words = matrix_product(draw, a, transposed(b))
        return c, f"{name}·{other}ᵀ ({words})"
    words, multiply = random_product(draw)
    if kind == 4:
        other, x = pool.shaped(draw, (columns,))
        return [multiply(row, x) for row in a], f"{name}·{other} ({words})"
    if kind == 5:
        other, x = pool.shaped(draw, (rows,))
        return [multiply(x, column) for column in transposed(a)], f"{other}·{name} ({words})"
    if kind == 6:
        left, x = pool.shaped(draw, (rows,))
        right, y = (left, x) if rows == columns and draw.random() < 0.6 else pool.shaped(draw, (columns,))
        _, add_up = random_sum(draw)
        terms = [a[i][j] * x[i] * y[j] for i in range(rows) for j in range(columns)]
        if draw.random() < 0.5:
            return add_up(terms), f"{left}·{name}·{right} as a double sum"
        return multiply(x, [multiply(row, y) for row in a]), f"{left}·({name}·{right}) ({words})"
    left, x = pool.vector(draw)
    right, y = pool.vector(draw)
    y = y[: max(1, LARGEST // len(x))]
    return [[p * q for q in y] for p in x], f"the outer product of {left} and {right}"


def sandwiched(draw: Random, pool: Pool) -> tuple[Tensor, str]:
    """There and back through one matrix: Wᵀ f(W x)."""
    name, w = pool.matrix(draw)
    other, x = pool.shaped(draw, (len(w[0]),))
    words, multiply = random_product(draw)
    back, multiply_back = random_product(draw)
    f = draw.choice([tanh, sigmoid, square, relu, lambda z: z])
    h = [f(multiply(row, x)) for row in w]
    return [multiply_back(column, h) for column in transposed(w)], f"{name}ᵀ·f({name}·{other}) ({words}; {back})"


def recurrence(draw: Random, pool: Pool) -> tuple[Tensor, str]:
    """A state that is carried along a sequence."""
    kind = draw.randrange(7)
    name, xs = pool.vector(draw)
    if draw.random() < 0.3:
        name, xs = f"{name} backwards", xs[::-1]
    w_name, w = pool.scalar(draw)
    u_name, u = pool.scalar(draw)
    if kind == 0:
        states = list(accumulate(xs, lambda h, x: tanh(w * h + u * x)))
        words = f"h = tanh({w_name} h + {u_name} x)"
    elif kind == 1:
        states = list(accumulate(xs, lambda y, x: w * y + x))
        words = f"y = {w_name} y + x"
    elif kind == 2:
        states, words = list(accumulate(xs)), "running sums"
    elif kind == 3:
        states, words = list(accumulate(xs, lambda p, x: p * x)), "running products"
    elif kind == 4:
        states, words = list(accumulate(xs, lambda s, x: maximum(s, x))), "running maxima"
    elif kind == 5:
        h: Value = u
        states = []
        for x in xs:
            gate = sigmoid(w * x)
            h = gate * h + (1.0 - gate) * x
            states.append(h)
        words = f"a gated state from {u_name}, gate σ({w_name} x)"
    else:
        return _recurrence_of_vectors(draw, pool)
    if draw.random() < 0.3:
        return states[-1], f"the last of {words} along {name}"
    return states, f"{words} along {name}"


def _recurrence_of_vectors(draw: Random, pool: Pool) -> tuple[Tensor, str]:
    name, xs = pool.matrix(draw)
    n = draw.randint(1, 3)
    u_name, u = pool.shaped(draw, (n, len(xs[0])))
    w_name, w = pool.shaped(draw, (n, n))
    start, h = pool.shaped(draw, (n,))
    words, multiply = random_product(draw)
    states = []
    for x in xs:
        h = [tanh(multiply(v, h) + multiply(row, x)) for v, row in zip(w, u, strict=True)]
        states.append(h)
    described = f"h = tanh({w_name}·h + {u_name}·x) along the rows of {name} from {start} ({words})"
    return (h, f"the last {described}") if draw.random() < 0.4 else (states, described)


def looked_up(draw: Random, pool: Pool) -> tuple[Tensor, str]:
    """Elements, rows or columns that an index chooses: an input, or the place of an extreme."""
    name, table = pool.any(draw, (1, 2))
    rows = table if len(shape_of(table)) == 2 else [[one] for one in table]

    def index_below(length: int) -> tuple[str, Value]:
        fitting = [(index_name, index) for index_name, index, limit in pool.indices if limit <= length]
        if fitting and draw.random() < 0.8:
            return draw.choice(fitting)
        other, among = pool.shaped(draw, (draw.randint(1, length),))
        return f"argmax({other})", argmax(among)

    kind = draw.randrange(5)
    if kind >= 3:
        order = draw.sample(range(len(rows)), len(rows)) if draw.random() < 0.7 else [0, *range(len(rows))]
        own = [index_below(len(rows[0]))[1] for _ in order]
        elements = [pick(rows[place], index) for place, index in zip(order, own, strict=True)]
        if kind == 4:
            # The same index into rows of another length.
            wider = [[*rows[place], one] for place, one in zip(order, elements, strict=True)]
            elements += [pick(row, index) for row, index in zip(wider, own, strict=True)]
        return elements, f"of the rows {order} of {name} each an element of its own{', and of longer ones' * (kind == 4)}"
    if kind == 0:
        words, index = index_below(len(rows))
        return [pick(column, index) for column in transposed(rows)], f"row {words} of {name}"
    if kind == 1:
        words, index = index_below(len(rows[0]))
        return [pick(row, index) for row in rows], f"element {words} of each row of {name}"
    words, index = index_below(len(rows))
    other_words, other = index_below(len(rows))
    columns = transposed(rows)
    found = [[pick(column, one) for column in columns] for one in (index, other)]
    return found, f"rows {words} and {other_words} of {name}"


def chosen(draw: Random, pool: Pool) -> tuple[Tensor, str]:
    """One of three for each element, or extremes of several tensors."""
    name, a = pool.any(draw)
    shape = shape_of(a)
    (b_name, b), (c_name, c) = pool.shaped(draw, shape), pool.shaped(draw, shape)
    ways: dict[str, Callable[[Value, Value, Value], Value]] = {
        "a where a < b, else c": lambda a, b, c: where(a < b, a, c),
        "b where c > 0, else a": lambda a, b, c: where(c > 0.0, b, a),
        "the largest": lambda a, b, c: maximum(a, b, c),
        "the smallest": lambda a, b, c: minimum(a, b, c),
        "c at the place of the largest": lambda a, b, c: pick([a, c, b], argmax([a, b, c])),
        "relu(a) + relu(b) c": lambda a, b, c: relu(a) + relu(b) * c,
    }
    way = draw.choice(list(ways))
    result = nested([ways[way](*three) for three in zip(flat(a), flat(b), flat(c), strict=True)], shape)
    return result, f"{way} of {name}, {b_name}, {c_name}"


def attention(draw: Random, pool: Pool) -> tuple[Tensor, str]:
    name, q = pool.matrix(draw)
    n = draw.randint(1, 3)
    (k_name, k), (v_name, v) = pool.shaped(draw, (n, len(q[0]))), pool.shaped(draw, (n, draw.randint(1, 3)))
    scores, words = matrix_product(draw, q, transposed(k))
    shares = [softmax([one * 0.7 for one in row]) for row in scores]
    result, last = matrix_product(draw, shares, v)
    return result, f"attention of {name} to {k_name} with {v_name} ({words}; {last})"


def inner_derivative(draw: Random, pool: Pool) -> tuple[Tensor, str]:
    """The gradient of a scalar function of a tensor with respect to it, or to what went into it."""
    name, a = pool.any(draw, (1, 2))
    other, b = pool.shaped(draw, shape_of(a))
    combine, words = _binary(draw)
    _, add_up = random_sum(draw)
    function = draw.choice(["tanh", "square", "sin", "softplus"])
    inner = add_up([getattr(functions, function)(combine(p, q)) for p, q in zip(flat(a), flat(b), strict=True)])
    wanted_name, wanted = draw.choice([(name, a), (other, b), pool.any(draw, (1, 2))])
    derivatives = grad(inner, flat(wanted), create_graph=True)
    return nested(derivatives, shape_of(wanted)), f"∂/∂{wanted_name} of the sum of {function}({words} of {name}, {other})"


def stencil(draw: Random, pool: Pool) -> tuple[Tensor, str]:
    """Differences and weighted sums of neighbours."""
    name, a = pool.vector(draw)
    n = len(a)
    kind = draw.randrange(3)
    if kind == 0 and n > 1:
        return [a[k + 1] - a[k] for k in range(n - 1)], f"differences of neighbours of {name}"
    if kind == 1:
        return [a[k] * a[(k + 1) % n] - a[k - 1] for k in range(n)], f"a ring of neighbours of {name}"
    length = draw.randint(1, n)
    other, w = pool.shaped(draw, (length,))
    words, multiply = random_product(draw)
    backwards = w[::-1] if draw.random() < 0.5 else w
    return [multiply(backwards, a[k : k + length]) for k in range(n - length + 1)], f"{name} convolved with {other} ({words})"


def triangular(draw: Random, pool: Pool) -> tuple[Tensor, str]:
    """Rows of different lengths: means over what came before, products with a triangle."""
    name, a = pool.matrix(draw)
    words, multiply = random_product(draw)
    if draw.random() < 0.5:
        other, x = pool.shaped(draw, (len(a[0]),))
        n = min(shape_of(a))
        return [multiply(a[i][: i + 1], x[: i + 1]) for i in range(n)], f"the lower triangle of {name} times {other} ({words})"
    _, add_up = random_sum(draw)
    means = [[add_up([row[j] for row in a[: i + 1]]) / (i + 1) for j in range(len(a[0]))] for i in range(len(a))]
    return means, f"means of the rows of {name} up to each"


def several_axes(draw: Random, pool: Pool) -> tuple[Tensor, str]:
    """A box of elements together with itself, or with another one, with its axes in another order."""
    name, a = pool.any(draw, (1, 2))
    other, b = pool.any(draw, (1, 2))
    lengths = draw.choice([(2, 2, 2), (2, 2, 3), (2, 3, 2), (3, 2, 2), *[(2, 2, 2, 2)] * 4])
    # An order of four axes in which no two neighbours stay together may be another one than its inverse.
    is_mixed = len(lengths) == 4 and draw.random() < 0.7
    order: Sequence[int] = (
        draw.choice([(2, 0, 3, 1), (1, 3, 0, 2)]) if is_mixed else draw.sample(range(len(lengths)), len(lengths))
    )
    p, q = flat(a), flat(b)
    if draw.random() < 0.6:
        other, q = name, p
    if len(p) < prod(lengths):
        p = [functions.sin(p[k % len(p)] + 0.1 * k) for k in range(prod(lengths))]
        q = p if other == name else q
    combine, words = _binary(draw)
    strides = [prod(lengths[axis + 1 :]) for axis in range(len(lengths))]
    turned = [lengths[axis] for axis in order]
    elements = []
    for k, place in enumerate(product(*map(range, turned))):
        at = sum(i * strides[axis] for i, axis in zip(place, order, strict=True))
        elements.append(combine(p[at], q[k % len(q)]))
    return nested(elements, (turned[0], prod(turned[1:]))), f"{words} of {name} as {lengths}, axes {order}, and {other}"


def irregular(draw: Random, pool: Pool) -> tuple[Tensor, str]:
    """Each element computed in another way."""
    name, a = pool.any(draw, (1, 2))
    ways = [_binary(draw) for _ in range(2)]
    elements = flat(a)
    order = draw.sample(range(len(elements)), len(elements))
    result = [ways[k % 2][0](one, elements[order[k]]) for k, one in enumerate(elements)]
    return nested(result, shape_of(a)), f"alternately {ways[0][1]} and {ways[1][1]} of {name} and itself in another order"


BLOCKS: dict[Block, int] = {
    rearranged: 8,
    with_itself_rearranged: 10,
    interleaved: 4,
    joined: 2,
    mapped: 4,
    broadcast: 6,
    reduced: 4,
    normalized: 2,
    products: 6,
    sandwiched: 2,
    recurrence: 3,
    looked_up: 3,
    chosen: 2,
    attention: 1,
    inner_derivative: 2,
    stencil: 1,
    triangular: 1,
    several_axes: 4,
    irregular: 1,
}
