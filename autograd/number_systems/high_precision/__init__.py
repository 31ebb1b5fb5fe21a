"""Numbers of any precision, as mpmath has them, for checking derivatives."""
