"""A program that trains on all devices that JAX has, for `test_devices.py`; it prints as JSON what comes of it."""

from __future__ import annotations

import json
import sys
from functools import partial
from typing import Any

import jax
from jax_trainings import Trained, bags, curve, words

import nn
from nn.engines.jax_steps import JaxSteps

CASES: dict[str, dict[str, Any]] = {
    "divided": {"n": 24, "batch_size": 8},
    "with a rest": {"n": 11, "batch_size": 8, "clip_norm": 0.05, "average": 0.9},
    "one batch": {"n": 16, "batch_size": None},
    "one small batch": {"n": 11, "batch_size": 16},
    "with noise": {"n": 20, "batch_size": 8, "noise": [nn.Dropout(3, 0.3)]},
}


def all_reduces(steps: JaxSteps) -> int:
    """How many sums over all devices the compiled program has."""
    return sum(" all-reduce(" in line or " all-reduce-start(" in line for line in steps.compiled.as_text().splitlines())


def main() -> None:
    """Train each case, and go on with the checkpoint in the folder that is the argument."""
    kept: list[JaxSteps] = []
    made = JaxSteps.__init__

    def noted(self: JaxSteps, *args: Any) -> None:
        made(self, *args)
        kept.append(self)

    setattr(JaxSteps, "__init__", noted)  # noqa: B010 (mypy knows better than to assign a method)
    found: dict[str, Any] = {"devices": jax.device_count(), "errors": []}
    for name, case in CASES.items():
        settings = dict(case)
        trained = Trained(partial(curve, settings.pop("n")), **settings)
        expected = Trained(partial(curve, case["n"]), "numpy", **settings)
        found[name] = [trained.distance(expected), all_reduces(kept[-1])]
    for problem in (words, bags):
        settings = {"batch_size": 8, "validation": problem()[2][:5]}
        found[problem.__name__] = Trained(problem, **settings).distance(Trained(problem, "numpy", **settings))
    for size in (None, 12, 3):
        kind, text, notes = Trained(partial(curve, 20), batch_size=size).error
        found["errors"].append([kind.__name__, text, notes])
    going_on = Trained(partial(curve, 24), batch_size=8, checkpoint=f"{sys.argv[1]}/run", epochs=4)
    found["gone on"] = going_on.distance(Trained(partial(curve, 24), "numpy", batch_size=8, epochs=4))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
