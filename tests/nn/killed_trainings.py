"""A program that kills a training at random moments, for `test_checkpoints.py`: its arguments are a folder, a seed and a number.

It prints as JSON what comes of the training, what would have come of it had it never been stopped, and what was seen meanwhile.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import nn
from nn import checkpoint_file

# Seconds, from the moment on when the first checkpoint is being written; and how long to wait for that moment.
LONGEST_WAIT = 0.02
PATIENCE = 60.0
N_EPOCHS = 20
# In an epoch.
N_BATCHES = 10


def trained(path: Path | None) -> list[str]:
    """Train with all that a checkpoint holds, and write it after each step."""
    random = Random(1)
    network = nn.MLP(20, [50, 1], seed=2)
    examples = [([random.uniform(-1.0, 1.0) for _ in range(20)], random.randrange(2)) for _ in range(50)]
    history = nn.History()

    def loss(x: Any, y: Any, mask: Any) -> Any:
        return nn.binary_cross_entropy_from_logit(network(nn.dropout(x, mask))[0], y)

    nn.train(
        network,
        loss,
        examples[:40],
        epochs=N_EPOCHS,
        optimizer=nn.AdamW(network.parameters(), 0.01),
        batch_size=4,
        schedule=nn.cosine_decay(N_EPOCHS),
        validation=examples[40:],
        patience=N_EPOCHS,
        noise=[nn.Dropout(20, 0.25)],
        average=0.99,
        history=history,
        engine="numpy",
        checkpoint=path,
        checkpoint_minutes=0.0,
    )
    return [repr(history), *(one.data.hex() for one in network.parameters())]


def n_batches_in(path: Path) -> int:
    """How many batches have been done according to a checkpoint, which must not be damaged."""
    content = checkpoint_file.read(path)
    return 0 if content is None else N_BATCHES * len(content.arrays["history.train_loss"]) + len(content.arrays["sums"])


def tell_when_writing_begins(pipe: int) -> None:
    """Write to a pipe when a checkpoint is about to be written for the first time."""
    write = checkpoint_file.write

    def written(path: Path, content: checkpoint_file.Content) -> None:
        os.write(pipe, b".")
        checkpoint_file.write = write
        write(path, content)

    checkpoint_file.write = written


def die_while_writing(moment: str) -> None:
    """Have this process killed at a moment of the next writing."""

    def die(path: Path, content: bytes) -> None:
        with open(path.with_name(f".{path.name}.{os.getpid()}-1.tmp"), "xb") as temporary:
            temporary.write(content[: len(content) // 2] if moment == "half written" else content)
        if moment == "in place":
            os.replace(temporary.name, path)
        os.kill(os.getpid(), signal.SIGKILL)

    checkpoint_file.replace_file = die  # type: ignore[attr-defined]


def killed(path: Path, prepare: Callable[[], None], wait: Callable[[], None] | None) -> bool:
    """Train in another process, and kill it after a wait, or let it do so itself; tell whether it was killed."""
    child = os.fork()
    if child == 0:
        try:
            prepare()
            trained(path)
        finally:
            os._exit(0)
    if wait is not None:
        wait()
        os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def main() -> None:
    """Kill, look at what is left, and go on."""
    folder, random, n = Path(sys.argv[1]), Random(int(sys.argv[2])), int(sys.argv[3])
    path = folder / "run"
    # First, so that the other processes find all modules imported.
    whole = trained(None)
    n_whole = N_EPOCHS * N_BATCHES
    n_killed = n_while_writing = 0
    # One list for each training: how fast the machine is decides how many come to their end.
    progress, resumed = [[0]], []
    for _ in range(n):
        has_begun, begins = os.pipe()

        def wait(has_begun: int = has_begun) -> None:
            # One in five is killed while it still reads the checkpoint or compiles the loss.
            if random.random() < 0.8:
                select.select([has_begun], [], [], PATIENCE)
            time.sleep(random.uniform(0.0, LONGEST_WAIT))

        n_killed += killed(path, partial(tell_when_writing_begins, begins), wait)
        for end in (has_begun, begins):
            os.close(end)
        n_while_writing += any(other.suffix == ".tmp" for other in folder.iterdir())
        progress[-1].append(n_batches_in(path))
        if progress[-1][-1] == n_whole:
            resumed.append(trained(path))
            path.unlink()
            progress.append([0])
    resumed.append(trained(path))
    path.unlink()
    at_moments = {}
    for moment in ("in place", "half written", "not yet in place"):
        killed(path, partial(die_while_writing, moment), None)
        at_moments[moment] = n_batches_in(path)
    resumed.append(trained(path))
    found = {
        "resumed": resumed,
        "whole": whole,
        "killed": n_killed,
        "while writing": n_while_writing,
        "progress": progress,
        "at moments": at_moments,
        "files": sorted(other.name for other in folder.iterdir()),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
