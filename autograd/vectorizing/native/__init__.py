"""Machine code: a rolled program, forward and reverse by the table's own rules, written as LLVM IR and compiled."""
