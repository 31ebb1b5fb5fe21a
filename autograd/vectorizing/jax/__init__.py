"""Programs as functions of JAX: the closed vocabulary of array operations, once more, evaluated while JAX traces.

Nothing here is imported unless it is asked for (`Program.to_jax`, and nn's engine): JAX is optional.
"""
