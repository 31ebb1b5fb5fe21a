"""What trains a model: the eager engine, or a compiled program."""
