"""Computing a recorded graph again in other numbers."""
