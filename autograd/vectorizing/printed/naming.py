"""Names for the arrays of an emitted program: the user's labels where there are any, else the textbook's letters."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

_INDICES = re.compile(r"(?:[,. _]*\d+)+$")
# The labels of an array with several kinds of elements, if they are so few, make one name.
_MOST_JOINED = 3
_WEIGHTS, _BIASES = ("weight", "weights"), ("bias", "biases")


def stem_of(labels: Iterable[str]) -> str:
    """What the labels of one array's elements have in common before their indices; empty if they don't.

    >>> stem_of(["w1[0,0]", "w1[0,1]"]), stem_of(["layers.0.weight.3.1", "layers.0.weight.3.2"]), stem_of(["a", "b"])
    ('w1', 'layers.0.weight', '')
    >>> stem_of(["A_{0,1}", "A_{1,0}"]), stem_of(["x01", "x_2"])
    ('A', 'x')
    """
    stems = {
        re.split(r"[\[({]", label)[0].rstrip("_^") if label.endswith(("]", ")", "}")) else _INDICES.sub("", label)
        for label in labels
    }
    return stems.pop() if len(stems) == 1 else ""


def stem_and_note_of(labels: Sequence[str]) -> tuple[str, str]:
    """What an array may be called after the labels of its elements, and what these are, in words.

    A label that is a name is kept as it is where it is the only one, and so are a few that differ, side by side.

    >>> stem_and_note_of(["theta1"]), stem_and_note_of(["w[0]", "w[1]"])
    (('theta1', 'theta1'), ('w', 'w'))
    >>> stem_and_note_of(["pi[0]", "pi[1]", "A[0][0]", "A[0][1]"]), stem_and_note_of(["", "A[1]"])
    (('pi_A', 'pi, A'), ('', ''))
    """
    stem = labels[0] if len(labels) == 1 and labels[0].isidentifier() else stem_of(labels)
    if stem:
        return stem, " ".join(stem.split())  # a comment ends where its line does
    stems = list(
        dict.fromkeys(label if len(labels) <= _MOST_JOINED and label.isidentifier() else stem_of([label]) for label in labels)
    )
    if not all(stems):
        return "", ""
    note = ", ".join(stems[:_MOST_JOINED]) + (", …" if len(stems) > _MOST_JOINED else "")
    note = " ".join(note.split())
    return "_".join(stems) if len(stems) <= _MOST_JOINED and all(map(str.isidentifier, stems)) else "", note


def identifier_of(stem: str) -> str:
    """A stem as a Python name; empty if nothing of it makes one.

    >>> identifier_of("layers.0.weight"), identifier_of("W"), identifier_of("class"), identifier_of("π")
    ('layers_0_weight', 'W', 'class_', 'π')
    """
    name = re.sub(r"\W+", "_", stem).strip("_")
    # Python reads some letters as others: ϕ as φ.
    if not name or not (name[0].isalpha() and name.isidentifier() and name == unicodedata.normalize("NFKC", name)):
        return ""
    return name + "_" if keyword.iskeyword(name) else name


class Names:
    """Gives out names, each once."""

    def __init__(self, reserved: Iterable[str]) -> None:
        self._reserved = frozenset(reserved)
        self._taken = set(self._reserved)
        # The number to try next, so that giving many names like one another takes time in proportion to their number.
        self._next: dict[str, int] = {}

    def give(self, wanted: str) -> str:
        """The wanted name, with an underscore behind it if it means something else, or with a number if it is taken.

        >>> names = Names(["theta"])
        >>> names.give("theta"), names.give("w"), names.give("w")
        ('theta_', 'w', 'w2')
        """
        name = wanted = f"{wanted}_" if wanted in self._reserved else wanted
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

    A label that is a name is kept. Weights and biases of layers, and what has no label, get the textbook's letters: E for a
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
