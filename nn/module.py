"""`Module`: what holds parameters, and finds them by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import wraps
from itertools import product
from typing import Any, ClassVar

from autograd import Value
from autograd.engine.scopes import Level, current, enter, leave
from autograd.structures import leaves, rectangular_shape
from autograd.text_tables import text_table
from nn.foreign_names import Answering


class Module(Answering):
    """A part of a network.

    A class of your own derives from it, assigns its parts in `__init__`, and defines `__call__`. Leaf Values, Modules,
    and lists, tuples and dicts of them, nested as you like, are found in the attributes, in the order of assignment.
    Attributes whose name begins with an underscore are passed over; so are computed Values.

    Attributes:
        label: a name for error messages and pictures; `named_parameters` of the outermost Module fills it in where it is empty.
        scope_level: as what a picture folds it: ``"neuron"``, ``"layer"`` or, if a class doesn't say, ``"network"``.

    >>> class Line(Module):
    ...     def __init__(self):
    ...         self.w = [Value(0.5), Value(-1.0)]
    ...         self.b = Value(2.0)
    ...     def __call__(self, x):
    ...         return self.w[0] * x[0] + self.w[1] * x[1] + self.b
    >>> line = Line()
    >>> [name for name, parameter in line.named_parameters()]
    ['w.0', 'w.1', 'b']
    >>> line([2.0, 1.0]).data
    2.0
    """

    label: str = ""
    scope_level: ClassVar[Level] = "network"
    _foreign_names: ClassVar[dict[str, str]] = {
        "train": "nn.train(model, loss, examples, epochs=10, optimizer=optimizer); there is no mode to switch",
        "eval": "nothing: all is the same in training and after it; no_grad() spares the record",
        **dict.fromkeys(("forward", "predict"), "a call of it, model(x)"),
        **dict.fromkeys(("fit", "compile"), "nn.train(model, loss, examples, epochs=10, optimizer=optimizer)"),
        "state_dict": "dict(model.named_parameters()), or nn.save(model, path)",
        "load_state_dict": "nn.load(model, path)",
        **dict.fromkeys(("to", "cpu", "cuda", "double", "half"), "nothing: every number is a float of Python"),
        **dict.fromkeys(("num_parameters", "n_parameters", "num_params", "count_params"), "len(model.parameters())"),
        **dict.fromkeys(("grad", "gradient", "gradients"), "[p.gradient for p in model.parameters()]"),
    }
    # A class whose `__call__` enters the scope in its own lines says so, and is spared the cost of a call.
    _enters_scope: ClassVar[bool] = False

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        if "__call__" in vars(cls) and not vars(cls).get("_enters_scope"):
            cls.__call__ = _in_scope(cls.__call__)  # type: ignore[method-assign]

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Compute the output; each kind of Module says how."""
        raise NotImplementedError(f"{type(self).__name__} does not define __call__")

    def named_parameters(self) -> Iterator[tuple[str, Value]]:
        """Each parameter once, with its dotted name: where it is found first, in the order of definition.

        Unlabelled parameters and submodules take their names as labels.

        Raises:
            ValueError: two attributes lead to the same dotted name, as the keys ``1`` and ``"1"`` of a dict would.
        """
        named: dict[Value, str] = {}
        for array in parameter_arrays(self):
            if not array.owner.label:
                array.owner.label = array.owner_name
            for index, value in zip(product(*map(range, array.shape)), array.values, strict=True):
                if is_parameter(value) and value not in named:
                    named[value] = ".".join([array.name, *map(str, index)])
        for value, name in named.items():
            if not value.label:
                value.label = name
        return iter([(name, value) for value, name in named.items()])

    def parameters(self) -> list[Value]:
        """The parameters, each once, in the order of `named_parameters`.

        >>> from nn import Layer
        >>> len(Layer(2, 3).parameters())
        9
        """
        return [parameter for _, parameter in self.named_parameters()]

    def symbols(self) -> dict[Value, str]:
        """How pictures write the parameters: by their labels, or ``w^{[1]}_{21}``, the weight of unit 2 of layer 1 for input 1.

        Units, inputs and layers count from 1, as the text has them; the input 0 is the dummy input, whose weight is the bias.

        >>> from nn import MLP
        >>> list(MLP(2, [1, 1]).symbols().values())
        ['w^{[1]}_{11}', 'w^{[1]}_{12}', 'b^{[1]}_1', 'w^{[2]}_{11}', 'b^{[2]}_1']
        """
        symbols: dict[Value, str] = {}
        for array in parameter_arrays(self):
            *path, attribute = array.name.split(".")
            counted = [str(int(part) + 1) if part.isdigit() else part for part in path if part != "layers"]
            layer = f"^{{[{_script(counted)}]}}" if counted else ""
            letter = {"weight": "w", "bias": "b"}.get(attribute, attribute)
            firsts = array.owner.first_index(attribute, len(array.shape))
            for index, value in zip(product(*map(range, array.shape)), array.values, strict=True):
                name = ".".join([array.name, *map(str, index)])
                if not is_parameter(value):
                    continue
                symbol = value.label
                if not symbol or f".{symbol}".endswith(f".{name}"):  # the label that `named_parameters` gave
                    places = [str(first + number) for first, number in zip(firsts, index, strict=True)]
                    symbol = letter + layer + (f"_{_braced(_script(places))}" if places else "")
                symbols.setdefault(value, symbol)
        return symbols

    def first_index(self, attribute: str, n_dimensions: int) -> Sequence[int]:
        """From what number on pictures count along each dimension of an attribute: 1, unless a class says otherwise."""
        return (1,) * n_dimensions

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to None: no backward pass has reached it yet."""
        for parameter in self.parameters():
            parameter.gradient = None

    def summary(self) -> str:
        """A table of the submodules that hold parameters, the shapes, and how many there are.

        Parameters that several submodules share are counted where they are found first.

        >>> from nn import MLP
        >>> print(MLP(2, [3, 1]).summary())
        name      module                   parameters          number
        layers.0  Layer(2, 3, 'tanh')      weight 3×2, bias 3       9
        layers.1  Layer(3, 1, 'identity')  weight 1×3, bias 1       4
        total                                                      13
        """
        counted: set[Value] = set()
        rows = [["name", "module", "parameters", "number"]]
        for owner, owner_name, arrays in _by_owner(parameter_arrays(self)):
            held = {value for array in arrays for value in array.values if is_parameter(value)}
            described = ", ".join(
                f"{array.name[len(owner_name) :].lstrip('.')} {'×'.join(map(str, array.shape)) or '1'}"
                + (" (shared)" if counted.issuperset(v for v in array.values if is_parameter(v)) else "")
                for array in arrays
            )
            rows.append([owner_name or "itself", repr(owner), described, str(len(held - counted))])
            counted |= held
        rows.append(["total", "", "", str(len(counted))])
        return text_table(rows, right=[False, False, False, True], rule="")

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


@dataclass(frozen=True, slots=True)
class ParameterArray:
    """An attribute that is a Value or a rectangular nest of Values, as one array.

    Attributes:
        name: the dotted name of the attribute.
        owner: the Module whose attribute it is.
        owner_name: the dotted name of that Module, empty for the outermost.
        shape: the lengths of the nest; () for one Value.
        values: the Values in order, the last index running fastest. Constants among them are no parameters.
    """

    name: str
    owner: Module
    owner_name: str
    shape: tuple[int, ...]
    values: tuple[Value, ...]


def is_parameter(value: Value) -> bool:
    """Whether a Value that a Module holds is one that training may change: a leaf, not a constant."""
    return value.primitive.name == "leaf"


def parameter_arrays(module: Module) -> list[ParameterArray]:
    """All attributes of a Module and its submodules that hold parameters, in the order of definition.

    A nest of Values that is not rectangular is taken apart into the largest nests that are.

    Raises:
        ValueError: two attributes lead to the same dotted name.
    """
    arrays = list(_arrays_of_module(module, "", set()))
    names: set[str] = set()
    for array in arrays:
        if array.name in names:
            raise ValueError(f"two attributes of {module!r} lead to the name {array.name!r}; rename one")
        names.add(array.name)
    return arrays


def _arrays_of_module(module: Module, name: str, visited: set[int]) -> Iterator[ParameterArray]:
    if id(module) in visited:
        return
    visited.add(id(module))
    for attribute, held in vars(module).items():
        if not attribute.startswith("_"):
            yield from _arrays_of(held, _join(name, attribute), module, name, visited)


def _arrays_of(held: Any, name: str, owner: Module, owner_name: str, visited: set[int]) -> Iterator[ParameterArray]:
    if isinstance(held, Module):
        yield from _arrays_of_module(held, name, visited)
    elif isinstance(held, Value | list | tuple):
        shape = rectangular_shape(held, _shape_of_leaf)
        if shape is not None:
            values = list(leaves(held))
            if any(map(is_parameter, values)):
                yield ParameterArray(name, owner, owner_name, shape, tuple(values))
        elif not isinstance(held, Value):
            for index, element in enumerate(held):
                yield from _arrays_of(element, _join(name, index), owner, owner_name, visited)
    elif isinstance(held, dict):
        for key, element in held.items():
            yield from _arrays_of(element, _join(name, key), owner, owner_name, visited)


def _shape_of_leaf(leaf: Any) -> tuple[int, ...] | None:
    return () if isinstance(leaf, Value) and not leaf.operands else None


def _by_owner(arrays: Sequence[ParameterArray]) -> Iterator[tuple[Module, str, list[ParameterArray]]]:
    by_name: dict[str, list[ParameterArray]] = {}
    for array in arrays:
        by_name.setdefault(array.owner_name, []).append(array)
    for name, of_owner in by_name.items():
        yield of_owner[0].owner, name, of_owner


def _script(parts: Sequence[str]) -> str:
    """Indices as a label writes them: of one digit side by side, longer ones with commas between them."""
    return "".join(parts) if all(len(part) == 1 for part in parts) else ",".join(parts)


def _braced(script: str) -> str:
    return script if len(script) == 1 else f"{{{script}}}"


def _join(name: str, part: Any) -> str:
    return f"{name}.{part}" if name else str(part)


def _in_scope(call: Callable[..., Any]) -> Callable[..., Any]:
    """Have what a Module computes remember the Module, so that a picture can fold it."""

    @wraps(call)
    def call_in_scope(self: Module, *arguments: Any, **keywords: Any) -> Any:
        outer = current.get()
        if outer is not None and outer[1] is self:  # a class calls the one it derives from
            return call(self, *arguments, **keywords)
        token = enter(self)
        try:
            return call(self, *arguments, **keywords)
        finally:
            leave(token)

    return call_in_scope
