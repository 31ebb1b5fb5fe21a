"""Rolled programs as functions of JAX: each loop that is one in the printed source is one `lax.scan`."""
