"""Neural networks on the engine: units, layers, embeddings, losses, optimizers and training.

Every weight is a `Value`, so a network can be drawn, stepped through and checked like any other computation.
"The textbook" in the documentation of this package is Jurafsky & Martin, *Speech and Language Processing*, 3rd edition; unless
another chapter is named, its chapter on neural networks.

>>> from nn import MLP, SGD, binary_cross_entropy_from_logit, train
>>> network = MLP(2, [4, 1], seed=3)
>>> xor = [((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)]
>>> history = train(
...     network,
...     lambda x, y: binary_cross_entropy_from_logit(network(x), y),
...     xor,
...     epochs=300,
...     optimizer=SGD(network.parameters(), learning_rate=0.5, momentum=0.9),
... )
>>> [int(network(x).data > 0) for x, y in xor]
[0, 1, 1, 0]
"""

# First: it says in a sentence that Python finds another package called autograd before Chalkgrad's.
from nn import _namesakes, initializers, schedules  # noqa: F401
from nn.activations import ACTIVATIONS
from nn.attributes_elsewhere import no_such_name
from nn.embedding import Embedding
from nn.examples import Examples
from nn.history import History
from nn.initializers import INITIALIZERS, seed
from nn.layers import Layer, Neuron, Outputs
from nn.losses import (
    binary_cross_entropy,
    binary_cross_entropy_from_logit,
    cross_entropy_from_logits,
    hinge,
    squared_error,
)
from nn.masks import Dropout, dropout, word_dropout
from nn.mlp import MLP
from nn.module import Module
from nn.optimizers import SGD, Adam, AdamW, Optimizer
from nn.pooling import concatenate, max_pool, mean_pool
from nn.saving import load, save
from nn.schedules import constant, cosine_decay, exponential_decay, linear_warmup, plateau_decay, step_decay
from nn.training import train
from nn.watching import Frame, Recording, watch

__all__ = [
    "ACTIVATIONS", "INITIALIZERS", "MLP", "SGD", "Adam", "AdamW", "Dropout", "Embedding", "Examples", "Frame", "History", "Layer",
    "Module", "Neuron", "Optimizer", "Outputs", "Recording", "binary_cross_entropy", "binary_cross_entropy_from_logit",
    "concatenate", "constant", "cosine_decay", "cross_entropy_from_logits", "dropout", "exponential_decay", "hinge",
    "initializers", "linear_warmup", "load", "max_pool", "mean_pool", "plateau_decay", "save", "schedules", "seed",
    "squared_error", "step_decay", "train", "watch", "word_dropout",
]  # fmt: skip


def __getattr__(name: str) -> object:
    raise no_such_name(name)
