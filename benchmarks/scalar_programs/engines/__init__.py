"""How each engine computes the mean loss of a batch and its gradient, for any of the programs.

A file is imported in the process of its engine only. Its function `prepare(work, batch)` gives two functions: `call`, one public
call as a user makes it, from NumPy arrays to results that are there; and `result`, what the call gave: the loss, and the gradient
in the order of `work.start`.
"""
