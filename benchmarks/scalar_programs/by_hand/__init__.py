"""A few of the programs with Numba, their reverse passes written by hand: ``value_and_grad(theta, gradient, *batch)``."""
