"""From the vectors of many words to one vector of a fixed length.

Source: the textbook's section on embeddings as the input to neural net classifiers.
"""

from __future__ import annotations

from collections.abc import Sequence

from autograd import Value, maximum, mean
from autograd.engine.operands import Operand, as_operand
from nn.checks import whole_number

Vectors = Sequence[Sequence[Operand]]


def mean_pool(vectors: Vectors) -> tuple[Value, ...]:
    """Return the mean of the vectors, element by element: x = mean(e(w₁), …, e(wₙ)), the textbook's equation for pooling.

    Args:
        vectors: at least one vector, all equally long.

    Raises:
        ValueError: there are no vectors, or they differ in length.

    >>> [x.data for x in mean_pool([(1.0, 2.0), (3.0, 6.0)])]
    [2.0, 4.0]
    """
    _check_lengths(vectors, "mean_pool")
    return tuple([mean(elements) for elements in zip(*vectors, strict=True)])


def max_pool(vectors: Vectors) -> tuple[Value, ...]:
    """Return the largest of the vectors' elements at each position, which the textbook names as the other way to pool.

    Among equal elements, the first one takes the gradient.

    Args:
        vectors: at least one vector, all equally long.

    Raises:
        ValueError: there are no vectors, or they differ in length.

    >>> [x.data for x in max_pool([(1.0, 6.0), (3.0, 2.0)])]
    [3.0, 6.0]
    """
    _check_lengths(vectors, "max_pool")
    return tuple([maximum(elements) for elements in zip(*vectors, strict=True)])


def concatenate(vectors: Vectors, length: int, padding: Sequence[Operand] | Operand) -> tuple[Value, ...]:
    """Return the vectors side by side, x = [e(w₁); e(w₂); …], as the textbook does for a window or a text of a fixed length.

    Of more than `length` vectors only the first are taken; if there are fewer, the padding is added.

    Args:
        vectors: the vectors, all equally long.
        length: how many vectors the result is made of.
        padding: a vector, or one number that is repeated to make a vector of the right length.

    Returns:
        A tuple of length × (length of a vector) Values.

    Raises:
        ValueError: the vectors and the padding differ in length; or the length is unknown, because there are no vectors and
            padding is one number.

    >>> [x.data for x in concatenate([(1.0, 2.0)], 2, padding=(0.0, 0.0))]
    [1.0, 2.0, 0.0, 0.0]
    >>> [x.data for x in concatenate([(1.0, 2.0), (3.0, 4.0)], 1, padding=0.0)]
    [1.0, 2.0]
    """
    length = whole_number(length, "length")
    if not isinstance(padding, Sequence):
        if not vectors:
            raise ValueError("concatenate of no vectors: give a vector as padding, so that its length is known")
        padding = (as_operand(padding),) * len(vectors[0])
    _check_lengths([*vectors, padding], "concatenate")
    taken = [*vectors[:length], *[padding] * (length - len(vectors))]
    return tuple([as_operand(element) for vector in taken for element in vector])


def _check_lengths(vectors: Vectors, name: str) -> None:
    if not vectors:
        raise ValueError(f"{name} of no vectors: give at least one")
    n_dimensions = len(vectors[0])
    for position, vector in enumerate(vectors):
        if len(vector) != n_dimensions:
            raise ValueError(
                f"{name}: all vectors, and the padding, must be equally long, but vector 0 has {n_dimensions} "
                f"elements and vector {position} has {len(vector)}"
            )
