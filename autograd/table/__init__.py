"""What is differentiated: the table of primitives, the shapes of its rules, and the number systems of plain floats."""
