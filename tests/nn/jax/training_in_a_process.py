"""A program that trains the sentiment model as one of two processes, for `test_processes.py`.

Its arguments are the number of this process, the port of the first one, the path of the checkpoint, and the number of epochs.
"""

from __future__ import annotations

import sys

import jax
from jax_trainings import sentiment


def main() -> None:
    """Train, and print the last loss to the bit."""
    place, port, path, epochs = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
    jax.distributed.initialize(f"127.0.0.1:{port}", 2, place, initialization_timeout=60, heartbeat_timeout_seconds=10)
    history = sentiment(epochs, path)
    print("loss", history.train_loss[-1].hex(), len(history.train_loss), flush=True)


if __name__ == "__main__":
    main()
