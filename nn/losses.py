"""Losses: how wrong an output is for one example, as a Value to call `backward` on.

Targets may be Values too: then the recorded graph is right for any target, at the price of a few more nodes, and a compiled loss
checks the targets of all examples. Unless another source is named: the textbook's section on training neural nets, which takes
over the loss of logistic regression.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import index

from autograd import Value, equal, log, log1p, logsumexp, pick, relu, require, softplus, where
from autograd.engine.operands import Operand, as_operand
from autograd.engine.outputs import single
from autograd.engine.refusals import traces
from autograd.errors import number_in
from nn.checks import number_of


def binary_cross_entropy(probability: Operand, target: Operand) -> Value:
    """L = −[y log ŷ + (1 − y) log(1 − ŷ)], the textbook's equation for the binary cross-entropy loss.

    Where the logit is known, `binary_cross_entropy_from_logit` is exact even where a probability has no digits left: σ(40) is 1.

    Args:
        probability: ŷ, the estimated probability of class 1; from 0 to 1.
        target: y, which is 1 or 0; or a probability itself.

    Raises:
        ValueError: ŷ or y is outside 0 to 1; or the loss is infinite, since ŷ is 0 or 1 and y says otherwise.

    >>> round(binary_cross_entropy(0.7, 1).data, 2), round(binary_cross_entropy(0.7, 0).data, 2)
    (0.36, 1.2)
    """
    probability, target = single(probability), single(target)
    p, y = _within_unit(probability, "probability"), _within_unit(target, "target")
    if (p == 0.0 and y > 0.0) or (p == 1.0 and y < 1.0):
        raise ValueError(
            f"binary_cross_entropy is infinite: the probability is {p:g} and the target {y:g}; "
            f"give the logit to binary_cross_entropy_from_logit instead"
        )
    if isinstance(target, Value):
        # A logarithm whose factor is 0 is taken of 1: then it is 0, and so is its derivative, at ŷ = 0 and ŷ = 1 too.
        p_if_y = where(equal(target, 0.0), 1.0, probability)
        p_unless_y = where(equal(target, 1.0), 0.0, probability)
        return -(target * log(p_if_y) + (1.0 - target) * log1p(-p_unless_y))
    if y == 1.0:
        return -log(probability)
    if y == 0.0:
        return -log1p(-as_operand(probability))
    return -(y * log(probability) + (1.0 - y) * log1p(-as_operand(probability)))


def binary_cross_entropy_from_logit(logit: Operand, target: Operand) -> Value:
    """The binary cross-entropy of ŷ = σ(z), from the logit z: y softplus(−z) + (1 − y) softplus(z).

    It is the textbook's L = −[y log σ(w·x + b) + (1 − y) log(1 − σ(w·x + b))], without a difference that would cancel: all
    digits of the loss and of its gradient are right for logits of any size.

    Args:
        logit: z, of which σ(z) is the probability of class 1.
        target: y, which is 1 or 0; or a probability.

    Raises:
        ValueError: y is outside 0 to 1.

    >>> round(binary_cross_entropy_from_logit(0.0, 1).data, 6), binary_cross_entropy_from_logit(40.0, 1).data
    (0.693147, 4.248354255291589e-18)
    """
    target = single(target)
    y = _within_unit(target, "target")
    z = as_operand(logit)
    if isinstance(target, Value):
        return target * softplus(-z) + (1.0 - target) * softplus(z)
    if y == 1.0:
        return softplus(-z)
    if y == 0.0:
        return softplus(z)
    return y * softplus(-z) + (1.0 - y) * softplus(z)


def cross_entropy_from_logits(logits: Sequence[Operand], target_index: int | Value) -> Value:
    """L = −log ŷ_c of ŷ = softmax(z), from the logits z: ln Σ exp zⱼ − z_c, for the correct class c.

    The textbook's equation for the cross-entropy loss with hard classification (the negative log likelihood loss), with its
    softmax written out. It is measured in nats: the exponential of its mean over a text is the perplexity.

    Args:
        logits: z, one for each class.
        target_index: c, the number of the correct class, counted from 0.

    Raises:
        ValueError: there are no logits.
        IndexError: there is no class c.
        TypeError: c is not a whole number.

    >>> round(cross_entropy_from_logits([0.6, 1.1, -1.5, 1.2, 3.2, -1.1], 4).data, 4)
    0.3036
    """
    z = tuple(logits)
    target_index = single(target_index)
    number = number_of(target_index) if isinstance(target_index, Value) else number_in(target_index)
    if hasattr(number, "is_integer") and number.is_integer():
        number = int(number)
    try:
        number = index(number)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"cross_entropy_from_logits: the target is a class number, not {target_index!r}") from None
    if z and not 0 <= number < len(z):
        raise IndexError(f"cross_entropy_from_logits: class {number} is out of range for {len(z)} logits; classes count from 0")
    return logsumexp(z) - (pick(z, target_index) if isinstance(target_index, Value) else z[number])


def squared_error(output: Operand, target: Operand) -> Value:
    """(ŷ − y)², the loss of a regression; for several outputs, add their losses with `autograd.total`.

    >>> squared_error(3.0, 1.0).data
    4.0
    """
    return (as_operand(output) - target).square()


def hinge(score: Operand, target: Operand) -> Value:
    """max(0, 1 − y·s): 0 once the score is on the right side by at least 1. Its slope at the kink is that of the ReLU.

    Source: Cortes & Vapnik 1995, "Support-vector networks".

    Args:
        score: s, of which the sign is the predicted class.
        target: y, which is −1 or +1.

    Raises:
        ValueError: y is neither.

    >>> hinge(0.25, 1).data, hinge(0.25, -1).data, hinge(3.0, 1).data
    (0.75, 1.25, 0.0)
    """
    target = single(target)
    if number_of(target) not in (-1.0, 1.0):
        raise ValueError(f"hinge: the target must be -1 or +1, not {number_of(target)!r}")
    if traces and isinstance(target, Value):
        require(equal(target, 1.0) + equal(target, -1.0), "hinge: the target must be -1 or +1")
    return relu(1.0 - target * as_operand(score))


Loss = Callable[..., Value]
"""A function of the parts of one example that gives its loss."""


def _within_unit(operand: Operand, name: str) -> float:
    number = number_of(operand)
    if not 0.0 <= number <= 1.0:
        raise ValueError(f"the {name} must be from 0 to 1, not {number!r}")
    if traces and isinstance(operand, Value):
        # Of the other examples that a compiled loss is for.
        require(operand >= 0.0, f"the {name} must be from 0 to 1")
        require(operand <= 1.0, f"the {name} must be from 0 to 1")
    return number
