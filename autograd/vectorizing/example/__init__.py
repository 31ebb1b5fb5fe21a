"""A run of a function on one example: its arguments, what it recorded, and the eager engine's results for a batch."""
