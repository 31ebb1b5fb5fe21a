"""Breaking every rule of the table in turn, and counting what the check finds."""
