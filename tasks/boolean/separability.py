"""Which Boolean functions of two inputs a single threshold unit computes: a proof by exhaustion, in whole numbers.

A unit gives 1 where w₁x₁ + w₂x₂ + b > 0, else 0. Whatever real numbers its weights are, all it says about the four
cases is one of 16 functions, so it is enough to decide each of the 16: for 14 there is a unit with small whole-number
weights; for the other two, XOR and its negation, there is a contradiction. A contradiction is a list of four
multipliers, which anyone can check by adding whole numbers (Farkas 1902: inequalities have no solution exactly when
some sum of them says 0 > 0).
"""

from dataclasses import dataclass
from itertools import product

CASES = ((0, 0), (0, 1), (1, 0), (1, 1))
"""The four inputs (x₁, x₂), in the order in which a truth table lists them."""

Targets = tuple[int, int, int, int]

NAMES: dict[Targets, str] = {
    (0, 0, 0, 0): "0",
    (0, 0, 0, 1): "x₁ AND x₂",
    (0, 0, 1, 0): "x₁ AND NOT x₂",
    (0, 0, 1, 1): "x₁",
    (0, 1, 0, 0): "NOT x₁ AND x₂",
    (0, 1, 0, 1): "x₂",
    (0, 1, 1, 0): "x₁ XOR x₂",
    (0, 1, 1, 1): "x₁ OR x₂",
    (1, 0, 0, 0): "NOT (x₁ OR x₂)",
    (1, 0, 0, 1): "NOT (x₁ XOR x₂)",
    (1, 0, 1, 0): "NOT x₂",
    (1, 0, 1, 1): "x₁ OR NOT x₂",
    (1, 1, 0, 0): "NOT x₁",
    (1, 1, 0, 1): "NOT x₁ OR x₂",
    (1, 1, 1, 0): "NOT (x₁ AND x₂)",
    (1, 1, 1, 1): "1",
}
"""All functions of two Boolean inputs, by their outputs for the four cases."""


@dataclass(frozen=True)
class Unit:
    """A threshold unit: 1 where w₁x₁ + w₂x₂ + b > 0, else 0 (the textbook's perceptron)."""

    w1: int
    w2: int
    b: int

    def outputs(self) -> Targets:
        """Its outputs for the four cases.

        >>> Unit(1, 1, -1).outputs()
        (0, 0, 0, 1)
        """
        first, second, third, fourth = (int(self.w1 * x1 + self.w2 * x2 + self.b > 0) for x1, x2 in CASES)
        return first, second, third, fourth


@dataclass(frozen=True)
class Contradiction:
    """How often to take each case's inequality, so that their sum says 0 > 0.

    Each case demands w₁x₁ + w₂x₂ + b > 0 where the target is 1, and -(w₁x₁ + w₂x₂ + b) ≥ 0 where it is 0.
    """

    multipliers: tuple[int, int, int, int]

    def holds(self, targets: Targets) -> bool:
        """Whether the multipliers prove that no unit computes the targets.

        True when no multiplier is negative, w₁, w₂ and b all cancel from the sum, and some inequality in it is strict:
        then the left side is 0 for all real weights, and the right side says that it is greater than 0.

        >>> Contradiction((1, 1, 1, 1)).holds((0, 1, 1, 0)), Contradiction((1, 1, 1, 1)).holds((0, 1, 1, 1))
        (True, False)
        """
        signed = [m if target else -m for m, target in zip(self.multipliers, targets, strict=True)]
        sum_of_w1 = sum(m * x1 for m, (x1, _) in zip(signed, CASES, strict=True))
        sum_of_w2 = sum(m * x2 for m, (_, x2) in zip(signed, CASES, strict=True))
        return min(self.multipliers) >= 0 and sum_of_w1 == sum_of_w2 == sum(signed) == 0 and max(signed) > 0


def find_unit(targets: Targets, largest: int = 2) -> Unit | None:
    """Searches for the unit with the smallest whole-number weights that gives the targets; None when there is none.

    Args:
        targets: The wanted outputs for the four cases.
        largest: The largest absolute weight that is tried.

    >>> find_unit((0, 1, 1, 1))
    Unit(w1=1, w2=1, b=0)
    """
    weights = product(range(-largest, largest + 1), repeat=3)
    for w1, w2, b in sorted(weights, key=lambda triple: sum(map(abs, triple))):
        unit = Unit(w1, w2, b)
        if unit.outputs() == targets:
            return unit
    return None


def find_contradiction(targets: Targets) -> Contradiction | None:
    """Searches for multipliers that prove that no unit gives the targets; None when there are none of 0 and 1.

    >>> find_contradiction((0, 1, 1, 0))
    Contradiction(multipliers=(1, 1, 1, 1))
    """
    for first, second, third, fourth in product((0, 1), repeat=4):
        contradiction = Contradiction((first, second, third, fourth))
        if contradiction.holds(targets):
            return contradiction
    return None


def decide(targets: Targets) -> Unit | Contradiction:
    """Gives a unit that computes the targets, or a proof that there is none.

    Raises:
        ValueError: The targets are not four numbers 0 or 1.
        LookupError: Neither was found, which never happens, as a test of all 16 functions shows.

    >>> decide((0, 0, 0, 1)), decide((1, 0, 0, 1))
    (Unit(w1=1, w2=1, b=-1), Contradiction(multipliers=(1, 1, 1, 1)))
    """
    if targets not in NAMES:
        raise ValueError(f"expected four outputs, each 0 or 1, not {targets!r}")
    decision = find_unit(targets) or find_contradiction(targets)
    if decision is None:
        raise LookupError(f"neither a unit nor a contradiction for {targets!r}")
    return decision


def explain_contradiction(targets: Targets, contradiction: Contradiction) -> str:
    """Writes a contradiction out in plain words, for a reader who adds the inequalities on paper.

    Raises:
        ValueError: The contradiction doesn't hold for the targets.
    """
    if not contradiction.holds(targets):
        raise ValueError(f"{contradiction} doesn't contradict the outputs {targets}")
    lines = [f"Suppose a unit computed {NAMES[targets]}. Its weights, whatever real numbers they are, would obey"]
    for (x1, x2), target in zip(CASES, targets, strict=True):
        terms = " + ".join(["w₁"] * x1 + ["w₂"] * x2 + ["b"])
        lines.append(f"    {terms:>11} {'>' if target else '≤'} 0    so that ({x1}, {x2}) gives {target}")
    strict, weak = (sum_of_inequalities(targets, contradiction, wanted) for wanted in (1, 0))
    lines.append(f"The lines with > add up to {strict} > 0, those with ≤ to {weak} ≤ 0.")
    lines.append("No number is both, so there is no such unit.")
    return "\n".join(lines)


def sum_of_inequalities(targets: Targets, contradiction: Contradiction, wanted: int) -> str:
    """Writes the sum of the left sides of the cases whose target is `wanted`, each as often as its multiplier says.

    >>> sum_of_inequalities((0, 1, 1, 0), Contradiction((1, 1, 1, 1)), 1)
    'w₁ + w₂ + 2b'
    """
    taken = [m if target == wanted else 0 for m, target in zip(contradiction.multipliers, targets, strict=True)]
    counts = {
        "w₁": sum(m * x1 for m, (x1, _) in zip(taken, CASES, strict=True)),
        "w₂": sum(m * x2 for m, (_, x2) in zip(taken, CASES, strict=True)),
        "b": sum(taken),
    }
    return " + ".join(name if count == 1 else f"{count}{name}" for name, count in counts.items() if count) or "0"
