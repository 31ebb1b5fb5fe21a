"""Machine code for the numbers of a program: LLVM's instructions as text, and the elementary functions written with them."""
