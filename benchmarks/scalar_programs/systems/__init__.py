"""The functions that a scalar program may call, under the same names for each engine: this project, CasADi, JAX, PyTorch."""
