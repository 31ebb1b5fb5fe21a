"""How names, numbers and formulas are written: as plain text, in pictures, in LaTeX and in MathML."""
