"""A rolled program as source that a person reads: operations on arrays over the examples, and loops that stay loops."""
