"""The sliding-window network as an ONNX file: the same distributions in single precision, for batches of any size."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy
import pytest

pytest.importorskip("onnx")

from onnx_models import OnnxModel

from autograd import softmax, vectorize
from nn import Adam, cross_entropy_from_logits, train
from tasks.language_model.neural import SlidingWindowNetwork, make_examples

pytestmark = [pytest.mark.onnx, pytest.mark.filterwarnings("ignore::DeprecationWarning:onnx")]

SIZES = (1, 7, 512)
N_WORDS, CONTEXT = 400, 3


@pytest.mark.parametrize(("tied", "direct"), [(False, False), (True, False), (False, True)])
def test_distributions(tied: bool, direct: bool, tmp_path: Path) -> None:
    network = SlidingWindowNetwork(N_WORDS, CONTEXT, 8, 16, tied=tied, direct=direct, seed=2)
    draw = numpy.random.default_rng(5)
    sentences = [draw.zipf(1.3, 12).clip(1, N_WORDS - 1).tolist() for _ in range(60)]

    def loss(context: Any, word: Any) -> Any:
        logits = network(context)
        return cross_entropy_from_logits(logits, word), {"shares": softmax(logits)}

    examples = make_examples(sentences, N_WORDS, CONTEXT)
    train(
        network, lambda context, word: loss(context, word)[0], examples, epochs=1, optimizer=Adam(network.parameters(), 0.01),
        batch_size=64, shuffle_seed=1, progress=False, engine="numpy",
    )  # fmt: skip
    program = vectorize(loss, (0,) * CONTEXT, 0, engine="numpy")
    theta = program.parameters.read().astype(numpy.float32).astype(float)
    program.parameters.write(theta)
    model = OnnxModel(program, tmp_path / "language-model.onnx", ["shares", "loss"])
    assert model.inputs == ["context", "word"]
    assert (model.shape("context"), model.shape("shares")) == (("batch", CONTEXT), ("batch", N_WORDS))
    assert "Softmax" in model.operators and "embedding.weight" in model.stored
    # The embeddings stand in the file once, also where they are the weights of the output too.
    assert sum(numbers.size for numbers in model.stored.values() if numbers.dtype == numpy.float32) < len(theta) + 20
    for size in SIZES:
        contexts, words = draw.integers(0, N_WORDS, (size, CONTEXT)), draw.integers(0, N_WORDS, size)
        found = model.run(contexts, words)
        shares = program.outputs(theta, contexts, words)["shares"]
        assert found["shares"].dtype == numpy.float32 and found["shares"].shape == (size, N_WORDS)
        assert numpy.abs(found["shares"] - shares).max() <= 1e-6
        assert found["loss"] == pytest.approx(program.losses(theta, contexts, words), rel=1e-6)
    _, outputs = loss(contexts[-1].tolist(), int(words[-1]))
    assert found["shares"][-1] == pytest.approx([one.data for one in outputs["shares"]], abs=1e-6)
    alone = OnnxModel(program, tmp_path / "language-model.onnx", ["shares"])
    assert alone.inputs == ["context"]
