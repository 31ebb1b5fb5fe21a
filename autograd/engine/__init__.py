"""Values, which remember how they were computed, and the passes over that memory."""
