"""Random programs with loops, one in the other: recurrences, look-ups, choices, demands, numbers that change with the step.

Run as a script with seeds, it says of each which check fails, and what of the program it takes for that.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

sys.path.append(str(Path(__file__).parents[2]))

import numpy

from autograd import (
    Value,
    argmax,
    dot,
    exp,
    log,
    logsumexp,
    maximum,
    minimum,
    pick,
    relu,
    require,
    sigmoid,
    sin,
    sqrt,
    square,
    tanh,
    total,
    where,
)

# How many examples there are.
M = 5
# A sum of up to eight terms is written out, and a row of up to eight is compared one by one; longer ones are loops.
LENGTHS = (1, 2, 2, 3, 3, 3, 8, 9)
TRIPS = (2, 3, 4, 9, 12)
# How often a loop in a loop is repeated at most, by the number of loops around it.
MOST_TRIPS = (12, 4, 3)

Step = Callable[["Run"], None]


class Run:
    """What a program computes with while it runs.

    Attributes:
        h, u: vectors that change.
        s, q: numbers that change; the latter depends on parameters alone until something else is added to it.
        counters: those of the loops around, outermost first.
        kept: what h has been after earlier steps, oldest first.
        outputs: named outputs.
    """

    def __init__(self, program: LoopProgram, example: Sequence[Any]) -> None:
        self.program = program
        self.x, self.words, self.place = example
        self.h = program.start
        self.u = self.x[0]
        self.s = self.x[0][0]
        self.q = program.scalars[0]
        self.counters: list[int] = []
        self.kept: list[Any] = []
        self.outputs: dict[str, list[Any]] = {}

    @property
    def t(self) -> int:
        return self.counters[-1] if self.counters else 0

    @property
    def row(self) -> Any:
        """The row of the input at this step."""
        return self.x[self.t % len(self.x)]

    @property
    def word(self) -> Any:
        """The index at this step."""
        return self.words[self.t % len(self.words)]


class LoopProgram:
    """A random function of one example, and a batch of examples for it.

    Args:
        seed: everything is drawn from it, in any process.
        dropped: steps that are left out, by their numbers.

    Attributes:
        words: what each step does, by its number.
    """

    def __init__(self, seed: object, dropped: Sequence[int] = ()) -> None:
        self.seed = seed
        self._dropped = frozenset(dropped)
        draw = Random(f"{seed} loops")
        self.n, self.trips, self.n_words = draw.choice(LENGTHS), draw.choice(TRIPS), draw.choice((2, 5, 8, 9, 11))
        self._has_demands, self._can_raise = draw.random() < 0.3, draw.random() < 0.3
        self.start = self._values(draw, self.n)
        self.scalars = self._values(draw, 3)
        self.W, self.U = ([self._values(draw, self.n) for _ in range(self.n)] for _ in range(2))
        self.table = [self._values(draw, self.n_words) for _ in range(min(self.n, 3))]
        self.constants = [round(draw.uniform(-1.0, 1.0), 3) for _ in range(16)]
        self.words: list[str] = []
        self._steps = list(self._body(draw, 0))
        self._of_loss = draw.choice(["squares", "kept", "s", "logsumexp"])

    @staticmethod
    def _values(draw: Random, n: int) -> list[Value]:
        return [Value(round(draw.uniform(-0.9, 0.9), 3)) for _ in range(n)]

    def leaves(self) -> list[Value]:
        """All parameters."""
        return [*self.start, *self.scalars, *(one for rows in (self.W, self.U, self.table) for row in rows for one in row)]

    def given_parameters(self) -> list[Value] | None:
        """What to give `vectorize`: nothing, or all of them shuffled with one that nothing depends on, or a part of them."""
        draw = Random(f"{self.seed} given")
        leaves = draw.sample(self.leaves(), len(self.leaves()))
        return draw.choice([None, None, [*leaves, Value(0.5)], leaves[: max(1, len(leaves) // 2)]])

    def batch(self) -> list[Any]:
        """The largest batch, an array for each argument."""
        draw = numpy.random.default_rng([ord(letter) for letter in f"{self.seed}"])
        x = draw.uniform(-1.5, 1.5, (M, self.trips, self.n)).round(3)
        return [x, draw.integers(0, self.n_words, (M, self.trips)), draw.integers(0, self.n, M)]

    def hostile_batch(self) -> list[Any]:
        """The same with numbers out of range in one example, and with others in another one."""
        draw = Random(f"{self.seed} hostile")
        x, words, place = self.batch()
        words, place = words.astype(float), place.astype(float)
        for row in draw.sample(range(M), 2):
            for _ in range(draw.randint(1, 3)):
                at = draw.randrange(self.trips), draw.randrange(self.n)
                x[(row, *at)] = draw.choice([-2.0, -3.0, 4.0, 800.0, -800.0, 0.0, numpy.inf, -numpy.inf, numpy.nan, 1e308])
            if draw.random() < 0.3:
                wrong = draw.choice([-1.0, 0.5, numpy.nan, numpy.inf, float(self.n_words), 1e300])
                words[row, draw.randrange(self.trips)] = wrong
            if draw.random() < 0.2:
                place[row] = draw.choice([-1.0, 0.5, float(self.n), numpy.nan])
        return [x, words, place]

    def has_wrong_index(self, batch: Sequence[Any], row: int) -> bool:
        """Whether an example of a batch has an index that isn't one."""
        pairs = (batch[1][row], self.n_words), (batch[2][row], self.n)
        return not all(one in range(n) for indices, n in pairs for one in numpy.ravel(indices).tolist())

    # ------------------------------------------------------------------------------------------------ the function

    def __call__(self, *example: Any) -> tuple[Any, dict[str, Any]]:
        run = Run(self, example)
        for step in self._steps:
            step(run)
        weights = self.constants
        terms = {
            "squares": lambda: total([square(one) * weights[k] for k, one in enumerate(run.h)]) + run.s + run.q,
            "kept": lambda: total([one for h in run.kept for one in h] + [run.s, run.h[-1]]),
            "s": lambda: run.s * sin(run.q) + run.h[0],
            "logsumexp": lambda: logsumexp([*run.h, run.s, *run.u]),
        }
        return terms[self._of_loss](), {name: list(parts) for name, parts in run.outputs.items()}

    def _body(self, draw: Random, depth: int) -> Iterator[Step]:
        """Steps that are done one after the other."""
        for _ in range(draw.choice([1, 2, 2, 3, 4]) if depth else draw.choice([1, 2, 3])):
            number = len(self.words)
            is_loop = draw.random() < (0.8, 0.25, 0.1, 0.0)[depth]
            self.words.append("")
            step = self._loop(draw, depth, number) if is_loop else self._step(draw, number, depth)
            self.words[number] = "  " * depth + self.words[number]
            if number not in self._dropped:
                yield step

    def _loop(self, draw: Random, depth: int, number: int) -> Step:
        kind = draw.choice(["for", "for", "for", "reversed", "up to the outer counter"])
        n = min(draw.choice([self.trips, *TRIPS]), MOST_TRIPS[depth])
        self.words[number] = f"{number}: loop {kind} {n}"
        body = list(self._body(draw, depth + 1))

        def loop(run: Run) -> None:
            counters = range(run.t % n + 1 if kind == "up to the outer counter" else n)
            run.counters.append(0)
            for counter in reversed(counters) if kind == "reversed" else counters:
                run.counters[-1] = counter
                for step in body:
                    step(run)
            run.counters.pop()

        return loop

    def _step(self, draw: Random, number: int, depth: int) -> Step:
        steps = [self._layer, self._layer, self._elementwise, self._elementwise, self._scan, self._reduced, self._chosen]
        steps += [self._picked, self._looked_up, self._of_the_step, self._of_parameters, self._kept, self._output]
        if self._has_demands:
            steps.append(self._demand)
        if self._can_raise:
            steps += [self._may_raise, self._may_raise]
        words, step = draw.choice(steps)(draw)
        self.words[number] = f"{number}: {words}"
        return step

    # ------------------------------------------------------------------------------------------------ the steps

    def _layer(self, draw: Random) -> tuple[str, Step]:
        style, act = draw.choice(["dot", "sum", "total", "one dot"]), draw.choice([tanh, sigmoid, sin])
        matrix = draw.choice([self.W, self.U])
        extra = draw.choice(["row", "u", "none"])

        def product(w: Any, x: Any) -> Any:
            if style == "sum":
                return sum([a * b for a, b in zip(w[1:], x[1:], strict=True)], w[0] * x[0])
            return total([a * b for a, b in zip(w, x, strict=True)]) if style == "total" else dot(w, x)

        def step(run: Run) -> None:
            x = {"row": run.row, "u": run.u, "none": None}[extra]
            if style == "one dot" and x is not None:
                run.h = [act(dot([*w, *run.h], [*run.h, *x])) for w in matrix]
                return
            z = [product(w, run.h) for w in matrix]
            run.h = [act(one if x is None else one + x[k]) for k, one in enumerate(z)]

        return f"h = {act.__name__}({style} of a matrix and h, {extra})", step

    def _elementwise(self, draw: Random) -> tuple[str, Step]:
        order = draw.choice([list(range(self.n)), list(range(self.n))[::-1], draw.sample(range(self.n), self.n)])
        kind = draw.choice(["h from u", "u from h", "u from row", "u + u", "h h"])
        act = draw.choice([tanh, sin, sigmoid, relu])
        a: Any = draw.choice([self.scalars[1], 0.7, self.scalars[2]])

        def step(run: Run) -> None:
            other = {"h from u": run.u, "u from h": run.h, "u from row": run.row, "u + u": run.u, "h h": run.h}[kind]
            own = run.h if kind.startswith("h") else run.u
            found = [act(own[k] * a + other[order[k]]) for k in range(self.n)]
            if kind.startswith("h"):
                run.h = found
            else:
                run.u = found

        return f"{kind}, {act.__name__}, order {order}", step

    def _scan(self, draw: Random) -> tuple[str, Step]:
        kind = draw.choice(["s", "s·h", "the rest of h", "square"])
        a: Any = draw.choice([self.scalars[1], 0.5])
        k = draw.randrange(self.n)

        def step(run: Run) -> None:
            if kind == "s":
                run.s = run.s * a + run.row[k]
            elif kind == "s·h":
                run.s = tanh(run.s * run.h[k] + run.s)
            elif kind == "square":
                run.s = sin(run.s * run.s - run.u[k] * a)
            else:
                for one in run.h:
                    run.s = run.s * a + one

        return f"s follows by {kind}", step

    def _reduced(self, draw: Random) -> tuple[str, Step]:
        kind = draw.choice(["logsumexp", "total", "dot", "maximum", "minimum", "dot with itself"])

        def step(run: Run) -> None:
            found = {
                "logsumexp": lambda: logsumexp([*run.h, run.s]),
                "total": lambda: total([*run.h, run.s, *run.u]),
                "dot": lambda: dot(run.h, run.u),
                "maximum": lambda: maximum([*run.h, run.s]),
                "minimum": lambda: minimum([run.s, *run.u]),
                "dot with itself": lambda: dot([*run.h, run.s], [run.s, *run.h]),
            }[kind]()
            run.s = tanh(found)

        return f"s = tanh({kind})", step

    def _chosen(self, draw: Random) -> tuple[str, Step]:
        kind = draw.choice(["where of each", "where of s", "largest of three", "place of the largest", "abs"])

        def step(run: Run) -> None:
            if kind == "where of each":
                run.h = [where(a > b, a, sin(b)) for a, b in zip(run.h, run.u, strict=True)]
            elif kind == "where of s":
                run.s = where(run.s < run.row[0], run.s * 0.5, run.h[0])
            elif kind == "largest of three":
                run.u = [maximum(a, b, run.s) for a, b in zip(run.h, run.u, strict=True)]
            elif kind == "place of the largest":
                run.s = pick(run.u, argmax(run.h)) + pick(run.h, argmax(run.h))
            else:
                run.u = [abs(a - b) for a, b in zip(run.h, run.u, strict=True)]

        return kind, step

    def _picked(self, draw: Random) -> tuple[str, Step]:
        kind = draw.choice(["h", "row", "parameters", "computed row", "column of x", "s alone", "a number of the step alone"])

        def step(run: Run) -> None:
            found = {
                "h": lambda: pick(run.h, run.place),
                "row": lambda: pick(run.row, run.place),
                "parameters": lambda: pick(self.table[0], run.word),
                "computed row": lambda: pick([sin(one * run.s) for one in self.table[-1]], run.word),
                "column of x": lambda: pick([row[0] for row in run.x], where(run.s > 0.0, 1.0, 0.0)),
                "s alone": lambda: pick([run.s] * self.n_words, run.word),
                "a number of the step alone": lambda: pick([run.h[run.t % self.n] * 0.5] * self.n_words, run.word),
            }[kind]()
            run.s = run.s * 0.5 + found

        return f"s += an element of {kind}", step

    def _looked_up(self, draw: Random) -> tuple[str, Step]:
        at = draw.choice(["word", "where"])

        def step(run: Run) -> None:
            index = run.word if at == "word" else where(run.row[-1] > 0.1, 1.0, 0.0)
            found = [pick(row, index) for row in self.table]
            run.u = [found[k % len(found)] + one * 0.5 for k, one in enumerate(run.u)]

        return f"u from a row of the table at {at}", step

    def _of_the_step(self, draw: Random) -> tuple[str, Step]:
        kind = draw.choice(["constants", "an element of h", "an element of x"])

        def step(run: Run) -> None:
            t = run.t
            if kind == "constants":
                run.s = run.s * 0.5 + self.constants[t] * run.h[0]
            elif kind == "an element of h":
                run.s = sin(run.s + run.h[t % self.n])
            else:
                run.s = run.s * 0.3 + run.x[-1 - t % self.trips][t % self.n]

        return f"s with {kind} of the step", step

    def _of_parameters(self, draw: Random) -> tuple[str, Step]:
        kind = draw.choice(["follows", "logsumexp", "joins s", "exp", "product"])

        def step(run: Run) -> None:
            if kind == "follows":
                run.q = tanh(run.q * self.scalars[1] + self.scalars[2])
            elif kind == "logsumexp":
                run.q = run.q * 0.5 + logsumexp([one * self.scalars[1] for one in self.W[run.t % self.n]])
            elif kind == "exp":
                run.s = run.s * 0.5 + exp(-square(self.scalars[2])) * self.scalars[1]
            elif kind == "product":
                run.q = sin(dot(self.W[0], self.U[run.t % self.n]) + run.q)
            else:
                run.s = sin(run.s + run.q)

        return f"of parameters alone: {kind}", step

    def _kept(self, draw: Random) -> tuple[str, Step]:
        distance = draw.choice([1, 2, 3])

        def step(run: Run) -> None:
            if len(run.kept) >= distance:
                run.u = [a * 0.5 + b for a, b in zip(run.u, run.kept[-distance], strict=True)]
            run.kept.append(run.h)

        return f"h is kept, and u gets that of {distance} before", step

    def _output(self, draw: Random) -> tuple[str, Step]:
        kind = draw.choice(["s", "h", "q", "row"])

        def step(run: Run) -> None:
            run.outputs.setdefault(kind, []).append({"s": run.s, "h": list(run.h), "q": run.q, "row": list(run.row)}[kind])

        return f"{kind} is an output", step

    def _demand(self, draw: Random) -> tuple[str, Step]:
        kind = draw.choice(["row", "s", "q", "h"])

        def step(run: Run) -> None:
            {
                "row": lambda: require(run.row[0] < 3.5, "x is too large"),
                "s": lambda: require(run.s < 60.0, "s is too large"),
                "q": lambda: require(run.q + 100.0 > 0, "q is too small"),
                "h": lambda: require(square(run.h[0]) + run.row[-1] > -2.5, "h is too small"),
            }[kind]()

        return f"a demand on {kind}", step

    def _may_raise(self, draw: Random) -> tuple[str, Step]:
        kind = draw.choice(["log", "sqrt", "divide", "exp", "power", "log1p of row"])

        def step(run: Run) -> None:
            x = run.row[0]
            found = {
                "log": lambda: log(x + 2.0),
                "sqrt": lambda: sqrt(x + 2.0),
                "divide": lambda: run.h[0] / (x + 2.0),
                "exp": lambda: exp(x) * 0.1,
                "power": lambda: (x + 2.0) ** 1.5,
                "log1p of row": lambda: where(x > -1.9, log(square(x) + x + 2.0), x),
            }[kind]()
            run.s = run.s * 0.5 + tanh(found * 0.3)

        return f"s = {kind}, which can raise", step

    def __repr__(self) -> str:
        head = f"n {self.n}, trips {self.trips}, words {self.n_words}, loss {self._of_loss}"
        return "\n".join([head, *(line for number, line in enumerate(self.words) if number not in self._dropped)])
