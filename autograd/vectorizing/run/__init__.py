"""Array operations as a program that runs: buffers, statements, calls."""
