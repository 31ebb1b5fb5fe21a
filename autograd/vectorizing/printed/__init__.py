"""Array operations as source that a person reads."""
