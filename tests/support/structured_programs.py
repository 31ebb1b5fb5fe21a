"""Random structured programs: matrices, index patterns, recurrences, look-ups, put together from building blocks.

Run as a script with a seed, it says in words what the program does, and which check fails; see `structured_checks`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from random import Random
from typing import Any

sys.path.append(str(Path(__file__).parents[2]))

import numpy
from building_blocks import BLOCKS, Pool
from index_patterns import Shape, Tensor, flat, nested, random_pattern, shape_of, taken
from sums_and_products import random_product, random_sum

from autograd import Value, functions, logsumexp, square, tanh
from nn import Embedding

# How many examples there are.
M = 5


@dataclass(frozen=True)
class Words:
    """An argument: a list of indices."""

    limit: int
    count: int


class StructuredProgram:
    """A random function of one example, and a batch of examples for it.

    Args:
        seed: everything is drawn from it, in any process.
        replaced: steps whose results are parameters of their own in place of what they compute: for finding the cause.
        terms: which terms of the loss are kept; None: all.

    Attributes:
        words: what each step does, once the function has run.
        parameters: those the caller made, nested as the function uses them.
        n_steps, n_terms: how many steps and terms there are.
    """

    def __init__(self, seed: object, replaced: Sequence[int] = (), terms: Sequence[int] | None = None) -> None:
        self.seed = seed
        draw = self._draws("arguments")
        self._replaced = dict.fromkeys(replaced)
        self._lengths = [draw.choice([1, 2, 2, 2, 3, 3, 3, 4]), draw.choice([1, 2, 2, 2, 3, 3, 3, 4])]
        self.n_steps = draw.choice([1, 2, 3, 3, 4, 5, 6, 8])
        self.n_terms = draw.choice([1, 2, 2, 3])
        # A few kinds of steps often meet in one program; all kinds at once seldom do.
        self._blocks = draw.choices(list(BLOCKS), list(BLOCKS.values()), k=draw.choice([1, 1, 2, 2, 3, 3, 4, 40]))
        self._terms = range(self.n_terms) if terms is None else terms
        self.parameters: dict[str, Tensor] = {}
        self._embedding: Embedding | None = None
        self._make_parameters(self._draws("parameters"))
        self.arguments = self._make_arguments(draw)
        self.words: list[str] = []

    def _draws(self, purpose: object) -> Random:
        # A string as a seed is hashed by random itself, the same in all processes.
        return Random(f"{self.seed} {purpose}")

    # ------------------------------------------------------------------------------------------------ what it is made of

    def _some_shape(self, draw: Random) -> Shape:
        n, p = self._lengths
        shapes = [(n, p), (p, n), (n, n), (n,), (p,), (n + p - 1,), (n * p,), (1, n), (n, 1), (), (8,), (12,), (16,)]
        return draw.choices(shapes, [6, 3, 3, 4, 3, 1, 2, 1, 1, 1, 0.5, 0.5, 0.5])[0]

    def _make_parameters(self, draw: Random) -> None:
        labelled = draw.random() < 0.5
        common = self._some_shape(draw) if draw.random() < 0.4 else None
        for name in draw.sample(["W", "U", "V", "b", "theta_0"], draw.choice([1, 1, 2, 2, 3])):
            shape = self._some_shape(draw) if common is None else common
            values = [Value(round(draw.uniform(-1.2, 1.2), 3)) for _ in range(prod(shape))]
            if labelled:
                for place, value in enumerate(values):
                    value.label = f"{name}[{place}]" if shape else name
            self.parameters[name] = nested(values, shape)
        if draw.random() < 0.15:
            self._embedding = Embedding(draw.randint(2, 4), draw.randint(1, 3), seed=draw.randrange(1000))
            self.parameters["E"] = [list(row) for row in self._embedding.weight]

    def _make_arguments(self, draw: Random) -> list[Any]:
        """What the function takes: shapes of numbers, upper limits of indices, dictionaries and tuples of these."""
        if draw.random() < 0.04 and self._embedding is None:
            return []
        arguments: list[Any] = [self._some_shape(draw) for _ in range(draw.choice([1, 1, 1, 2, 3]))]
        if draw.random() < 0.4:
            arguments.append(draw.randint(1, 4))
        if draw.random() < 0.1:
            arguments.append({"a": self._some_shape(draw), "b": (draw.randint(1, 3),)})
        if draw.random() < 0.1:
            arguments.append([(2,), (1,)])
        if self._embedding is not None:
            arguments.append(Words(self._embedding.n_words, draw.randint(1, 3)))
        return arguments

    def leaves(self) -> list[Value]:
        """All parameters."""
        replacing = [tensor for tensor in self._replaced.values() if tensor is not None]
        return [value for tensor in [*self.parameters.values(), *replacing] for value in flat(tensor)]

    def given_parameters(self) -> list[Value] | None:
        """What to give `vectorize`: nothing, or all of them shuffled, with some that nothing depends on; or a part of them."""
        draw = self._draws("given")
        kind = draw.randrange(4)
        if kind < 2:
            return None
        leaves = draw.sample(self.leaves(), len(self.leaves()))
        if kind == 2:
            return leaves[: draw.randint(1, len(leaves))]
        return [Value(0.5), *leaves, Value(-0.5, "unused")]

    def batch(self) -> list[Any]:
        """The largest batch, an array for each argument, or dictionaries and lists of arrays."""
        draw = self._draws("batch")

        def arrays(argument: Any) -> Any:
            if isinstance(argument, dict):
                return {key: arrays(part) for key, part in argument.items()}
            if isinstance(argument, list):
                return [arrays(part) for part in argument]
            if isinstance(argument, Words):
                return numpy.array([[draw.randrange(argument.limit) for _ in range(argument.count)] for _ in range(M)])
            if isinstance(argument, int):
                return numpy.array([draw.randrange(argument) for _ in range(M)])
            numbers = [round(draw.uniform(-1.5, 1.5), 3) for _ in range(M * prod(argument))]
            return numpy.array(numbers).reshape(M, *argument)

        return [arrays(argument) for argument in self.arguments]

    # ------------------------------------------------------------------------------------------------ the function

    def __call__(self, *example: Any) -> tuple[Value, dict[str, Tensor]]:
        self.words = []
        tensors: dict[str, Tensor] = dict(self.parameters)
        indices: list[tuple[str, Value, int]] = []

        def enter(name: str, argument: Any, part: Any) -> None:
            if isinstance(argument, dict):
                for key in argument:
                    enter(f"{name}_{key}", argument[key], part[key])
            elif isinstance(argument, list):
                for place, one in enumerate(argument):
                    enter(f"{name}_{place}", one, part[place])
            elif isinstance(argument, Words):
                indices.extend((f"{name}[{place}]", word, argument.limit) for place, word in enumerate(part))
            elif isinstance(argument, int):
                indices.append((name, part, argument))
            else:
                tensors[name] = part

        for place, (argument, part) in enumerate(zip(self.arguments, example, strict=True)):
            enter(f"x{place}", argument, part)
        self._say_arguments(tensors, indices)
        if self._embedding is not None:
            words = example[-1]
            tensors["e"] = [list(row) for row in self._embedding(words)]
            self.words.append(f"e = Embedding E of {len(words)} words")
        pool = Pool(tensors, indices)
        for step in range(self.n_steps):
            self._take_step(step, pool)
        return self._loss(pool), self._outputs(pool)

    def _say_arguments(self, tensors: dict[str, Tensor], indices: Sequence[tuple[str, Value, int]]) -> None:
        shapes = [f"{name} {shape_of(tensor)}" for name, tensor in tensors.items()]
        limits = [f"{name} below {limit}" for name, _, limit in indices]
        self.words.append(f"parameters {', '.join(self.parameters)}; " + ", ".join([*shapes, *limits]))

    def _take_step(self, step: int, pool: Pool) -> None:
        draw = self._draws(step)
        block = draw.choice(self._blocks)
        result, words = block(draw, pool)
        if draw.random() < 0.3:
            pattern, indices = random_pattern(draw, shape_of(result))
            result, words = taken(result, indices), f"({words}), {pattern}"
        result = nested([one if isinstance(one, Value) else Value(one) for one in flat(result)], shape_of(result))
        if step in self._replaced:
            if self._replaced[step] is None:
                values = [Value(round(draw.uniform(-1.2, 1.2), 3)) for _ in flat(result)]
                self._replaced[step] = nested(values, shape_of(result))
            result, words = self._replaced[step], "parameters"
        pool.tensors[f"t{step}"] = result
        self.words.append(f"t{step} {shape_of(result)} = {words}")

    def _loss(self, pool: Pool) -> Value:
        """A sum of terms, in which the elements of a tensor weigh differently, so that no permutation goes unnoticed."""
        terms = [self._term(self._draws(f"term {term}"), pool, term) for term in range(self.n_terms)]
        return sum([terms[term] for term in self._terms[1:]], terms[self._terms[0]])

    def _term(self, draw: Random, pool: Pool, term: int) -> Value:
        names = list(pool.tensors)
        name = names[-1] if term == 0 else draw.choice(list(self.parameters) if draw.random() < 0.4 else names)
        elements = flat(pool.tensors[name])
        if draw.random() < 0.3:
            elements = draw.sample(elements, len(elements))
        sum_words, add_up = random_sum(draw)
        product_words, multiply = random_product(draw)
        weights = [0.3 + 0.2 * k - 0.05 * k * k for k in range(len(elements))]
        function = draw.choice(["tanh", "square", "sin", "softplus"])
        other, partners = pool.shaped(draw, (len(elements),))
        ways = {
            f"{function}(element + k/5) added by {sum_words}": lambda: add_up(
                [getattr(functions, function)(one + 0.2 * k) for k, one in enumerate(elements)]
            ),
            f"the plain sum by {sum_words}": lambda: add_up(elements),
            f"weights, {product_words}": lambda: multiply(elements, weights),
            f"(element - {other})² added by {sum_words}": lambda: add_up(
                [square(p - q) for p, q in zip(elements, partners, strict=True)]
            ),
            f"tanh({product_words}) with {other}": lambda: tanh(multiply(elements, partners)),
            "logsumexp of k times each": lambda: logsumexp([one * (0.5 + 0.5 * k) for k, one in enumerate(elements)]),
        }  # fmt: skip
        words = draw.choice(list(ways))
        if term in self._terms:
            self.words.append(f"loss of {name}: {words}")
        return ways[words]()

    def _outputs(self, pool: Pool) -> dict[str, Tensor]:
        draw = self._draws("outputs")
        names = draw.sample(list(pool.tensors), min(len(pool.tensors), draw.randrange(4)))
        return {name: pool.tensors[name] for name in names}

    def __repr__(self) -> str:
        return "\n".join(self.words)


if __name__ == "__main__":
    from structured_checks import main

    main()
