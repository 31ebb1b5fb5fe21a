"""A digest of examples, by which a training knows its own again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

from autograd import Value
from nn.examples import Examples

# So many are written out at once.
_EXAMPLES_AT_ONCE = 1024


def digest_of(examples: Sequence[Any]) -> str:
    """Return a digest of numbers, texts, arrays, Values and nests of them, the same on every machine.

    Lists and tuples of the same numbers are the same, but not arrays of them. Of other objects, only the class counts.

    >>> digest_of([(1.0, [2, 3])]) == digest_of([(1.0, (2, 3))])
    True
    >>> digest_of([(1.0, [2, 3])]) == digest_of([(1.0, [3, 2])])
    False
    """
    digest = sha256()
    if isinstance(examples, Examples):
        digest.update(json.dumps([_plain(array) for array in examples.arrays]).encode())
        return digest.hexdigest()
    for part in _in_parts(examples):
        try:
            text = json.dumps(part, default=_plain)
        except (TypeError, ValueError):
            # A dictionary with other keys than texts.
            text = json.dumps(_listed(part), default=_plain)
        digest.update(text.encode())
    return digest.hexdigest()


def _in_parts(examples: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (examples[start : start + _EXAMPLES_AT_ONCE] for start in range(0, len(examples), _EXAMPLES_AT_ONCE))


def _plain(thing: Any) -> Any:
    """What JSON knows, in place of what it doesn't."""
    if isinstance(thing, Value):
        return {"Value": thing.data}
    dtype = getattr(thing, "dtype", None)
    if dtype is not None and hasattr(thing, "tobytes"):
        # An array of NumPy, or a number of it; what an array of objects holds are addresses.
        content = thing.tolist() if dtype.hasobject else sha256(thing.tobytes()).hexdigest()
        return {"array": [str(dtype), list(thing.shape), content]}
    return {"object": f"{type(thing).__module__}.{type(thing).__qualname__}"}


def _listed(thing: Any) -> Any:
    """The same with pairs in place of dictionaries."""
    if isinstance(thing, dict):
        return {"dict": [[_listed(key), _listed(part)] for key, part in thing.items()]}
    if isinstance(thing, list | tuple):
        return [_listed(part) for part in thing]
    return thing
