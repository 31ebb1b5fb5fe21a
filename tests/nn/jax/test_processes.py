"""Two processes under `jax.distributed` train together; one of them is killed; the checkpoint goes on."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("jax")
from jax_trainings import sentiment
from ports import free_port

from nn import checkpoint_file

pytestmark = pytest.mark.jax

HERE = Path(__file__).parent
# Seconds after which a test gives up.
PATIENCE = 120.0
MANY = 1_000_000


class Together:
    """Processes that train together, and end with the test."""

    def __init__(self, folder: Path, epochs: int) -> None:
        paths = [str(HERE.parents[2]), str(HERE.parents[1] / "support"), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(paths),
            "JAX_PLATFORMS": "cpu",
            # What XLA makes of a function for one core takes the longer the better that is.
            "XLA_FLAGS": "--xla_backend_optimization_level=1",
        }
        rest = [str(free_port()), str(folder / "run"), str(epochs)]
        self._files = [(folder / f"process{place}").open("w+") for place in (0, 1)]
        program = [sys.executable, str(HERE / "training_in_a_process.py")]
        self.processes = [
            subprocess.Popen([*program, str(place), *rest], stdout=file, stderr=subprocess.STDOUT, env=environment)
            for place, file in enumerate(self._files)
        ]

    def ended(self, place: int, seconds: float = PATIENCE) -> int:
        """Wait for a process to end; how it did."""
        return self.processes[place].wait(seconds)

    def text(self, place: int) -> str:
        """What a process has printed."""
        self._files[place].seek(0)
        return self._files[place].read()

    def loss(self, place: int) -> tuple[float, int]:
        """The last loss, and the number of epochs."""
        assert self.ended(place) == 0, self.text(place)[-3000:]
        (line,) = [line for line in self.text(place).splitlines() if line.startswith("loss ")]
        return float.fromhex(line.split()[1]), int(line.split()[2])

    def stop(self) -> None:
        """End what runs."""
        for process, file in zip(self.processes, self._files, strict=True):
            process.kill()
            process.wait()
            file.close()


@pytest.fixture
def started(tmp_path: Path) -> Iterator[list[Together]]:
    """Processes to be stopped."""
    found: list[Together] = []
    yield found
    for together in found:
        together.stop()


def test_two_train_to_the_same_loss_as_one(tmp_path: Path, started: list[Together]) -> None:
    """And one goes on from their checkpoint as it would have gone on from its own."""
    two = Together(tmp_path, 3)
    started.append(two)
    losses = [two.loss(place) for place in (0, 1)]
    assert losses[0] == losses[1]
    whole, rest = sentiment(4), sentiment(4, tmp_path / "run")
    assert losses[0][0] == pytest.approx(whole.train_loss[2], rel=1e-12)
    assert rest.train_loss == pytest.approx(whole.train_loss, rel=1e-12)


@pytest.mark.parametrize("victim", [1, 0])
def test_one_is_killed_and_the_other_says_so(tmp_path: Path, started: list[Together], victim: int) -> None:
    """And the checkpoint goes on."""
    path = tmp_path / "run"
    two = Together(tmp_path, MANY)
    started.append(two)
    until = time.monotonic() + PATIENCE
    while not path.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert path.exists(), two.text(0)[-3000:]
    two.processes[victim].kill()
    assert two.ended(1 - victim, 60.0) != 0
    text = two.text(1 - victim)
    said = "another of the 2 processes of this training has ended" in text
    # JAX ends a process whose first one has gone by itself, in the same moment.
    assert said or (victim == 0 and "This most likely indicates that another task died" in text), text[-3000:]
    content = checkpoint_file.read(path)
    assert content is not None
    n_done = len(content.arrays["history.train_loss"])
    assert len(sentiment(n_done + 2, path).train_loss) == n_done + 2
