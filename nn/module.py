"""`Module`: the base of all parts of networks, which finds its parameters by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import wraps
from itertools import chain, count, product, repeat
from operator import attrgetter, is_
from typing import Any, ClassVar

from autograd import Value
from autograd.engine.scopes import Level, current, enter, leave
from autograd.table.primitives import TABLE
from autograd.text_tables import text_table
from nn.attributes_elsewhere import Answering

_LEAF = TABLE["leaf"]
_first_of, _label_of = attrgetter("_first"), attrgetter("_label")


class Module(Answering):
    """A part of a network.

    A class of your own derives from it, assigns its parts in `__init__`, and defines `__call__`. Its parameters are the leaf
    Values in its attributes: by themselves, in other Modules, and in lists, tuples and dicts, nested as you like, in the order
    of assignment. Computed Values, and attributes whose names begin with an underscore, are ignored.

    Attributes:
        label: a name for error messages and pictures; `named_parameters` of the outermost Module fills it in where it is empty.
        scope_level: at which level pictures fold it: ``"neuron"``, ``"layer"`` or, unless a class says otherwise, ``"network"``.

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
        "eval": "nothing: there is no mode to switch; within no_grad() nothing is recorded",
        **dict.fromkeys(("forward", "predict"), "a call of it, model(x)"),
        **dict.fromkeys(("fit", "compile"), "nn.train(model, loss, examples, epochs=10, optimizer=optimizer)"),
        "state_dict": "dict(model.named_parameters()), or nn.save(model, path)",
        "load_state_dict": "nn.load(model, path)",
        **dict.fromkeys(("to", "cpu", "cuda", "double", "half"), "nothing: every number is a float of Python"),
        **dict.fromkeys(("num_parameters", "n_parameters", "num_params", "count_params"), "len(model.parameters())"),
        **dict.fromkeys(("grad", "gradient", "gradients"), "[p.gradient for p in model.parameters()]"),
    }
    # True for a class whose own `__call__` enters the scope, which spares the cost of one more call.
    _enters_scope: ClassVar[bool] = False

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        if "__call__" in vars(cls) and not vars(cls).get("_enters_scope"):
            cls.__call__ = _in_scope(cls.__call__)  # type: ignore[method-assign]

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Compute the output; each class of Module defines how."""
        raise NotImplementedError(f"{type(self).__name__} does not define __call__")

    def named_parameters(self) -> Iterator[tuple[str, Value]]:
        """Return each parameter once, with its dotted name, in the order of definition.

        A parameter that is found in several places has the name of the first. Parameters and submodules without a label get their
        names as labels.

        Raises:
            ValueError: two attributes lead to the same dotted name, as the keys ``1`` and ``"1"`` of a dict would.
        """
        named: dict[Value, str] = {}
        for array in self._labelled():
            for place, value in enumerate(array.values):
                if value.primitive is _LEAF and value not in named:
                    named[value] = array.name_at(place)
        return iter([(name, value) for value, name in named.items()])

    def _labelled(self) -> list[ParameterArray]:
        """The arrays of parameters, once all parameters and submodules have labels."""
        arrays = parameter_arrays(self)
        for array in arrays:
            if not array.owner.label:
                array.owner.label = array.owner_name
            if "" in map(_label_of, array.values):
                for value, label in zip(array.values, zip(repeat(array.name_at), count()), strict=False):
                    if value._label == "" and value.primitive is _LEAF:
                        value._label = label
        return arrays

    def parameters(self) -> list[Value]:
        """Return the parameters, each once, in the order of `named_parameters`.

        >>> from nn import Layer
        >>> len(Layer(2, 3).parameters())
        9
        """
        values = chain.from_iterable(array.values for array in self._labelled())
        return list(dict.fromkeys(value for value in values if value.primitive is _LEAF))

    def symbols(self) -> dict[Value, str]:
        """Return the parameters as pictures write them: their labels, or ``w^{[1]}_{21}``, unit 2 of layer 1, input 1.

        Units, inputs and layers count from 1, as in the textbook; input 0 is the dummy input, whose weight is the bias.

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
        """Return the first index of an attribute along each dimension in pictures: 1, unless a class says otherwise."""
        return (1,) * n_dimensions

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to None, as before any backward pass."""
        for parameter in self.parameters():
            parameter.gradient = None

    def summary(self) -> str:
        """Return a table of the submodules that hold parameters, with the shapes and numbers of these.

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
        values: the Values in order, the last index running fastest; constants among them are not parameters.
    """

    name: str
    owner: Module
    owner_name: str
    shape: tuple[int, ...]
    values: tuple[Value, ...]

    @property
    def name_at(self) -> Callable[[int], str]:
        """What gives the dotted name of each element, by its place among the values."""
        return _Names(self.name, self.shape)


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of an array's elements. It doesn't hold the elements, which hold it."""

    name: str
    shape: tuple[int, ...]

    def __call__(self, place: int) -> str:
        indices = []
        for length in reversed(self.shape):
            place, index = divmod(place, length)
            indices.append(str(index))
        return ".".join([self.name, *reversed(indices)])


def is_parameter(value: Value) -> bool:
    """Tell whether training may change a Value that a Module holds: it is a leaf and not a constant."""
    return value.primitive is _LEAF


def parameter_arrays(module: Module) -> list[ParameterArray]:
    """Return all attributes of a Module and its submodules that hold parameters, in the order of definition.

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
        shape, values = _flattened(held)
        if shape is not None:
            if any(map(is_parameter, values)):
                yield ParameterArray(name, owner, owner_name, shape, tuple(values))
        elif not isinstance(held, Value):
            for index, element in enumerate(held):
                yield from _arrays_of(element, _join(name, index), owner, owner_name, visited)
    elif isinstance(held, dict):
        for key, element in held.items():
            yield from _arrays_of(element, _join(name, key), owner, owner_name, visited)


def _flattened(held: Any) -> tuple[tuple[int, ...] | None, Sequence[Any]]:
    """The shape of a rectangular nest of leaf Values, and the Values; None for the shape of anything else."""
    shape: list[int] = []
    parts: Sequence[Any] = (held,)
    # A level at a time, in few steps of the interpreter: embeddings have millions of elements.
    while issubclass(type(parts[0]), list | tuple):
        lengths = {len(part) if isinstance(part, list | tuple) else 0 for part in parts}
        if len(lengths) > 1 or 0 in lengths:
            return None, ()
        shape.append(*lengths)
        parts = list(chain.from_iterable(parts))
    are_leaves = set(map(type, parts)) == {Value} and all(map(is_, map(_first_of, parts), repeat(None)))
    return (tuple(shape), parts) if are_leaves else (None, ())


def _by_owner(arrays: Sequence[ParameterArray]) -> Iterator[tuple[Module, str, list[ParameterArray]]]:
    by_name: dict[str, list[ParameterArray]] = {}
    for array in arrays:
        by_name.setdefault(array.owner_name, []).append(array)
    for name, of_owner in by_name.items():
        yield of_owner[0].owner, name, of_owner


def _script(parts: Sequence[str]) -> str:
    """Write indices as labels have them: side by side, with commas between them if one has several digits."""
    return "".join(parts) if all(len(part) == 1 for part in parts) else ",".join(parts)


def _braced(script: str) -> str:
    return script if len(script) == 1 else f"{{{script}}}"


def _join(name: str, part: Any) -> str:
    return f"{name}.{part}" if name else str(part)


def _in_scope(call: Callable[..., Any]) -> Callable[..., Any]:
    """Make the results of a Module remember the Module, so that pictures can fold it."""

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
