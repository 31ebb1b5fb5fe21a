"""From a recorded graph to groups of scalars that were computed the same way."""
