"""Machine code for the numbers of a program: LLVM's instructions as text, and the elementary functions written with them.

From below: `instructions` writes single instructions, `expressions` gives them Python's operators, files named after kinds of
functions hold formulas, whose `coefficients` a tool computes, `rare_cases` leaves what these are not made for to the C library,
`templates` copies what has been written, and `functions` lists all functions. `exact` has those with the bits of Python's floats.
"""
