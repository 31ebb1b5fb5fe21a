"""Other number systems in which a rule can be read: source text, arrays, formulas, complex numbers, high precision."""
