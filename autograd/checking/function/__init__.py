"""The function to be checked: its inputs, its runs, and the derivatives that the user has for it."""
