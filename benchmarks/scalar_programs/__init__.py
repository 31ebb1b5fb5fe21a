"""Programs that are scalars rather than matrices, as people write them: sequences, physics, likelihoods, decisions.

Each file holds one, with a function `make` that gives its `Work`. None is tuned for an engine, and no engine may know of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scalar_programs.work import Work

NAMES = (
    "recurrent",
    "gru",
    "lstm",
    "hidden_markov",
    "random_field",
    "kalman",
    "soft_dtw",
    "burgers",
    "black_scholes",
    "mixture_density",
    "b_spline",
    "gaussian_mixture",
    "bundle_adjustment",
    "gaussian_process",
    "linear_system",
    "decision_tree",
    "ising",
    "lotka_volterra",
    "pendulum",
    "hodgkin_huxley",
    "interactions",
    "survival",
    "garch",
    "epidemic",
    "xor",
    "two_circles",
    "straight_line",
    "oscillator",
    "kepler",
    "gyroscope",
)


def make(name: str, **changes: Any) -> "Work":
    """The program of a name; some can be had in other sizes."""
    work: Work = import_module(f"scalar_programs.{name}").make(**changes)
    return work
