"""Stepping through the forward and the backward pass of a graph: `step_through`, `explain`."""

from autograd.stepping.explaining import Explanation, Term, explain
from autograd.stepping.stepper import Stepper, step_through
from autograd.stepping.steps import Step, Use

__all__ = ["Explanation", "Step", "Stepper", "Term", "Use", "explain", "step_through"]
