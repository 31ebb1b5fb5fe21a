"""A program that trains the sentiment model as one of several processes, for `test_processes.py`.

Its arguments are the number of processes, that of this one, the port of the first one, the path of the checkpoint (or nothing),
and the number of epochs.
"""

from __future__ import annotations

import sys
from typing import Any

import jax

import nn
from autograd import Value
from tasks.sentiment.classifiers import RECIPES, VocabularyEncoder, documents_of
from tasks.sentiment.networks import PooledNetwork
from tasks.sentiment.task import choose_classes, read_corpus


def main() -> None:
    """Train, and print the last loss to the bit."""
    n, place, port, path, epochs = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4], int(sys.argv[5])
    if n > 1:
        jax.distributed.initialize(f"127.0.0.1:{port}", n, place, initialization_timeout=60, heartbeat_timeout_seconds=10)
    corpus, lexicon = read_corpus(None, None, None, None)
    (shipped,) = choose_classes(corpus, 2, both=False)
    documents = documents_of(shipped.sentences, shipped)
    recipe, encode = RECIPES["mean"], VocabularyEncoder(documents, lexicon)
    network = PooledNetwork(encode.n_words, recipe.n_dimensions, "mean", recipe.n_hidden, 1, seed=0)
    features = [encode(document.tokens) for document in documents]
    longest = max(map(len, features))
    examples = [(network.fill(x, longest), one.label, len(x)) for x, one in zip(features, documents, strict=True)]

    def loss(words: Any, label: Any, n_words: Any) -> Value:
        return nn.binary_cross_entropy_from_logit(network(words, n_words)[0], label)

    history = nn.train(
        network,
        loss,
        examples,
        epochs=epochs,
        optimizer=nn.Adam(network.parameters(), recipe.learning_rate),
        batch_size=recipe.batch_size,
        engine="jax",
        checkpoint=path or None,
        checkpoint_minutes=0.0,
        progress=False,
    )
    print("loss", history.train_loss[-1].hex(), len(history.train_loss), flush=True)


if __name__ == "__main__":
    main()
