"""The table read in JavaScript: the rules of primitives as functions that a page in a browser computes with.

From below: `statements` joins what is written one operation at a time, `machine_formulas` reads the formulas of machine code in
JavaScript, `functions` says where each elementary function is found, and `rules` writes the rules of a primitive.
"""
