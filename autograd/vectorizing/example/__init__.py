"""One run of a function on one example: its arguments, its record, and the eager engine on a batch."""
