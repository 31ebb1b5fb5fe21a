"""Language models of words and of letters: n-grams and the textbook's feedforward network, compared on the same held-out text."""
