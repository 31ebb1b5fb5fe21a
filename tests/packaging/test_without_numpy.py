"""What works in a Python that has the standard library and mpmath alone, as the one in a browser."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MISSING = ("numpy", "matplotlib", "tqdm", "llvmlite", "safetensors", "graphviz", "IPython")
XOR = """
from nn import MLP, SGD, binary_cross_entropy_from_logit, train
network = MLP(2, [4, 1], activation="tanh", seed=3)
examples = [((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)]
history = train(
    network, lambda x, y: binary_cross_entropy_from_logit(network(x), y), examples, epochs=300,
    optimizer=SGD(network.parameters(), learning_rate=0.5, momentum=0.9), ENGINE
)
print([int(network(x).data > 0) for x, _ in examples], f"{history.train_loss[-1]:.6f}")
"""


def run(source: str, *, missing: tuple[str, ...] = MISSING) -> tuple[str, str]:
    hide = f"import sys; sys.modules.update(dict.fromkeys({missing!r}))\n"
    done = subprocess.run(
        [sys.executable, "-c", hide + source],
        cwd=ROOT, env={**os.environ, "PYTHONIOENCODING": "utf-8"}, capture_output=True, encoding="utf-8", timeout=120,
    )  # fmt: skip
    return done.stdout, done.stderr


def test_star_imports() -> None:
    source = "from autograd import *\nfrom nn import *\nimport tasks.boolean.xor, tasks.units\nprint(Value(2) * 3)"
    assert run(source) == ("Value(6.0)\n", "")


def test_drawing_stepping_and_checking() -> None:
    source = """
from autograd import Value, draw, gradcheck, paths, step_through, tanh
a, b = Value(3, "a"), Value(2, "b")
L = a * tanh(b)
for shown in (draw(L), step_through(L), paths(a, L)):
    bundle = shown._repr_mimebundle_()
    print(sorted(bundle), "<svg" in bundle["text/html"] or "data:image/svg+xml" in bundle["text/html"])
report = gradcheck(lambda a, b: a * tanh(b), 3.0, 2.0)
print(bool(report), "<table" in report._repr_html_())
"""
    alike = "['text/html', 'text/plain'] True\n"
    assert run(source) == (3 * alike + "True True\n", "")


def test_training_falls_back_to_the_eager_engine_with_a_word() -> None:
    printed, warned = run(XOR.replace("ENGINE", ""))
    assert printed == run(XOR.replace("ENGINE", 'engine="eager"'), missing=())[0] and printed.startswith("[0, 1, 1, 0] ")
    assert warned.count("Warning") == 1
    assert warned.startswith(
        "<string>:6: UserWarning: engine='auto' needs NumPy, which is not installed: every example is recorded"
    )
    assert run(XOR.replace("ENGINE", 'engine="eager"')) == (printed, "")


@pytest.mark.parametrize("engine", ["numpy", "native"])
def test_an_engine_that_is_asked_for_says_what_it_needs(engine: str) -> None:
    printed, raised = run(XOR.replace("ENGINE", f"engine={engine!r}"))
    assert printed == ""
    last = f"ModuleNotFoundError: engine='{engine}' needs NumPy, which is not installed; engine=\"eager\" does without it"
    assert raised.splitlines()[-1] == last


def test_compiling_says_what_it_needs_when_it_is_asked_for() -> None:
    printed, raised = run("from autograd import Value, vectorize\nprint(1)\nvectorize(lambda x: Value(2) * x, 1.0)")
    assert printed == "1\n"
    last = "ModuleNotFoundError: vectorize needs the library numpy, which is not installed: python -m pip install numpy"
    assert raised.splitlines()[-1] == last
