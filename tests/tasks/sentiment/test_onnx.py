"""Trained sentiment models as ONNX files: the same probabilities in single precision, for batches of any size."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy
import pytest

pytest.importorskip("onnx")

from onnx_models import OnnxModel

from autograd import Value, sigmoid, softmax, total, vectorize
from tasks.sentiment.classifiers import RECIPES, Document, documents_of, fit
from tasks.sentiment.corpora import shipped_corpus
from tasks.sentiment.lexicons import shipped_lexicon
from tasks.sentiment.networks import PooledNetwork

pytestmark = [pytest.mark.onnx, pytest.mark.filterwarnings("ignore::DeprecationWarning:onnx")]

SIZES = (1, 7, 512)
LENGTH = 16


def documents(n_classes: int) -> list[Document]:
    corpus = shipped_corpus()
    variant = corpus if n_classes == 3 else corpus.without_class("neutral")
    return documents_of(variant.sentences, variant)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("name", RECIPES)
def test_probabilities(name: str, n_classes: int, tmp_path: Path) -> None:
    some = documents(n_classes)
    classifier, _ = fit(replace(RECIPES[name], epochs=2), some[:200], n_classes, shipped_lexicon())
    network = classifier.network

    def predicted(features: Any, *n_words: Any) -> Any:
        logits = list(network(features, *n_words))
        probabilities = [sigmoid(logits[0])] if n_classes == 2 else softmax(logits)
        return total(logits), {"probabilities": probabilities, "logits": logits}

    encoded = [classifier.encode(document.tokens) for document in some]
    examples: list[tuple[Any, ...]] = [(features,) for features in encoded]
    if isinstance(network, PooledNetwork):
        examples = [(network.fill(words[:LENGTH], LENGTH), min(len(words), LENGTH)) for words in encoded]
    program = vectorize(predicted, *examples[0], parameters=network.parameters())
    # What both compute with is the same.
    theta = program.parameters.read().astype(numpy.float32).astype(float)
    program.parameters.write(theta)
    model = OnnxModel(program, tmp_path / "sentiment.onnx")
    assert model.outputs == ["probabilities", "logits"]
    assert model.inputs == ["features", "n_words_0"][: len(model.inputs)]
    assert ("Sigmoid" if n_classes == 2 else "Softmax") in model.operators
    for size in SIZES:
        batch = [numpy.array(part)[numpy.arange(size) % len(examples)] for part in zip(*examples, strict=True)]
        batch = [part.astype(numpy.float32).astype(float) if part.dtype == float else part for part in batch]
        found = model.run(*batch)
        wanted = program.outputs(theta, *batch)
        for output in ("probabilities", "logits"):
            assert found[output].shape == wanted[output].shape and found[output].dtype == numpy.float32
            assert found[output] == pytest.approx(wanted[output], rel=1e-6, abs=1e-6)
        # The eager engine, for the last example.
        arguments = [[Value(float(one)) for one in part[-1]] if part.ndim > 1 else float(part[-1]) for part in batch]
        if isinstance(network, PooledNetwork):
            arguments = [part[-1].tolist() for part in batch]
        _, outputs = predicted(*arguments)
        assert found["probabilities"][-1] == pytest.approx([one.data for one in outputs["probabilities"]], abs=1e-6)
