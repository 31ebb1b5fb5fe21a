"""What users of NumPy, PyTorch, micrograd or `math` type: what works here, and what is said about the rest."""
