"""Where everything in a picture goes."""
