"""Names that people bring from other libraries, and what to write here instead.

>>> from nn import SGD, Layer
>>> SGD(Layer(2, 1).parameters(), lr=0.1)
Traceback (most recent call last):
TypeError: SGD has no lr=; write learning_rate=0.1
>>> Layer(2, 1).neurons
Traceback (most recent call last):
AttributeError: Layer has no .neurons; write zip(layer.weight, layer.bias), the weights and the bias of each unit
"""

from __future__ import annotations

import inspect
import reprlib
from collections.abc import Callable
from difflib import get_close_matches
from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar, ParamSpec, TypeVar

_P = ParamSpec("_P")
_R = TypeVar("_R")

# For each argument what to write: the first text that begins with an argument of the called function. {} is the given value.
_ARGUMENTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("lr", "eta", "step_size"), ("learning_rate={}", "optimizer=SGD(model.parameters(), learning_rate={})")),
    "learning_rate": ("optimizer=SGD(model.parameters(), learning_rate={})",),
    "params": ("parameters={}",),
    "eps": ("epsilon={}",),
    **dict.fromkeys(("beta1", "beta2"), ("betas=(0.9, 0.999), both in one",)),
    **dict.fromkeys(("l2", "wd", "decay"), ("weight_decay={}",)),
    **dict.fromkeys(("nin", "n_in", "in_features", "input_size", "input_dim"), ("n_inputs={}",)),
    **dict.fromkeys(("nout", "n_out", "out_features", "output_size", "n_units", "units"), ("n_outputs={}",)),
    **dict.fromkeys(("nouts", "layers", "layer_sizes"), ("sizes={}",)),
    **dict.fromkeys(("hidden", "hidden_sizes", "hidden_layer_sizes"), ("sizes=[16, 1], the number of outputs at the end",)),
    **dict.fromkeys(("num_embeddings", "vocab_size"), ("n_words={}",)),
    **dict.fromkeys(("embedding_dim", "embedding_size"), ("n_dimensions={}",)),
    "padding_idx": ("padding_index={}",),
    "nonlin": ('activation="relu" for True and "identity" for False',),
    "nonlinearity": ("activation={}",),
    **dict.fromkeys(("init", "weight_init"), ("initializer={}",)),
    "random_state": ("seed={}", "shuffle_seed={}"),
    "seed": ("shuffle_seed={}",),
    "shuffle": ("shuffle_seed=0 for True and None for False",),
    "verbose": ("progress={}",),
    **dict.fromkeys(("n_epochs", "num_epochs", "max_iter"), ("epochs={}",)),
    **dict.fromkeys(("validation_data", "val_data"), ("validation={}",)),
    "early_stopping": ("patience=5",),
    **dict.fromkeys(("scheduler", "lr_scheduler"), ("schedule={}",)),
}  # fmt: skip


def answering(example: str) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """Make a function, or the `__init__` of a class, say what to write when it gets arguments that it doesn't have.

    Args:
        example: a correct call, whose arguments without a default come first.
    """
    name = example.partition("(")[0]

    def decorate(function: Callable[_P, _R]) -> Callable[_P, _R]:
        parameters = inspect.signature(function).parameters
        known = [one for one in parameters if one != "self"]
        n_own = len(parameters) - len(known)
        most = sum(one.kind is not one.KEYWORD_ONLY for one in parameters.values()) - n_own

        required = [one.name for one in parameters.values() if one.default is one.empty]

        @wraps(function)
        def answer(*arguments: _P.args, **keywords: _P.kwargs) -> _R:
            for keyword, given in keywords.items():
                if keyword not in parameters:
                    raise TypeError(f"{name} has no {keyword}=; {_instead_of(keyword, given, known)}")
            n_given = len(arguments) - n_own
            if n_given > most:
                raise TypeError(f"{name} takes at most {most} arguments without a name, and was given {n_given}; write {example}")
            missing = [one for one in required[len(arguments) :] if one not in keywords]
            if missing:
                raise TypeError(f"{name} lacks {' and '.join(missing)}; write {example}")
            return function(*arguments, **keywords)

        return answer

    return decorate


def _instead_of(keyword: str, given: Any, known: list[str]) -> str:
    for template in _ARGUMENTS.get(keyword, ()):
        if template.partition("=")[0] in known:
            return f"write {template.format(reprlib.repr(given))}"
    close = get_close_matches(keyword, known, 1)
    return f"write {close[0]}=" if close else f"it takes {', '.join(known)}"


class Answering:
    """A class whose objects say what to write instead of attributes that other libraries have.

    Each class of the family can have a table, `_foreign_names`, of such attributes and what to write instead. The object doesn't
    have these attributes: `hasattr` says False.
    """

    _foreign_names: ClassVar[dict[str, str]] = {}

    # Hidden from type checkers, which would otherwise accept any attribute.
    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            kind = type(self)
            if hasattr(kind, name):
                # A property has raised an AttributeError; this raises it again.
                return object.__getattribute__(self, name)
            for one in kind.__mro__:
                if name in vars(one).get("_foreign_names", ()):
                    raise AttributeError(f"{kind.__name__} has no .{name}; write {one._foreign_names[name]}")
            raise AttributeError(f"{kind.__name__!r} object has no attribute {name!r}", name=name, obj=self)


_LAYER = 'Layer(n_inputs, n_outputs, "identity")'
_ACTIVATION = 'activation="{}" of a Layer or an MLP'
OF_PACKAGE: dict[str, str] = {
    **dict.fromkeys(("Linear", "Dense"), _LAYER),
    "Sequential": "MLP(n_inputs, [16, 1]), or a Module of your own whose __call__ applies one part after the other",
    **{name: f"{_ACTIVATION.format(name.lower())}, or autograd.{name.lower()}" for name in ("ReLU", "Tanh", "Sigmoid")},
    "Softmax": "autograd.softmax(values)",
    **dict.fromkeys(("CrossEntropyLoss", "NLLLoss"), "cross_entropy_from_logits(logits, index)"),
    "MSELoss": "squared_error(output, target)",
    "BCELoss": "binary_cross_entropy(probability, target)",
    "BCEWithLogitsLoss": "binary_cross_entropy_from_logit(logit, target)",
    "Parameter": "autograd.Value(number, label): the leaves that a Module holds are its parameters",
    "ModuleList": "a list: the Modules in it are found",
    "optim": "SGD, Adam, AdamW: they stand in nn itself",
    "functional": "the functions of autograd, and the losses in nn itself",
    "init": 'initializer="glorot", "he" or a function: see nn.initializers',
    "manual_seed": "seed(0)",
    "Value": "autograd.Value",
}
"""Names that users of other packages look for in nn, and what to write instead."""


def no_such_name(name: str) -> AttributeError:
    """Return the error for a name that the package nn doesn't have.

    >>> no_such_name("MSELoss")
    AttributeError('nn has no MSELoss; write squared_error(output, target)')
    """
    if name in OF_PACKAGE:
        return AttributeError(f"nn has no {name}; write {OF_PACKAGE[name]}")
    return AttributeError(f"module 'nn' has no attribute {name!r}", name=name)
