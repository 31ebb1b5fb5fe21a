"""Stepping through the forward and the backward pass of a graph: `step_through`, `explain`."""

from autograd.stepping.explaining import Explanation, Term, explain
from autograd.stepping.stepper import Stepper, step_through
from autograd.stepping.steps import Edge, Step

__all__ = ["Edge", "Explanation", "Step", "Stepper", "Term", "explain", "step_through"]
