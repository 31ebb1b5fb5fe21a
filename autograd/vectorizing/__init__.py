"""Compiling a recorded graph into an array program over batches of examples."""

from autograd.vectorizing.parameters import Parameters
from autograd.vectorizing.program import Program, vectorize

__all__ = ["Parameters", "Program", "vectorize"]
