"""The scalars of a recorded graph with their loops: what repeats is stated once, and what does not stands line after line."""
