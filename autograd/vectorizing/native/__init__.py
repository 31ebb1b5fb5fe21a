"""Machine code for a rolled program: lowered by the table's own rules, compiled for the processor at hand, and called."""
