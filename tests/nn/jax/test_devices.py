"""One training on eight devices, which are simulated: the same steps as on one, with one exchange between devices in each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("jax")
from jax_trainings import Trained, curve

pytestmark = pytest.mark.jax

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the program has printed. One device has begun the training that it goes on with; it hands it back to this one."""
    folder = tmp_path_factory.mktemp("checkpoint")
    Trained(partial(curve, 24), batch_size=8, checkpoint=folder / "run", epochs=2)
    paths = [str(HERE.parents[2]), str(HERE.parents[1] / "support"), *filter(None, [os.environ.get("PYTHONPATH")])]
    paths = [str(HERE.parents[2]), str(HERE.parents[1] / "support"), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
        # What XLA makes of a function for one core takes the longer the better that is.
        "XLA_FLAGS": "--xla_force_host_platform_device_count=8 --xla_backend_optimization_level=1",
        "JAX_PLATFORMS": "cpu",
    }
    arguments = [sys.executable, str(HERE / "trainings_on_devices.py"), str(folder)]
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    last = Trained(partial(curve, 24), batch_size=8, checkpoint=folder / "run", epochs=6)
    whole = Trained(partial(curve, 24), "numpy", batch_size=8, epochs=6)
    return {**json.loads(done.stdout.splitlines()[-1]), "back on one": last.distance(whole)}


def test_there_are_eight(found: dict[str, Any]) -> None:
    assert found["devices"] == 8


@pytest.mark.parametrize("name", ["divided", "with a rest", "one batch", "one small batch", "with noise"])
def test_the_steps_are_the_same_and_have_one_sum_over_all_devices(found: dict[str, Any], name: str) -> None:
    distance, n_sums = found[name]
    assert distance < 1e-12
    assert n_sums == 1


def test_indices_and_examples_of_several_structures(found: dict[str, Any]) -> None:
    assert found["words"] < 1e-12
    assert found["bags"] < 1e-12


def test_a_batch_has_to_be_divisible(found: dict[str, Any]) -> None:
    texts = [text for kind, text, _ in found["errors"]]
    assert texts[0].startswith("batch_size is 20, and JAX has 8 devices here")
    assert texts[0].endswith("give batch_size=16 or batch_size=24")
    assert texts[1].endswith("give batch_size=8 or batch_size=16")
    assert texts[2].endswith("give batch_size=8")


def test_checkpoints_do_not_depend_on_the_number_of_devices(found: dict[str, Any]) -> None:
    assert found["gone on"] < 1e-12
    assert found["back on one"] < 1e-12
