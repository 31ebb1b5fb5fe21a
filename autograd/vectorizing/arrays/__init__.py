"""From laid-out groups to array operations, forward and reverse."""
