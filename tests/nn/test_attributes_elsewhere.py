"""What people type who come from other libraries is answered with what to type here."""

from __future__ import annotations

import copy
import inspect
import pickle
import re
from collections.abc import Callable
from typing import Any

import pytest

import autograd
import nn
from nn import MLP, SGD, Adam, AdamW, Embedding, History, Layer, Module, Neuron, squared_error, train
from nn.attributes_elsewhere import _ARGUMENTS, OF_PACKAGE, Answering

LAYER = Layer(2, 1)
CALLS: dict[str, Callable[..., Any]] = {
    "Neuron": lambda *more, **how: Neuron(2, *more, **how),
    "Layer": lambda *more, **how: Layer(2, 1, *more, **how),
    "MLP": lambda *more, **how: MLP(2, [2, 1], *more, **how),
    "Embedding": lambda *more, **how: Embedding(3, 2, *more, **how),
    "SGD": lambda *more, **how: SGD(LAYER.parameters(), 0.1, *more, **how),
    "Adam": lambda *more, **how: Adam(LAYER.parameters(), 0.1, *more, **how),
    "AdamW": lambda *more, **how: AdamW(LAYER.parameters(), 0.1, *more, **how),
    "train": lambda *more, **how: train(
        LAYER, lambda x: LAYER(x), [((1.0, 2.0),)], *more, epochs=1, optimizer=SGD(LAYER.parameters(), 0.1), **how
    ),
}
THINGS: dict[str, Any] = {
    "Neuron": Neuron(2),
    "Layer": LAYER,
    "MLP": MLP(2, [2, 1]),
    "Embedding": Embedding(3, 2),
    "SGD": SGD(LAYER.parameters(), 0.1),
    "Adam": Adam(LAYER.parameters()),
    "History": History([0.5]),
}

# Through this name, type checkers let the wrong calls pass.
untyped: Any = nn

OPTIMIZER = r"optimizer=SGD\(model\.parameters\(\), learning_rate=0\.1\)"


def parameters_of(name: str) -> list[str]:
    return [one for one in inspect.signature(getattr(nn, name)).parameters if one != "self"]


def foreign_names(thing: Any) -> dict[str, str]:
    tables = [vars(one).get("_foreign_names", {}) for one in type(thing).__mro__[::-1]]
    return {name: advice for table in tables for name, advice in table.items()}


@pytest.mark.parametrize("name", OF_PACKAGE)
def test_names_of_other_packages(name: str) -> None:
    assert not hasattr(nn, name) and name not in dir(nn)
    with pytest.raises(AttributeError, match=rf"^nn has no {name}; write "):
        getattr(nn, name)
    # What it begins with exists.
    first = re.match(r"(autograd\.)?(\w+)[(,]", OF_PACKAGE[name])
    if first:
        assert hasattr(autograd if first[1] else nn, first[2])


@pytest.mark.parametrize("name", CALLS)
def test_arguments_of_other_libraries(name: str) -> None:
    known = parameters_of(name)
    answered = 0
    for keyword, templates in _ARGUMENTS.items():
        if keyword in known:
            continue
        with pytest.raises(TypeError) as caught:
            CALLS[name](**{keyword: 0.25})
        said = str(caught.value)
        assert said.startswith(f"{name} has no {keyword}=; ")
        right = [template for template in templates if template.partition("=")[0] in known]
        assert not right or f"write {right[0].format('0.25')}" in said
        answered += bool(right)
    assert answered >= 3


def test_every_argument_is_one_of_some_function() -> None:
    known = {parameter for name in CALLS for parameter in parameters_of(name)}
    assert {template.partition("=")[0] for templates in _ARGUMENTS.values() for template in templates} <= known


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: untyped.SGD(LAYER.parameters(), lr=0.1), "SGD has no lr=; write learning_rate=0.1"),
        (lambda: CALLS["train"](lr=0.1), f"train has no lr=; write {OPTIMIZER}"),
        (lambda: CALLS["train"](learning_rate=0.1), f"train has no learning_rate=; write {OPTIMIZER}"),
        (lambda: untyped.Neuron(2, nonlin=False),
         'Neuron has no nonlin=; write activation="relu" for True and "identity" for False'),
        (lambda: untyped.SGD(LAYER.parameters(), learning_rte=0.1), "SGD has no learning_rte=; write learning_rate="),
        (lambda: CALLS["SGD"](xyz=1), "SGD has no xyz=; it takes parameters, learning_rate, momentum, weight_decay"),
        (lambda: CALLS["SGD"](0.9), r"SGD takes at most 2 arguments without a name, and was given 3; write SGD\("),
        (lambda: untyped.SGD(LAYER), r"SGD lacks learning_rate; write SGD\(model\.parameters\(\), learning_rate=0\.01\)"),
        (lambda: untyped.SGD(LAYER, 0.1), r"not the model Layer\(2, 1, 'tanh'\) itself; write model\.parameters\(\)"),
        (lambda: untyped.MLP(2, 16, 16, 1), r"not 16; write MLP\(2, \[16, 16, 1\]\)"),
        (lambda: untyped.MLP(2, 16, 1), r"not 16; write MLP\(2, \[16, 1\]\)"),
        (lambda: untyped.MLP(2, 16, 16, 16, 1), r"MLP takes at most 4 arguments .* was given 5; write MLP\(2, \[16, 16, 1\]\)"),
        (lambda: untyped.Layer(2, 3, bias=True), 'not True: write "separate" for True and None for False'),
        (lambda: untyped.Adam(LAYER.parameters(), eps=1e-6), "Adam has no eps=; write epsilon=1e-06"),
        (lambda: CALLS["train"](10), r"train takes at most 3 arguments without a name, and was given 4; write train\("),
        (lambda: untyped.train(LAYER, squared_error, [(1, 1)]), r"train lacks epochs and optimizer; write train\(model, loss, "),
        (lambda: untyped.train(LAYER, squared_error, [(1, 1)], epochs=1, optimizer="sgd"),
         r"such as Adam\(model\.par.*, not 'sgd'"),
    ],
)  # fmt: skip
def test_examples(call: Callable[[], Any], said: str) -> None:
    with pytest.raises((TypeError, ValueError), match=said):
        call()


@pytest.mark.parametrize("kind", THINGS)
def test_attributes_of_other_libraries(kind: str) -> None:
    thing, names = THINGS[kind], foreign_names(THINGS[kind])
    assert names
    for name, advice in names.items():
        assert not hasattr(thing, name)
        with pytest.raises(AttributeError) as caught:
            getattr(thing, name)
        assert str(caught.value) == f"{kind} has no .{name}; write {advice}"
        for part in advice.replace(", for each layer", "").replace(" and ", ", ").split(", "):
            if part.startswith("."):
                # What it says to write, there is.
                eval(f"thing{part}", {"thing": thing})


def test_unknown_attributes_are_pythons_own_affair() -> None:
    for thing in THINGS.values():
        with pytest.raises(AttributeError, match=f"'{type(thing).__name__}' object has no attribute 'xyz'"):
            thing.xyz  # noqa: B018
        for name in ("_repr_html_", "_ipython_display_", "__deepcopy__", "__array__", "_xyz"):
            assert not hasattr(thing, name)


def test_an_optimizers_rate_has_two_names() -> None:
    optimizer = SGD(LAYER.parameters(), learning_rate=0.1)
    optimizer.lr = 0.2
    assert optimizer.learning_rate == optimizer.lr == 0.2
    with pytest.raises(ValueError, match="learning_rate must be"):
        optimizer.lr = -1


def test_a_class_of_ones_own_has_what_it_likes() -> None:
    class Mine(Module):
        def __init__(self) -> None:
            self.w = self.neurons = [1.0]

        def train(self) -> str:
            return "mine"

        @property
        def broken(self) -> float:
            return self.w.missing  # type: ignore[attr-defined]

    mine = Mine()
    assert mine.w is mine.neurons and mine.train() == "mine"
    with pytest.raises(AttributeError, match="'list' object has no attribute 'missing'"):
        mine.broken  # noqa: B018


@pytest.mark.parametrize("kind", THINGS)
def test_copies_and_pickles_are_undisturbed(kind: str) -> None:
    for copied in (copy.copy(THINGS[kind]), copy.deepcopy(THINGS[kind]), pickle.loads(pickle.dumps(THINGS[kind]))):
        assert type(copied) is type(THINGS[kind]) and vars(copied).keys() == vars(THINGS[kind]).keys()


def test_signatures_are_kept() -> None:
    assert list(inspect.signature(train).parameters)[:3] == ["model", "loss", "examples"]
    assert "learning_rate" in inspect.signature(SGD).parameters
    assert issubclass(Module, Answering)
