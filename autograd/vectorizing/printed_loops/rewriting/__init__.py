"""What is done to a rolled program before it is printed: a person writes other loops than machine code has."""
