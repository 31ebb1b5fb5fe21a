"""Derivatives by differences in floating-point arithmetic, for functions that leave Values."""
