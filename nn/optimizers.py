"""Optimizers: how parameters move once they have their gradients."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar

from autograd import Value
from nn.attributes_elsewhere import Answering, answering
from nn.checks import finite_number
from nn.module import Module, is_parameter


class Optimizer(Answering):
    """The base of all optimizers: the parameters and the learning rate.

    An optimizer of your own derives from it and defines `update`, the formula, or `move`, which moves one parameter. A formula
    is computed with floats by `step` and with arrays by `nn.train`, which is much faster. Where the loss is compiled to machine
    code, so is a formula that consists of arithmetic, powers of settings, ``numpy.sqrt``, ``numpy.where``, comparisons and the
    like: then it is run a few times on stand-ins for numbers, to see what it does, and depends on nothing but its arguments and
    the optimizer's attributes. Attributes that are floats may be assigned at any time.

    Attributes:
        parameters: a tuple of Values.
        n_states: how many numbers are kept for each parameter from step to step, a constant of the class.
        states: these numbers, a list for each of the n_states.
        steps: how many steps each parameter has taken.
    """

    _foreign_names: ClassVar[dict[str, str]] = {
        "param_groups": "optimizer.parameters, and optimizer.learning_rate to read or assign; for two rates make two optimizers",
        "minimize": "loss.backward(), then optimizer.step()",
        "state_dict": "nothing: it is pickled whole",
    }

    n_states = 0

    def __init__(self, parameters: Iterable[Value], learning_rate: float) -> None:
        self.parameters = _checked_parameters(parameters)
        self._learning_rate = finite_number(learning_rate, "learning_rate", above=0.0)
        self.states = [[0.0] * len(self.parameters) for _ in range(self.n_states)]
        self.steps = [0] * len(self.parameters)

    @property
    def learning_rate(self) -> float:
        """How far a step goes; may be assigned at any time, also 0 for no step at all.

        Raises:
            ValueError: on assignment of a negative, infinite or undefined number.
        """
        return self._learning_rate

    @learning_rate.setter
    def learning_rate(self, number: float) -> None:
        self._learning_rate = finite_number(number, "learning_rate", least=0.0)

    # For those who come from PyTorch.
    lr = learning_rate

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to None, so that the next backward pass starts afresh."""
        for parameter in self.parameters:
            parameter.gradient = None

    def step(self) -> None:
        """Move each parameter that has a gradient. Parameters that no backward pass has reached stay, and so do their states.

        Raises:
            FloatingPointError: a gradient is infinite or nan; nothing has changed then.
        """
        reached = [(place, p, p.gradient) for place, p in enumerate(self.parameters) if p.gradient is not None]
        for place, parameter, gradient in reached:
            if not math.isfinite(gradient):
                raise not_finite(parameter, place, gradient)
        for place, parameter, gradient in reached:
            parameter.data = self.move(place, parameter.data, gradient)

    def move(self, place: int, number: float, gradient: float) -> float:
        """Return the new number of the parameter at a place in `parameters`."""
        self.steps[place] += 1
        moved, states = self.update(number, gradient, [kept[place] for kept in self.states], self.steps[place])
        for kept, state in zip(self.states, states, strict=True):
            kept[place] = state
        return float(moved)

    def update(self, number: Any, gradient: Any, states: Sequence[Any], t: Any) -> tuple[Any, Sequence[Any]]:
        """Compute a step of a parameter: the formula, in operations that floats and arrays have in common.

        Args:
            number: the number of the parameter.
            gradient: the gradient of the loss with respect to it.
            states: the `n_states` numbers that its last step has kept; 0 at first.
            t: the number of this step, counted from 1.

        Returns:
            The new number of the parameter, and the numbers to keep.
        """
        raise NotImplementedError(f"{type(self).__name__} defines neither move nor update")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.parameters)} parameters, learning_rate={self._learning_rate!r})"


class SGD(Optimizer):
    """Gradient descent, stochastic if the gradients come from batches.

        v ← μv + (g + λp)     p ← p − ηv

    v is 0 at first. With μ = λ = 0 it is the textbook's θ ← θ − η∇L. Momentum and weight decay (an L2 penalty of λp²/2) as
    PyTorch defines them.

    Args:
        parameters: the Values to move; `Module.parameters()` gives those of a network.
        learning_rate: η, positive.
        momentum: μ, from 0 to less than 1.
        weight_decay: λ, not negative.

    Raises:
        ValueError: a setting is out of range; there are no parameters, or one occurs twice.
        TypeError: a parameter is not a Value.

    >>> w = Value(1.0)
    >>> optimizer = SGD([w], learning_rate=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> w.data
    0.8
    """

    n_states = 1

    @answering("SGD(model.parameters(), learning_rate=0.01)")
    def __init__(
        self, parameters: Iterable[Value], learning_rate: float, *, momentum: float = 0.0, weight_decay: float = 0.0
    ) -> None:
        super().__init__(parameters, learning_rate)
        self.momentum = _fraction(momentum, "momentum")
        self.weight_decay = finite_number(weight_decay, "weight_decay", least=0.0)

    def update(self, number: Any, gradient: Any, states: Sequence[Any], t: Any) -> tuple[Any, Sequence[Any]]:
        """The formula above."""
        velocity = self.momentum * states[0] + (gradient + self.weight_decay * number)
        return number - self._learning_rate * velocity, [velocity]


class Adam(Optimizer):
    """Adam: steps in proportion to the mean of the gradients over the root of their mean square, both running means.

        m ← β₁m + (1 − β₁)g     v ← β₂v + (1 − β₂)g²     p ← p − η · m/(1 − β₁ᵗ) ÷ (√(v/(1 − β₂ᵗ)) + ε)

    t counts the steps of each parameter, which are those in which it had a gradient. Source: Kingma & Ba 2015, "Adam: a
    method for stochastic optimization", algorithm 1.

    Args:
        parameters: the Values to move.
        learning_rate: η, positive.
        betas: β₁ and β₂, each from 0 to less than 1.
        epsilon: ε, positive.
        weight_decay: λ of an L2 penalty, whose gradient λp is added to g; `AdamW` decays the weights themselves.

    Raises:
        ValueError: a setting is out of range; there are no parameters, or one occurs twice.
        TypeError: a parameter is not a Value.

    >>> w = Value(1.0)
    >>> optimizer = Adam([w], learning_rate=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    0.9
    """

    n_states = 2

    @answering("Adam(model.parameters(), learning_rate=0.01)")
    def __init__(
        self,
        parameters: Iterable[Value],
        learning_rate: float = 1e-3,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, learning_rate)
        try:
            beta1, beta2 = betas
        except (TypeError, ValueError):
            raise ValueError(f"betas must be two numbers, not {betas!r}") from None
        self.betas = (_fraction(beta1, "the first of betas"), _fraction(beta2, "the second of betas"))
        self.epsilon = finite_number(epsilon, "epsilon", above=0.0)
        self.weight_decay = finite_number(weight_decay, "weight_decay", least=0.0)

    def update(self, number: Any, gradient: Any, states: Sequence[Any], t: Any) -> tuple[Any, Sequence[Any]]:
        """The formula above."""
        return self._adapted(number, gradient + self.weight_decay * number, states, t)

    def _adapted(self, number: Any, gradient: Any, states: Sequence[Any], t: Any) -> tuple[Any, Sequence[Any]]:
        beta1, beta2 = self.betas
        m = beta1 * states[0] + (1.0 - beta1) * gradient
        v = beta2 * states[1] + (1.0 - beta2) * (gradient * gradient)
        mean, square = m / (1.0 - _power(beta1, t)), v / (1.0 - _power(beta2, t))
        step = self._learning_rate * mean / (_root(square) + self.epsilon)
        return number - step, [m, v]


class AdamW(Adam):
    """Adam with decoupled weight decay: p is multiplied by 1 − ηλ before Adam's step, which doesn't see the decay.

    Source: Loshchilov & Hutter 2019, "Decoupled weight decay regularization", algorithm 2, with the decay scaled by η
    as PyTorch does.

    Args:
        parameters, learning_rate, betas, epsilon: as for `Adam`.
        weight_decay: λ, not negative.

    Raises:
        ValueError, TypeError: as `Adam`.

    >>> w = Value(1.0)
    >>> optimizer = AdamW([w], learning_rate=0.1, weight_decay=0.5)
    >>> (0.0 * w).backward()
    >>> optimizer.step()
    >>> w.data
    0.95
    """

    @answering("AdamW(model.parameters(), learning_rate=0.01)")
    def __init__(
        self,
        parameters: Iterable[Value],
        learning_rate: float = 1e-3,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> None:
        super().__init__(parameters, learning_rate, betas=betas, epsilon=epsilon, weight_decay=weight_decay)

    def update(self, number: Any, gradient: Any, states: Sequence[Any], t: Any) -> tuple[Any, Sequence[Any]]:
        """The formula of Adam, for a parameter that has decayed."""
        return self._adapted(number * (1.0 - self._learning_rate * self.weight_decay), gradient, states, t)


def not_finite(parameter: Value, place: int, gradient: float) -> FloatingPointError:
    """Return the error for a gradient that is infinite or nan."""
    name = parameter.label or f"parameter {place}"
    return FloatingPointError(f"the gradient of {name} is {gradient!r}; no parameter was changed")


def _root(number: Any) -> Any:
    if number.__class__ is float:
        return math.sqrt(number)
    import numpy

    return numpy.sqrt(number)


def _power(base: float, t: Any) -> Any:
    """Python's power of floats, also for an array of t: the last bits of NumPy's powers differ from processor to processor."""
    if not getattr(t, "shape", ()):
        return base**t
    import numpy

    different, places = numpy.unique(t, return_inverse=True)
    return numpy.array([base**one for one in different.tolist()])[places]


def _checked_parameters(parameters: Iterable[Value]) -> tuple[Value, ...]:
    if isinstance(parameters, Value):
        raise TypeError("an optimizer takes a list of parameters; put the single one in a list")
    given = _described(parameters)
    if given:
        raise TypeError(f"an optimizer takes a list of parameters, not {given}")
    if not isinstance(parameters, Iterable):
        raise TypeError(f"an optimizer takes a list of parameters, as model.parameters() gives it, not {parameters!r}")
    checked = tuple(parameters)
    if not checked:
        used_up = "; the iterator is exhausted, perhaps because it was used before: make a list of it first"
        raise ValueError(f"an optimizer needs at least one parameter{used_up if isinstance(parameters, Iterator) else ''}")
    if set(map(type, checked)) == {Value} and all(map(is_parameter, checked)) and len(set(checked)) == len(checked):
        return checked
    seen: set[Value] = set()
    for place, parameter in enumerate(checked):
        if not isinstance(parameter, Value):
            raise TypeError(f"parameter {place} is not a Value but {_described(parameter) or reprlib.repr(parameter)}")
        if not is_parameter(parameter):
            what = parameter.primitive.name
            raise ValueError(f"parameter {place}, {parameter!r}, is not a leaf but a result of {what}, and only leaves can move")
        if parameter in seen:
            raise ValueError(f"parameter {place}, {parameter!r}, occurs twice: it would move twice in one step")
        seen.add(parameter)
    return checked


def _described(given: Any) -> str:
    """Describe what holds parameters without being a sequence of them, and what to write instead; empty for anything else."""
    if isinstance(given, Module):
        return f"the model {given!r} itself; write model.parameters()"
    if isinstance(getattr(given, "__self__", None), Module):
        return f"the method {given.__name__} itself; call it: model.{given.__name__}()"
    if isinstance(given, type) and issubclass(given, Module):
        return f"the class {given.__name__}; make a model of it, and write model.parameters()"
    if isinstance(given, dict):
        return "a dict; write list(parameters.values())"
    if isinstance(given, list | tuple) and any(isinstance(one, list | tuple | dict | Module) for one in given):
        return "a list of lists or of models; write one flat list, [v for row in rows for v in row], or model.parameters()"
    if isinstance(given, tuple) and len(given) == 2 and isinstance(given[0], str) and isinstance(given[1], Value):
        return f"the pair of the name {given[0]!r} and a Value, as named_parameters() gives it; write model.parameters()"
    return ""


def _fraction(number: float, name: str) -> float:
    fraction = finite_number(number, name, least=0.0)
    if fraction >= 1.0:
        raise ValueError(f"{name} must be less than 1, not {fraction!r}")
    return fraction
