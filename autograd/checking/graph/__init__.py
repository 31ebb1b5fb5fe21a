"""The check of a recorded graph: three numbers for each derivative, and the verdict on them."""
