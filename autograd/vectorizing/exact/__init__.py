"""Exact programs: groups of scalars computed for all examples at once, with every sum in the order of the eager engine."""
