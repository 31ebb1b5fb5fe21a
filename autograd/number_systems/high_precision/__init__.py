"""Numbers of any precision, as mpmath has them, for checking derivatives.

From below: `arithmetic` has raw numbers, `functions` the elementary functions of these, `mpmath_numbers` the number system of
mpmath's own numbers, `compiled_rules` makes functions of raw numbers of rules, and `evaluation` computes primitives with them.
"""
