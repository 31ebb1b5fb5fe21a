"""Which engine computes a program: NumPy's calls or machine code."""
