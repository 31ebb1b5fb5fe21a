"""Units and small networks that compute Boolean functions."""
