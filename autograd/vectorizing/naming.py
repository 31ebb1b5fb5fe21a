"""Names for the arrays of an emitted program: the user's labels where there are any, the text's letters where there are none."""

from __future__ import annotations

import keyword
import re
from collections import Counter
from collections.abc import Iterable, Sequence

_INDICES = re.compile(r"(?:[,. _]*\d+)+$")
_WEIGHTS, _BIASES = ("weight", "weights"), ("bias", "biases")


def stem_of(labels: Iterable[str]) -> str:
    """What the labels of one array's elements have in common before their indices; empty if they don't.

    >>> stem_of(["w1[0,0]", "w1[0,1]"]), stem_of(["layers.0.weight.3.1", "layers.0.weight.3.2"]), stem_of(["a", "b"])
    ('w1', 'layers.0.weight', '')
    """
    stems = {re.split(r"[\[(]", label)[0] if label.endswith(("]", ")")) else _INDICES.sub("", label) for label in labels}
    return stems.pop() if len(stems) == 1 else ""


def identifier_of(stem: str) -> str:
    """A stem as a Python name; empty if nothing of it makes one.

    >>> identifier_of("layers.0.weight"), identifier_of("W"), identifier_of("class")
    ('layers_0_weight', 'W', 'class_')
    """
    name = re.sub(r"\W+", "_", stem).strip("_")
    if not name or not (name[0].isalpha() and name.isascii() and name.isidentifier()):
        return ""
    return name + "_" if keyword.iskeyword(name) else name


class Names:
    """Gives out names, each once."""

    def __init__(self, reserved: Iterable[str]) -> None:
        self._taken = set(reserved)
        # The number to try next, so that giving many names like one another takes time in proportion to their number.
        self._next: dict[str, int] = {}

    def give(self, wanted: str) -> str:
        """The wanted name, or one with a number behind it if that is taken."""
        name = wanted
        number = self._next.get(wanted, 2)
        while name in self._taken:
            name = f"{wanted}_{number}" if wanted[-1].isdigit() else f"{wanted}{number}"
            number += 1
        self._next[wanted] = number
        self._taken.add(name)
        return name

    def give_all(self, wanted: Sequence[str]) -> list[str]:
        """Names for several; those that want the same are numbered from 1.

        >>> Names([]).give_all(["H", "Z", "H"])
        ['H1', 'Z', 'H2']
        """
        counts = Counter(wanted)
        seen: Counter[str] = Counter()
        names = []
        for name in wanted:
            seen[name] += 1
            if counts[name] > 1:
                name = f"{name}_{seen[name]}" if name[-1].isdigit() else f"{name}{seen[name]}"
            names.append(self.give(name))
        return names


def names_of_parameters(
    stems: Sequence[str], ranks: Sequence[int], looked_up: Sequence[bool], multiplied: Sequence[bool]
) -> list[str]:
    """What to call the blocks of parameters.

    A label that is a name is kept. Weights and biases of layers, and what has no label, get the text's letters: E for a
    table of embeddings; W and U for two matrices, W₁, W₂, … for more; w for a vector that multiplies, b for one that doesn't.

    >>> stems, ranks = ["embedding.weight", "hidden.weight", "hidden.bias", "output.weight"], [2, 2, 1, 2]
    >>> names_of_parameters(stems, ranks, looked_up=[True, False, False, False], multiplied=[False, True, False, True])
    ['E', 'W', 'b', 'U']
    """
    kinds = []
    for stem, rank, is_table, is_factor in zip(stems, ranks, looked_up, multiplied, strict=True):
        last = stem.rsplit(".", 1)[-1] if stem else ""
        named = bool(stem) and "." not in stem and last not in _WEIGHTS + _BIASES and bool(identifier_of(stem))
        if named:
            kinds.append("")
        elif is_table:
            kinds.append("E")
        elif last in _BIASES:
            kinds.append("b")
        elif is_factor or last in _WEIGHTS or rank > 1:
            kinds.append("W" if rank > 1 else "w")
        else:
            kinds.append("b")
    matrices = [place for place, kind in enumerate(kinds) if kind == "W"]
    if len(matrices) == 2 and kinds.count("b") < 2 and "U" not in stems:
        kinds[matrices[1]] = "U"
    return [kind or identifier_of(stem) for kind, stem in zip(kinds, stems, strict=True)]
